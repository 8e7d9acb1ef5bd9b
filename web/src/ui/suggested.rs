//! A labelled text field that suggests values.

use super::combobox::{ComboboxSpec, Source, combobox};
use super::field::FieldSpec;
use crate::ui::tasks::effect;
use leptos::prelude::*;

/// A field with label, help, error and suggestions. Any text may be entered; its error goes away with a change.
pub fn suggested(spec: FieldSpec, value: RwSignal<String>, error: RwSignal<String>, source: Source) -> AnyView {
    effect(move || {
        value.track();
        error.set(String::new());
    });
    let field = combobox(ComboboxSpec {
        id: spec.id.to_owned(),
        label: spec.label,
        placeholder: spec.placeholder,
        described_by: format!("{0}-help {0}-error", spec.id),
        text: value,
        source,
        pick: Callback::new(move |picked| value.set(picked)),
        enter: None,
        ends: Signal::stored(""),
    });
    view! {
        <div class="field">
            <label for=spec.id>{spec.label}</label>
            {field}
            <p class="field-help" id=format!("{}-help", spec.id)>{spec.help}</p>
            <p class="field-error" id=format!("{}-error", spec.id) role="alert">{error}</p>
        </div>
    }
    .into_any()
}
