//! The frame around every page: its focus, the live region, the offline banner; and which pages a program has.

pub mod account;
pub mod agency;
pub mod dashboard;
pub mod health;
mod layout;
pub mod measuring;
mod not_found;
pub mod session;
pub mod settings;
pub mod share;
pub mod unsaved;

pub use layout::{OwnerPage, SettingsNav};

use crate::router::Router;
use crate::router::routes::{self, Route};
use crate::ui::{announce, dom};
use crate::ui::{part, part_if};
use leptos::prelude::*;
use session::Session;
use shared::app::App;
use wasm_bindgen::JsCast;

/// The place of the static shell of the page, emptied.
fn root() -> web_sys::HtmlElement {
    let root = document()
        .get_element_by_id("app")
        .and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    let root = root.expect("the page has an element #app");
    root.set_inner_html("");
    root
}

/// Puts a program of one page in the place of its shell: without a router, and so without ways to other pages.
pub fn show(page: fn() -> AnyView) {
    mount_to(root(), move || {
        view! {
            <a class="skip" href="#main">"Skip to content"</a>
            {offline()}
            {page()}
        }
    })
    .forget();
}

/// Puts the app in the place of the static shell of its page. `page` is the view of a route; `start` is called once.
pub fn mount(app: App, page: fn(Route) -> AnyView, start: fn(Router)) {
    mount_to(root(), move || {
        let router = Router::start(app);
        provide_context(router);
        provide_context(Session::default());
        let region = announce::region();
        focus_after_steps(router);
        start(router);
        view! {
            <a class="skip" href="#main">"Skip to content"</a>
            {offline()}
            {part(move || page(routes::route(&router.path.get())))}
            {region}
        }
    })
    .forget();
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
fn offline() -> AnyView {
    let offline = RwSignal::new(!window().navigator().on_line());
    window_event_listener(leptos::ev::offline, move |_| offline.set(true));
    window_event_listener(leptos::ev::online, move |_| offline.set(false));
    part_if(move || {
        offline
            .get()
            .then(|| view! { <p class="banner" role="status">"You are offline. What you see may be old."</p> })
    })
    .into_any()
}
