//! A labelled text field with help and error.

use super::dom;
use leptos::prelude::*;

/// What distinguishes one field from another.
#[derive(Clone, Copy)]
pub struct FieldSpec {
    /// The element's id and name, unique on the page.
    pub id: &'static str,
    /// What to enter.
    pub label: &'static str,
    /// The input's type.
    pub kind: &'static str,
    /// For password managers and address books.
    pub autocomplete: &'static str,
    /// One sentence under the field; may be empty.
    pub help: &'static str,
    /// An example; may be empty.
    pub placeholder: &'static str,
}

impl FieldSpec {
    /// A plain text field.
    pub const fn text(id: &'static str, label: &'static str) -> Self {
        FieldSpec {
            id,
            label,
            kind: "text",
            autocomplete: "off",
            help: "",
            placeholder: "",
        }
    }

    /// A field for the present password.
    pub const fn password(id: &'static str, label: &'static str) -> Self {
        FieldSpec {
            kind: "password",
            autocomplete: "current-password",
            ..Self::text(id, label)
        }
    }
}

/// A labelled field; its error goes away when typing.
#[component]
pub fn Field(
    /// Which field.
    spec: FieldSpec,
    /// The text in it.
    value: RwSignal<String>,
    /// What is wrong with it; empty when nothing.
    error: RwSignal<String>,
) -> impl IntoView {
    let described_by = format!("{0}-help {0}-error", spec.id);
    let on_input = move |event: web_sys::Event| {
        if let Some(input) = dom::input_of(&event) {
            value.set(input.value());
            if !error.with_untracked(String::is_empty) {
                error.set(String::new());
            }
        }
    };
    view! {
        <div class="field">
            <label for=spec.id>{spec.label}</label>
            <input
                id=spec.id
                name=spec.id
                type=spec.kind
                class="input"
                autocomplete=spec.autocomplete
                autocapitalize="none"
                spellcheck="false"
                placeholder=spec.placeholder
                aria-describedby=described_by
                aria-invalid=move || if error.with(String::is_empty) { "false" } else { "true" }
                prop:value=value
                on:input=on_input
            />
            <p class="field-help" id=format!("{}-help", spec.id)>{spec.help}</p>
            <p class="field-error" id=format!("{}-error", spec.id) role="alert">{error}</p>
        </div>
    }
}
