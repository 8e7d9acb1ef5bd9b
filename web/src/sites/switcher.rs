//! From one site's dashboard to another's.

use crate::app::session::use_session;
use crate::router::routes;
use crate::ui::menu::Menu;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;

/// A menu of the account's other sites; nothing where there are none.
#[component]
pub fn SiteSwitcher(
    /// The site that is shown.
    domain: String,
) -> impl IntoView {
    let session = use_session();
    let others = move || -> Vec<String> {
        let sites = session.sites.get().and_then(Result::ok);
        let domains = sites
            .iter()
            .flat_map(|sites| sites.iter())
            .map(|site| site.domain.clone());
        domains.filter(|other| *other != domain).collect()
    };
    part_if(move || {
        let others = StoredValue::new(others());
        if others.with_value(Vec::is_empty) {
            return None;
        }
        let items = move || {
            let item = |domain: &String| {
                view! { <li><a class="menu-item" href=routes::dashboard(domain)>{domain.clone()}</a></li> }
            };
            let items = others.with_value(|others| others.iter().map(item).views());
            view! { <ul class="menu-group scroll">{items}</ul> }
        };
        Some(
            view! { <Menu label=Signal::stored("Sites".to_owned()) name="Other sites" class="end">{part(items)}</Menu> },
        )
    })
}
