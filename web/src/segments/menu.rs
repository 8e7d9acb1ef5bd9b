//! The site's segments on its dashboard: apply one, save the present filters as one.

use super::save::SaveDialog;
use crate::app::session::{Session, use_session};
use crate::client::segments;
use crate::reports::dash::{Dash, use_dash};
use crate::reports::filter;
use crate::router::{Router, routes, use_router};
use crate::ui::markup::Markup;
use crate::ui::menu::{MenuSpec, item, menu};
use crate::ui::part_if;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
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
        spawn(async move {
            match segments::choices(&site).await {
                Ok(list) => drop(self.list.try_set(list)),
                Err(failure) => drop(session.check(failure, router)),
            }
        });
    }
}

impl Known {
    fn write(self, is_owner: bool, markup: &mut Markup) {
        let now = self.dash.view.with(|view| view.filters.clone());
        markup.raw("<ul class=\"menu-group scroll\">");
        self.list.with(|list| {
            for segment in list {
                match filter::for_url(&segment.filters) {
                    Some(conditions) => {
                        let current = conditions == now;
                        let href = self.dash.href(|mut view| {
                            view.filters = conditions;
                            view
                        });
                        item(markup, &href, current, &segment.name, "");
                    }
                    None => {
                        markup
                            .raw("<li><span class=\"menu-item off\" title=\"Its conditions are combined in ways that ");
                        markup
                            .raw("filters here can&#39;t say\">")
                            .text(&segment.name)
                            .raw("</span></li>");
                    }
                }
            }
        });
        markup.raw("</ul>");
        if !is_owner {
            return;
        }
        markup.raw("<ul class=\"menu-group\">");
        if !now.is_empty() {
            markup
                .raw("<li><button type=\"button\" class=\"menu-item\" data-do=\"save\">Save as segment…</button></li>");
        }
        let settings = self
            .dash
            .site
            .with_value(|site| routes::site_settings(&site.domain, "segments"));
        item(markup, &settings, false, "Manage segments", "");
        markup.raw("</ul>");
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
    let shown = Memo::new(move |_| is_owner || !known.list.with(Vec::is_empty));
    let menu = move || {
        shown.get().then(|| {
            let label = Signal::stored("Segments".to_owned());
            menu(MenuSpec {
                class: "segments-menu",
                act: Callback::new(move |_| known.saving.set(true)),
                ..MenuSpec::links(label, "Filters", Box::new(move |markup| known.write(is_owner, markup)))
            })
        })
    };
    let dialog = move || known.saving.get().then(|| view! { <SaveDialog known=known /> });
    view! { {part_if(menu)} {part_if(dialog)} }.into_any()
}
