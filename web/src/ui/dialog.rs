//! A modal dialog, the browser's own.

use super::dom;
use crate::ui::tasks::{effect, later};
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// A modal dialog that is open while it is rendered. Esc, the cross and a click beside it call `on_close`.
#[component]
pub fn Dialog(
    /// The heading.
    #[prop(into)]
    title: String,
    /// An extra class, for width.
    #[prop(optional)]
    class: &'static str,
    /// Takes the dialog away.
    on_close: Callback<()>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = element.get().filter(|dialog| !dialog.open()) {
            let _ = dialog.show_modal();
        }
    });
    // Whoever opened the dialog goes on where they were.
    let before = StoredValue::new_local(document().active_element());
    on_cleanup(move || {
        if let Some(before) = before.try_get_value().flatten() {
            later(move || dom::focus_element(&before), Duration::ZERO);
        }
    });
    // The dialog has no padding: only the backdrop hits the element itself.
    let is_backdrop = |event: &web_sys::Event| {
        let target = event.target();
        target.is_some_and(|target| target.dyn_ref::<web_sys::HtmlDialogElement>().is_some())
    };
    // Whoever marks text and lets go outside means the text.
    let pressed = StoredValue::new(false);
    let on_press = move |event: web_sys::PointerEvent| pressed.set_value(is_backdrop(&event));
    let on_click = move |event: web_sys::MouseEvent| {
        if pressed.get_value() && is_backdrop(&event) {
            on_close.run(());
        }
    };
    view! {
        <dialog
            class=format!("dialog {class}")
            aria-labelledby="dialog-title"
            node_ref=element
            on:close=move |_| on_close.run(())
            on:pointerdown=on_press
            on:click=on_click
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2 id="dialog-title">{title}</h2>
                    <button type="button" class="icon-btn" aria-label="Close" on:click=move |_| on_close.run(())>
                        {super::icon::icon("x")}
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
}
