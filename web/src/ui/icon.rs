//! Icons: symbols of the sprite in `page/body.html`.

use leptos::prelude::*;

/// The icon of a name, without meaning of its own to a screen reader.
pub fn icon(name: &'static str) -> AnyView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=format!("#i-{name}") />
        </svg>
    }
    .into_any()
}
