//! `/<domain>/settings/imports`.

use super::row::import_row;
use crate::app::session::{Loaded, Session, use_session};
use crate::app::{OwnerPage, SettingsNav};
use crate::client::imports;
use crate::router::{Router, use_router};
use crate::sites::own_site::owned_site;
use crate::ui::announce::announcer;
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::{Views, part};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::SiteId;
use shared::import::{Import, ImportStatus};
use shared::site::Site;
use std::time::Duration;

/// While something is under way, the list is asked again after so long.
const AGAIN: Duration = Duration::from_secs(1);

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Imports {
    /// The site.
    pub site: StoredValue<SiteId>,
    /// Its imports.
    pub list: RwSignal<Loaded<Vec<Import>>>,
    /// The live region.
    pub announce: Callback<String>,
    /// The app's session, for expired ones.
    pub session: Session,
    /// The app's router.
    pub router: Router,
}

impl Imports {
    /// Loads the list, and again while something is under way.
    pub fn load(self) {
        spawn_local(async move {
            let Some(site) = self.site.try_get_value() else { return };
            match imports::list(&site).await {
                Ok(list) => {
                    let open = |import: &Import| {
                        matches!(
                            import.status,
                            ImportStatus::Waiting | ImportStatus::Running | ImportStatus::Removing
                        )
                    };
                    let again = list.iter().any(open);
                    // Nobody is there any more when the page was left.
                    if self.list.try_set(Some(Ok(list))).is_none() && again {
                        set_timeout(move || self.load(), AGAIN);
                    }
                }
                Err(failure) => {
                    if let Some(failure) = self.session.check(failure, self.router) {
                        self.list.try_set(Some(Err(failure)));
                    }
                }
            }
        });
    }
}

/// A site's imports, for its owner.
#[component]
pub fn ImportsPage(
    /// The site's domain.
    domain: String,
) -> impl IntoView {
    dom::set_title(&format!("Imports · {domain}"));
    let nav = domain.clone();
    view! {
        <OwnerPage class="settings">
            <SettingsNav domain=nav current="imports" />
            {owned_site(domain, Box::new(heading), Box::new(page))}
        </OwnerPage>
    }
}

fn heading() -> AnyView {
    view! { <div class="page-head"><h1 tabindex="-1">"Imports"</h1></div><div class="card block skeleton-block"></div> }
        .into_any()
}

fn page(site: Site) -> AnyView {
    let all = Imports {
        site: StoredValue::new(site.id),
        list: RwSignal::new(None),
        announce: announcer(),
        session: use_session(),
        router: use_router(),
    };
    all.load();
    let body = move || match all.list.get() {
        None => view! { <div class="card block skeleton-block"></div> }.into_any(),
        Some(Err(failure)) => {
            let retry = Callback::new(move |()| all.load());
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
        Some(Ok(list)) if list.is_empty() => view! {
            <div class="card empty">
                <h2>"No imports yet"</h2>
                <p class="muted">"Numbers from before are imported beside those that are collected."</p>
            </div>
        }
        .into_any(),
        Some(Ok(list)) => {
            let rows = list.into_iter().map(|import| import_row(all, import)).views();
            view! { <ul class="links">{rows}</ul> }.into_any()
        }
    };
    view! {
        <div class="page-head"><h1 tabindex="-1">"Imports"</h1></div>
        <div class="stack">{give(all)} {part(body)}</div>
    }
    .into_any()
}

/// The place for a file: a picker that files can be dropped on, as browsers have it.
fn give(all: Imports) -> AnyView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let on_change = move |event: web_sys::Event| {
        let Some(input) = dom::input_of(&event) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        busy.set(true);
        error.set(String::new());
        spawn_local(async move {
            let Some(site) = all.site.try_get_value() else { return };
            let sent = imports::upload(&site, &file).await;
            busy.try_set(false);
            // The same file may be chosen again.
            input.set_value("");
            match sent {
                Ok(_) => all.announce.run("File received".to_owned()),
                Err(failure) => {
                    if let Some(failure) = all.session.check(failure, all.router) {
                        error.try_set(failure.within("").unwrap_or_else(|| failure.message()));
                    }
                }
            }
            all.load();
        });
    };
    let words = move || if busy.get() { "Sending…" } else { "" };
    view! {
        <div class="card block">
            <div class="field">
                <label for="import-file">"Access log or Plausible export"</label>
                <input
                    id="import-file"
                    type="file"
                    class="input"
                    aria-describedby="import-help import-error"
                    prop:disabled=busy
                    on:change=on_change
                />
                <p class="field-help" id="import-help">
                    "Choose a file or drop it here: a log of nginx or Apache (also gzipped), or the ZIP archive that Plausible exports. Days that have numbers already are left out. A log that has grown goes on where it ended."
                </p>
                <p class="field-help" role="status">{part(words)}</p>
                <p class="field-error" id="import-error" role="alert">{error}</p>
            </div>
        </div>
    }
    .into_any()
}
