//! From one site's dashboard to another's.

use crate::app::session::use_session;
use crate::router::routes;
use crate::ui::markup::Markup;
use crate::ui::menu::{MenuSpec, item, menu};
use crate::ui::part_if;
use leptos::prelude::*;

/// A menu of the account's other sites; nothing where there are none.
pub fn site_switcher(domain: String) -> AnyView {
    let session = use_session();
    let others = Memo::new(move |_| -> Vec<String> {
        let sites = session.sites.get().and_then(Result::ok);
        let domains = sites
            .iter()
            .flat_map(|sites| sites.iter())
            .map(|site| site.domain.clone());
        domains.filter(|other| *other != domain).collect()
    });
    let switcher = move || {
        if others.with(Vec::is_empty) {
            return None;
        }
        let write = move |markup: &mut Markup| {
            markup.raw("<ul class=\"menu-group scroll\">");
            others.with(|others| {
                for domain in others {
                    item(markup, &routes::dashboard(domain), false, domain, "");
                }
            });
            markup.raw("</ul>");
        };
        Some(menu(MenuSpec {
            class: "end",
            ..MenuSpec::links(Signal::stored("Sites".to_owned()), "Other sites", Box::new(write))
        }))
    };
    view! { {part_if(switcher)} }.into_any()
}
