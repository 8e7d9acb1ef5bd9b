//! `/settings/api-keys`: keys for scripts.
//!
//! A key's secret is shown once, right after it is made, and kept nowhere in the app. Revoking asks once more in place.

mod form;
mod row;

use crate::app::OwnerPage;
use crate::app::session::{Loaded, Session, use_session};
use crate::client::api_keys;
use crate::router::{Router, use_router};
use crate::ui::announce::announcer;
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::icon::icon;
use crate::ui::tasks::spawn;
use crate::ui::{Views, part, part_if};
use form::CreateForm;
use leptos::prelude::*;
use row::{key_row, secret};
use shared::api_key::{ApiKey, NewApiKey};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Keys {
    list: RwSignal<Loaded<Vec<ApiKey>>>,
    /// The key that was just made, with its secret.
    made: RwSignal<Option<NewApiKey>>,
    announce: Callback<String>,
    session: Session,
    router: Router,
}

impl Keys {
    fn change(self, change: impl FnOnce(&mut Vec<ApiKey>)) {
        self.list.try_update(|list| {
            if let Some(Ok(list)) = list {
                change(list);
            }
        });
    }

    fn load(self) {
        spawn(async move {
            match api_keys::list().await {
                Ok(list) => {
                    self.list.try_set(Some(Ok(list)));
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

/// The account's API keys.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    dom::set_title("API keys");
    let keys = Keys {
        list: RwSignal::new(None),
        made: RwSignal::new(None),
        announce: announcer(),
        session: use_session(),
        router: use_router(),
    };
    keys.session.need_sites(keys.router);
    keys.load();
    let creating = RwSignal::new(false);
    let form = move || {
        creating.get().then(|| {
            view! { <CreateForm keys=keys on_close=Callback::new(move |()| creating.set(false)) /> }
        })
    };
    let body = move || match keys.list.get() {
        None => view! { <div class="card block skeleton-block"></div> }.into_any(),
        Some(Err(failure)) => {
            let retry = Callback::new(move |()| keys.load());
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
        Some(Ok(list)) if list.is_empty() => view! {
            <div class="card empty">
                <h2>"No API keys yet"</h2>
                <p class="muted">"A key lets a script read or write what its scopes allow."</p>
            </div>
        }
        .into_any(),
        Some(Ok(list)) => {
            let rows = list.iter().map(|key| key_row(keys, key)).views();
            view! { <ul class="links">{rows}</ul> }.into_any()
        }
    };
    view! {
        <OwnerPage class="settings">
            <div class="page-head">
                <h1 tabindex="-1">"API keys"</h1>
                <div class="page-tools">
                    <button type="button" class="btn primary" on:click=move |_| creating.set(true)>
                        {icon("plus")}<span>"Create API key"</span>
                    </button>
                </div>
            </div>
            {part_if(form)}
            {move || keys.made.get().map(secret)}
            {part(body)}
            <p class="muted small">
                "Send a key as " <code>"Authorization: Bearer vk_…"</code> ". "
                <a href="/api/docs" rel="external">"API documentation"</a>
            </p>
        </OwnerPage>
    }
}
