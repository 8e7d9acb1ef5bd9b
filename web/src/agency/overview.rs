//! `/overview`: all sites of the account, worst first, with what can be made for many at once.

use super::bulk::bulk;
use super::office::{Office, office_page, shown};
use crate::app::session::Loaded;
use crate::client::agency;
use crate::client::json::Json;
use crate::format::{date, number};
use crate::router::routes::{self, HealthPage};
use crate::ui::markup::{Markup, written};
use crate::ui::status::{Level, status};
use crate::ui::{Views, dynamic};
use leptos::prelude::*;
use serde_json::Value;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Overview {
    /// The page's office.
    pub office: Office,
    /// The ids of the sites that are chosen.
    pub chosen: RwSignal<Vec<String>>,
    /// The sites, in their order.
    pub list: RwSignal<Loaded<Vec<Value>>>,
}

impl Overview {
    /// Loads the sites anew; what is shown stays until then.
    pub fn load(self) {
        self.office.load(self.list, Box::pin(agency::overview()));
    }
}

/// The page.
pub fn overview_page() -> AnyView {
    let all = Overview {
        office: Office::here(),
        chosen: RwSignal::new(Vec::new()),
        list: RwSignal::new(None),
    };
    all.load();
    let table = move |sites: Vec<Value>| match sites.is_empty() {
        true => view! {
            <div class="card empty">
                <h2>"No sites yet"</h2>
                <p class="muted">"The sites that you own are shown here, worst first."</p>
                <a class="btn" href="/sites">"Go to the sites"</a>
            </div>
        }
        .into_any(),
        false => table(all, sites),
    };
    let body = view! {
        {bulk(all)}
        {shown(all.list, Callback::new(move |()| all.load()), table)}
    };
    office_page("wide", "/overview", "All sites", body.into_any())
}

fn table(all: Overview, sites: Vec<Value>) -> AnyView {
    let ids: Vec<String> = sites.iter().map(|site| site.text("site_id").to_owned()).collect();
    let total = ids.len();
    let whole = move || all.chosen.with(Vec::len) == total;
    let on_all = move |event| {
        all.chosen.set(if event_target_checked(&event) {
            ids.clone()
        } else {
            Vec::new()
        })
    };
    let rows = sites.into_iter().map(|site| row(all, site)).views();
    view! {
        <div class="card table-card">
            <table class="table overview-table">
                <thead><tr>
                    <th scope="col"><input type="checkbox" aria-label="Choose all sites" prop:checked=whole on:change=on_all /></th>
                    <th scope="col">"Site"</th><th scope="col">"Score"</th><th scope="col">"State"</th>
                    <th scope="col" class="num">"Visitors, 7 days"</th><th scope="col" class="num">"Share links"</th>
                    <th scope="col">"Portal"</th><th scope="col">"Last opened"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(all: Overview, site: Value) -> AnyView {
    let (id, domain) = (site.text("site_id").to_owned(), site.text("domain").to_owned());
    let (mine, label) = (id.clone(), format!("Choose {domain}"));
    let is_chosen = move || all.chosen.with(|chosen| chosen.contains(&mine));
    let on_change = move |event| {
        let on = event_target_checked(&event);
        all.chosen.update(|chosen| {
            chosen.retain(|other| *other != id);
            if on {
                chosen.push(id.clone());
            }
        });
    };
    let text = |write: fn(&Value, &mut Markup)| {
        let site = site.clone();
        written("", Box::new(move |markup: &mut Markup| write(&site, markup)))
    };
    let plain = |key: &str| number::full(site.number(key));
    let (opened_at, of) = (site.maybe_text("last_opened_at"), domain.clone());
    // In the site's own zone, once the sites are there.
    let opened = move || match &opened_at {
        None => "Never".to_owned(),
        Some(at) => {
            let known = all.office.session.site(&of).flatten();
            date::instant(at, known.as_ref().map(|site| site.timezone.as_str()))
        }
    };
    let portal = site.get("has_portal").and_then(Value::as_bool) == Some(true);
    view! {
        <tr>
            <td class="choose"><input type="checkbox" aria-label=label prop:checked=is_chosen on:change=on_change /></td>
            <th scope="row"><a class="site-name" href=routes::dashboard(&domain)><img class="favicon" src=site.text("favicon").to_owned() alt="" width="20" height="20" /><span>{domain.clone()}</span></a></th>
            <td data-label="Score"><a href=routes::health(&domain, HealthPage::Overview)>{text(score)}</a></td>
            <td data-label="State">{text(state)}</td>
            <td class="num" data-label="Visitors, 7 days">{plain("visitors")}</td>
            <td class="num" data-label="Share links">{plain("share_links")}</td>
            <td data-label="Portal">{if portal { "On" } else { "–" }}</td>
            <td data-label="Last opened">{dynamic(opened)}</td>
        </tr>
    }
    .into_any()
}

fn score(site: &Value, markup: &mut Markup) {
    let score = site.get("score").filter(|score| score.is_object());
    let Some(score) = score else {
        markup.raw("<span class=\"muted\">Not measured</span>");
        return;
    };
    let band = match score.text("band") {
        "good" => "Good",
        "fair" => "Fair",
        _ => "Poor",
    };
    markup.element("<b class=\"num\">", &number::full(score.number("value")), "</b> ");
    markup.element("<span class=\"muted\">", band, "</span>");
}

fn state(site: &Value, markup: &mut Markup) {
    match site.maybe_text("state").as_deref() {
        Some("up") => status(Level::Good, "Up", markup),
        Some("down") => status(Level::Bad, "Down", markup),
        Some("maintenance") => status(Level::Off, "Maintenance", markup),
        Some(_) => status(Level::Unknown, "Can't be told", markup),
        None => {
            markup.raw("<span class=\"muted\">Not measured</span>");
        }
    }
    match site.number("open_incidents") as i64 {
        ..=0 => {}
        1 => {
            markup.raw(" <span class=\"muted small\">1 incident</span>");
        }
        more => {
            markup.element(" <span class=\"muted small\">", &format!("{more} incidents"), "</span>");
        }
    }
}
