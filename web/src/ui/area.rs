//! A labelled field for several lines.

use super::field::FieldSpec;
use leptos::prelude::*;

/// A field for several lines; its error goes away when typing.
pub fn area(spec: FieldSpec, value: RwSignal<String>, error: RwSignal<String>) -> AnyView {
    let on_input = move |event| {
        value.set(event_target_value(&event));
        error.set(String::new());
    };
    view! {
        <div class="field">
            <label for=spec.id>{spec.label}</label>
            <textarea
                id=spec.id
                class="input mono"
                rows="3"
                autocapitalize="none"
                spellcheck="false"
                placeholder=spec.placeholder
                aria-describedby=format!("{0}-help {0}-error", spec.id)
                aria-invalid=move || if error.with(String::is_empty) { "false" } else { "true" }
                prop:value=value
                on:input=on_input
            ></textarea>
            <p class="field-help" id=format!("{}-help", spec.id)>{spec.help}</p>
            <p class="field-error" id=format!("{}-error", spec.id) role="alert">{error}</p>
        </div>
    }
    .into_any()
}
