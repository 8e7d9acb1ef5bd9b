//! Plain buttons, built in one place for their size.

use super::dynamic;
use leptos::prelude::*;

/// The button that sends a form; it rests while the form is on its way.
pub fn submit(label: &'static str, busy: RwSignal<bool>) -> AnyView {
    submit_as("btn primary", label, busy)
}

/// The same with classes of its own. It is not `disabled` meanwhile: the keyboard would lose its place.
pub fn submit_as(class: &'static str, label: &'static str, busy: RwSignal<bool>) -> AnyView {
    let press = move |event: web_sys::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <button type="submit" class=class class:off=busy aria-disabled=dynamic(move || busy.get().to_string()) on:click=press>
            {label}
        </button>
    }
    .into_any()
}

/// A button of second rank.
pub fn button(label: &'static str, on_press: Callback<()>) -> AnyView {
    view! { <button type="button" class="btn" on:click=move |_| on_press.run(())>{label}</button> }.into_any()
}
