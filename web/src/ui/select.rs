//! A labelled choice of one among several.

use super::field::FieldSpec;
use super::{Views, part};
use leptos::prelude::*;

/// What may be chosen: values with their labels.
pub type Options = Vec<(String, String)>;

/// A labelled select; its error goes away with another choice.
pub fn select(
    spec: FieldSpec,
    options: Box<dyn Fn() -> Options + Send + Sync>,
    value: RwSignal<String>,
    error: RwSignal<String>,
) -> AnyView {
    let options = move || {
        let option = |(key, label): (String, String)| {
            let chosen = value.with_untracked(|value| *value == key);
            view! { <option value=key selected=chosen>{label}</option> }
        };
        options().into_iter().map(option).views()
    };
    let on_change = move |event| {
        value.set(event_target_value(&event));
        error.set(String::new());
    };
    view! {
        <div class="field">
            <label for=spec.id>{spec.label}</label>
            <select id=spec.id class="select" aria-describedby=format!("{0}-help {0}-error", spec.id) on:change=on_change>
                {part(options)}
            </select>
            <p class="field-help" id=format!("{}-help", spec.id)>{spec.help}</p>
            <p class="field-error" id=format!("{}-error", spec.id) role="alert">{error}</p>
        </div>
    }
    .into_any()
}
