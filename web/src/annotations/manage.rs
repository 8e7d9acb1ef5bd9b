//! `/<domain>/settings/notes`: the notes of a site, and the form that makes them.

use super::form::{Entry, form};
use super::row::row;
use crate::app::session::{Loaded, Session, use_session};
use crate::app::{OwnerPage, SettingsNav};
use crate::client::annotations;
use crate::router::{Router, use_router};
use crate::sites::own_site::owned_site;
use crate::ui::announce::announcer;
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::tasks::spawn;
use crate::ui::{Views, part};
use leptos::prelude::*;
use shared::annotation::Annotation;
use shared::ids::SiteId;
use shared::site::Site;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Notes {
    /// The site.
    pub site: StoredValue<SiteId>,
    /// Its notes, by date.
    pub list: RwSignal<Loaded<Vec<Annotation>>>,
    /// The live region.
    pub announce: Callback<String>,
    /// The app's session, for expired ones.
    pub session: Session,
    /// The app's router.
    pub router: Router,
}

impl Notes {
    /// Loads the list.
    pub fn load(self) {
        spawn(async move {
            let Some(site) = self.site.try_get_value() else { return };
            match annotations::list(&site).await {
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

/// A site's notes, for its owner.
#[component]
pub fn NotesPage(
    /// The site's domain.
    domain: String,
) -> impl IntoView {
    dom::set_title(&format!("Notes · {domain}"));
    let nav = domain.clone();
    view! {
        <OwnerPage class="settings">
            <SettingsNav domain=nav current="notes" />
            {owned_site(domain, Box::new(heading), Box::new(page))}
        </OwnerPage>
    }
}

fn heading() -> AnyView {
    view! { <div class="page-head"><h1 tabindex="-1">"Notes"</h1></div><div class="card block skeleton-block"></div> }
        .into_any()
}

fn page(site: Site) -> AnyView {
    let entry = Entry::new();
    let all = Notes {
        site: StoredValue::new(site.id),
        list: RwSignal::new(None),
        announce: announcer(),
        session: use_session(),
        router: use_router(),
    };
    all.load();
    let body = move || {
        match all.list.get() {
        None => view! { <div class="card block skeleton-block"></div> }.into_any(),
        Some(Err(failure)) => {
            let retry = Callback::new(move |()| all.load());
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
        Some(Ok(list)) if list.is_empty() => view! {
            <div class="card empty">
                <h2>"No notes yet"</h2>
                <p class="muted">"A note says what happened on a day: a launch, a campaign, an outage. The chart shows it there."</p>
            </div>
        }
        .into_any(),
        Some(Ok(list)) => {
            let rows = list.into_iter().rev().map(|note| row(all, entry, note)).views();
            view! { <ul class="links notes">{rows}</ul> }.into_any()
        }
    }
    };
    view! {
        <div class="page-head"><h1 tabindex="-1">"Notes"</h1></div>
        <div class="stack">
            <div class="card block">{form(all, entry)}</div>
            {part(body)}
        </div>
    }
    .into_any()
}
