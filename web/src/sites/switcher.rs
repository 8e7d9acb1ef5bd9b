//! From one site's dashboard to another's.

use crate::app::session::use_session;
use crate::router::routes;
use crate::ui::dynamic;
use crate::ui::menu::Menu;
use leptos::prelude::*;

/// A menu of the account's other sites; nothing where there are none.
#[component]
pub fn SiteSwitcher(
    /// The site that is shown.
    domain: String,
) -> impl IntoView {
    let session = use_session();
    let others = Memo::new(move |_| {
        let sites = session
            .sites
            .with(|sites| sites.as_ref().and_then(|sites| sites.as_ref().ok().cloned()));
        let domains = sites
            .iter()
            .flat_map(|sites| sites.iter())
            .map(|site| site.domain.clone());
        domains.filter(|other| *other != domain).collect::<Vec<_>>()
    });
    let items = move || {
        let items = others.get().into_iter().map(|domain| {
            view! { <li><a class="menu-item" href=routes::dashboard(&domain)>{domain.clone()}</a></li> }
        });
        view! { <ul class="menu-group scroll">{items.collect_view()}</ul> }
    };
    dynamic(move || {
        (!others.with(Vec::is_empty)).then(|| {
            view! { <Menu label=Signal::stored("Sites".to_owned()) name="Other sites" class="end">{dynamic(items)}</Menu> }
        })
    })
}
