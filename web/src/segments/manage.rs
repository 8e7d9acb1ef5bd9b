//! `/<domain>/settings/segments`.

use super::form::segment_form;
use super::place;
use super::row::segment_row;
use crate::app::session::{Loaded, Session, use_session};
use crate::app::{OwnerPage, SettingsNav};
use crate::client::segments;
use crate::router::{Router, use_router};
use crate::sites::own_site::owned_site;
use crate::ui::announce::announcer;
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::icon::icon;
use crate::ui::tasks::spawn;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;
use shared::ids::SiteId;
use shared::segment::Segment;
use shared::site::Site;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Segments {
    /// The site.
    pub site: StoredValue<SiteId>,
    /// Its segments.
    pub list: RwSignal<Loaded<Vec<Segment>>>,
    /// The live region.
    pub announce: Callback<String>,
    /// The app's session, for expired ones.
    pub session: Session,
    /// The app's router.
    pub router: Router,
}

impl Segments {
    /// Puts a changed or new segment in its place by name.
    pub fn put(self, segment: Segment) {
        self.list.try_update(|list| {
            if let Some(Ok(list)) = list {
                list.retain(|known| known.id != segment.id);
                let at = place(list.iter().map(|known| known.name.as_str()), &segment.name);
                list.insert(at, segment);
            }
        });
    }

    /// Loads the list.
    pub fn load(self) {
        spawn(async move {
            let Some(site) = self.site.try_get_value() else { return };
            match segments::list(&site).await {
                Ok(list) => drop(self.list.try_set(Some(Ok(list)))),
                Err(failure) => {
                    if let Some(failure) = self.session.check(failure, self.router) {
                        self.list.try_set(Some(Err(failure)));
                    }
                }
            }
        });
    }
}

/// A site's segments, for its owner.
#[component]
pub fn SegmentsPage(
    /// The site's domain.
    domain: String,
) -> impl IntoView {
    dom::set_title(&format!("Segments · {domain}"));
    let nav = domain.clone();
    view! {
        <OwnerPage class="settings">
            <SettingsNav domain=nav current="segments" />
            {owned_site(domain, Box::new(heading), Box::new(page))}
        </OwnerPage>
    }
}

fn heading() -> AnyView {
    view! { <div class="page-head"><h1 tabindex="-1">"Segments"</h1></div><div class="card block skeleton-block"></div> }
        .into_any()
}

fn page(site: Site) -> AnyView {
    let all = Segments {
        site: StoredValue::new(site.id),
        list: RwSignal::new(None),
        announce: announcer(),
        session: use_session(),
        router: use_router(),
    };
    all.load();
    let creating = RwSignal::new(false);
    let form = move || {
        creating
            .get()
            .then(|| segment_form(all, None, Callback::new(move |()| creating.set(false))))
    };
    let body = move || {
        match all.list.get() {
        None => view! { <div class="card block skeleton-block"></div> }.into_any(),
        Some(Err(failure)) => {
            let retry = Callback::new(move |()| all.load());
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
        Some(Ok(list)) if list.is_empty() => part_if(move || {
            (!creating.get()).then(|| {
                view! {
                    <div class="card empty">
                        <h2>"No segments yet"</h2>
                        <p class="muted">"A segment is a set of filters with a name, such as the visits from one country."</p>
                    </div>
                }
            })
        })
        .into_any(),
        Some(Ok(list)) => {
            let rows = list.into_iter().map(|segment| segment_row(all, segment)).views();
            view! { <ul class="links">{rows}</ul> }.into_any()
        }
    }
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Segments"</h1>
            <div class="page-tools">
                <button type="button" class="btn primary" on:click=move |_| creating.set(true)>
                    {icon("plus")}<span>"Create segment"</span>
                </button>
            </div>
        </div>
        {part_if(form)}
        {part(body)}
        <p class="muted small">"A share link that is bound to a segment shows nothing outside of it."</p>
    }
    .into_any()
}
