//! A switch that takes effect at once.

use super::dynamic;
use leptos::prelude::*;

/// A switch; `name` is what it turns on. It keeps the focus while the change is on its way, and takes no second press.
pub fn toggle(name: String, on: Signal<bool>, busy: RwSignal<bool>, flip: Callback<bool>) -> AnyView {
    let on_click = move |_| {
        if !busy.get_untracked() {
            flip.run(!on.get_untracked());
        }
    };
    view! {
        <button type="button" role="switch" class="switch" aria-label=name
            aria-checked=dynamic(move || on.get().to_string())
            aria-busy=dynamic(move || busy.get().to_string())
            on:click=on_click
        >
            <i></i>
            <span aria-hidden="true">{dynamic(move || if on.get() { "On" } else { "Off" })}</span>
        </button>
    }
    .into_any()
}
