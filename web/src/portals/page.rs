//! The frame of the page: the brand, the sites, the footer.

use super::brand;
use super::open::Open;
use super::site::site;
use crate::client::json::Json;
use crate::ui::markup::{Markup, written};
use crate::ui::tasks::effect;
use crate::ui::{Views, part};
use leptos::prelude::*;
use serde_json::Value;

/// The page of a portal that is open.
pub fn page(open: Open) -> AnyView {
    effect(move || {
        open.view.with(|view| {
            if let Some(view) = view {
                dress(view);
            }
        });
    });
    // Another list of sites is another page; another number of one is not.
    let listed = Memo::new(move |_| {
        let view = open.view.get();
        let sites = view.iter().flat_map(|view| view.items("sites"));
        let domains = sites.map(|site| site.text("domain").to_owned()).collect::<Vec<_>>();
        let is_group = view.as_ref().is_some_and(|view| view.maybe_text("name").is_some());
        (domains, is_group)
    });
    let sites = move || {
        let (domains, is_group) = listed.get();
        if domains.is_empty() {
            return view! { <div class="card empty"><h2>"No sites here at the moment"</h2></div> }.into_any();
        }
        // A group has a heading of its own, however many sites it shows.
        let sites = (0..domains.len()).map(|nth| site(open, nth, !is_group));
        sites.views().into_any()
    };
    let group = move |markup: &mut Markup| {
        let name = open.view.get().and_then(|view| view.maybe_text("name"));
        if let Some(name) = name {
            markup.element("<h1 class=\"group-name\" tabindex=\"-1\">", &name, "</h1>");
        }
    };
    let head = move |markup: &mut Markup| {
        open.with(|view| {
            let brand = view.get("brand").unwrap_or(&Value::Null);
            // One that wants no footer wants none of our names either.
            if !brand::mark(brand, markup) && !brand::hides_footer(brand) {
                markup.raw("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-brand\"/></svg><b>Vitrine</b>");
            }
        });
    };
    let foot = move |markup: &mut Markup| {
        open.with(|view| {
            if !view.get("brand").is_some_and(brand::hides_footer) {
                markup.raw("<p>Measured by Vitrine</p>");
            }
        });
    };
    view! {
        <header class="portal-head">{written("", Box::new(head))}</header>
        <main id="main" class="main portal" tabindex="-1">
            {written("", Box::new(group))}
            {part(sites)}
        </main>
        <footer class="portal-foot muted">{written("", Box::new(foot))}</footer>
    }
    .into_any()
}

impl Open {
    /// Reads what is shown.
    pub fn with(self, read: impl FnOnce(&Value)) {
        self.view.with(|view| {
            if let Some(view) = view {
                read(view);
            }
        });
    }
}

/// Gives the page the brand's colours, its title and its picture in the tab.
fn dress(view: &Value) {
    let brand = view.get("brand").unwrap_or(&Value::Null);
    brand::colours(brand);
    let sites = view.items("sites");
    let what = view
        .maybe_text("name")
        .or_else(|| Some(sites.first()?.text("domain").to_owned()));
    let title: Vec<String> = what.into_iter().chain(brand.maybe_text("company_name")).collect();
    document().set_title(&title.join(" · "));
    if let Some(site) = sites.first() {
        brand::picture(site.text("favicon"));
    }
}
