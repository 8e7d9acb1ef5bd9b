//! The site's segments on its dashboard: apply one, save the present filters as one.

use super::save::SaveDialog;
use crate::app::session::{Session, use_session};
use crate::client::segments;
use crate::reports::dash::{Dash, use_dash};
use crate::reports::filter;
use crate::router::{Router, routes, use_router};
use crate::ui::menu::Menu;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::query_result::ForcedSegment;

/// What the menu and its dialog share.
#[derive(Clone, Copy)]
pub struct Known {
    /// The dashboard.
    pub dash: Dash,
    /// The site's segments by name; empty until they are loaded.
    pub list: RwSignal<Vec<ForcedSegment>>,
    /// True while the dialog is open.
    pub saving: RwSignal<bool>,
}

impl Known {
    /// Loads the segments. The dashboard works without them, so a failure leaves the menu as it is.
    pub fn load(self, session: Session, router: Router) {
        let site = self.dash.site.with_value(|site| site.id.clone());
        spawn_local(async move {
            match segments::choices(&site).await {
                Ok(list) => drop(self.list.try_set(list)),
                Err(failure) => drop(session.check(failure, router)),
            }
        });
    }
}

/// The menu; nothing for a viewer of a site without segments.
pub fn segments_menu(is_owner: bool) -> AnyView {
    let (router, session) = (use_router(), use_session());
    let dash = use_dash();
    let known = Known {
        dash,
        list: RwSignal::new(Vec::new()),
        saving: RwSignal::new(false),
    };
    known.load(session, router);
    let choices = move || {
        let now = dash.view.with(|view| view.filters.clone());
        let item = |segment: ForcedSegment| {
            match filter::for_url(&segment.filters) {
            Some(conditions) => {
                let current = (conditions == now).then_some("true");
                let href = dash.href(|mut view| {
                    view.filters = conditions;
                    view
                });
                view! { <li><a class="menu-item" href=href aria-current=current>{segment.name}</a></li> }.into_any()
            }
            None => view! {
                <li><span class="menu-item off" title="Its conditions are combined in ways that filters here can't say">{segment.name}</span></li>
            }
            .into_any(),
        }
        };
        let items = known.list.get().into_iter().map(item).views();
        let items = (!items.is_empty()).then(|| view! { <ul class="menu-group scroll">{items}</ul> });
        let has_filters = !now.is_empty();
        let save = (is_owner && has_filters).then(|| {
            let open = move |_| known.saving.set(true);
            view! { <li><button type="button" class="menu-item" on:click=open>"Save as segment…"</button></li> }
        });
        let manage = is_owner.then(|| {
            let href = dash
                .site
                .with_value(|site| routes::site_settings(&site.domain, "segments"));
            view! { <li><a class="menu-item" href=href>"Manage segments"</a></li> }
        });
        view! {
            {items}
            <ul class="menu-group">{save}{manage}</ul>
        }
    };
    let menu = move || {
        let any = is_owner || !known.list.with(Vec::is_empty);
        any.then(|| {
            let label = Signal::stored("Segments".to_owned());
            view! { <Menu label=label name="Filters" class="segments-menu">{part(choices)}</Menu> }
        })
    };
    let dialog = move || known.saving.get().then(|| view! { <SaveDialog known=known /> });
    view! { {part_if(menu)} {part_if(dialog)} }.into_any()
}
