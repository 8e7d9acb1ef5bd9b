//! A field whose text is copied with one press.

use super::announce::announcer;
use super::dynamic;
use super::{dom, icon::icon};
use crate::ui::tasks::{effect, later, spawn};
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// A read-only field with a button that copies it. Without a clipboard the text is marked and the keys are named.
#[component]
pub fn CopyField(
    /// What the text is, to a screen reader.
    #[prop(into)]
    name: String,
    /// What the button says.
    label: &'static str,
    /// The text.
    #[prop(into)]
    text: String,
    /// Put the focus on the button when it appears.
    #[prop(optional)]
    focus: bool,
) -> impl IntoView {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Idle,
        Copied,
        ByHand,
    }
    let state = RwSignal::new(State::Idle);
    let field = NodeRef::<html::Input>::new();
    let button = NodeRef::<html::Button>::new();
    let announce = announcer();
    let about = format!(": {name}");
    if focus {
        effect(move || {
            if let Some(button) = button.get() {
                request_animation_frame(move || dom::focus_element(&button));
            }
        });
    }
    let copied = text.clone();
    let on_click = move |_| {
        let text = copied.clone();
        spawn(async move {
            if dom::copy(&text).await {
                state.try_set(State::Copied);
                announce.run("Copied".to_owned());
            } else {
                if let Some(field) = field.get_untracked() {
                    dom::select_input(&field);
                }
                state.try_set(State::ByHand);
                announce.run("Press Ctrl+C".to_owned());
            }
            later(
                move || {
                    state.try_set(State::Idle);
                },
                Duration::from_secs(2),
            );
        });
    };
    let words = move || match state.get() {
        State::Idle => label,
        State::Copied => "Copied",
        State::ByHand => "Press Ctrl+C",
    };
    view! {
        <div class="copy">
            <input
                class="input mono"
                type="text"
                readonly
                aria-label=name
                prop:value=text
                node_ref=field
                on:focus=move |event| if let Some(input) = dom::input_of(&event) { input.select() }
            />
            <button type="button" class="btn copy-btn" node_ref=button on:click=on_click>
                {move || icon(if state.get() == State::Copied { "check" } else { "copy" })}
                <span>{dynamic(words)}</span>
                <span class="sr-only">{about}</span>
            </button>
        </div>
    }
}
