//! The frame around every page: which page, its title and focus, the live region, the offline banner.

mod layout;
mod not_found;
pub mod session;

pub use layout::{OwnerPage, SettingsNav};

use crate::accounts::{account_page::AccountPage, login::LoginPage};
use crate::api_keys::ApiKeysPage;
use crate::router::routes::{self, Route};
use crate::router::{Router, use_router};
use crate::share_links::{manage::ShareLinksPage, open::SharePage};
use crate::sites::{general::GeneralPage, overview::SitesPage, site_page::SitePage};
use crate::ui::{announce, dom};
use crate::ui::{part, part_if};
use leptos::prelude::*;
use not_found::NotFound;
use session::Session;
use wasm_bindgen::JsCast;

/// Puts the app in the place of the static shell of `index.html`.
pub fn mount() {
    let root = document()
        .get_element_by_id("app")
        .and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    let root = root.expect("index.html has an element #app");
    root.set_inner_html("");
    mount_to(root, App).forget();
}

#[component]
fn App() -> impl IntoView {
    let router = Router::start();
    provide_context(router);
    provide_context(Session::default());
    let region = announce::region();
    focus_after_steps(router);
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <Offline />
        <Pages />
        {region}
    }
}

#[component]
fn Pages() -> impl IntoView {
    let router = use_router();
    part(move || match routes::route(&router.path.get()) {
        Route::Login => view! { <LoginPage /> }.into_any(),
        Route::Sites => view! { <SitesPage /> }.into_any(),
        Route::Dashboard(domain) => view! { <SitePage domain=domain /> }.into_any(),
        Route::General(domain) => view! { <GeneralPage domain=domain /> }.into_any(),
        Route::ShareLinks(domain) => view! { <ShareLinksPage domain=domain /> }.into_any(),
        Route::Account => view! { <AccountPage /> }.into_any(),
        Route::ApiKeys => view! { <ApiKeysPage /> }.into_any(),
        Route::Share(domain) => view! { <SharePage domain=domain /> }.into_any(),
        Route::NotFound => view! { <NotFound /> }.into_any(),
    })
}

/// A new page is announced by its heading: screen readers and the keyboard go on from there.
fn focus_after_steps(router: Router) {
    Effect::new(move |before: Option<String>| {
        let path = router.path.get();
        if before.is_some_and(|before| before != path) {
            dom::focus("h1");
        }
        path
    });
}

/// Says that the network is gone while it is.
#[component]
fn Offline() -> impl IntoView {
    let offline = RwSignal::new(!window().navigator().on_line());
    window_event_listener(leptos::ev::offline, move |_| offline.set(true));
    window_event_listener(leptos::ev::online, move |_| offline.set(false));
    part_if(move || {
        offline
            .get()
            .then(|| view! { <p class="banner" role="status">"You are offline. What you see may be old."</p> })
    })
}
