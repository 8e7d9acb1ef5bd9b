//! Plain buttons, built in one place for their size.

use leptos::prelude::*;

/// The button that sends a form; it rests while the form is on its way.
pub fn submit(label: &'static str, busy: RwSignal<bool>) -> AnyView {
    view! { <button type="submit" class="btn primary" prop:disabled=busy>{label}</button> }.into_any()
}

/// A button of second rank.
pub fn button(label: &'static str, on_press: Callback<()>) -> AnyView {
    view! { <button type="button" class="btn" on:click=move |_| on_press.run(())>{label}</button> }.into_any()
}
