//! The page for an address that leads nowhere.

use crate::ui::dom;
use leptos::prelude::*;

/// Says so, without a hint at what exists.
pub fn not_found() -> AnyView {
    dom::set_title("Page not found");
    view! {
        <main id="main" class="main center" tabindex="-1">
            <h1 tabindex="-1">"Page not found"</h1>
            <p class="muted">"There is nothing at this address."</p>
            <a class="btn" href="/">"Go to the start page"</a>
        </main>
    }
    .into_any()
}
