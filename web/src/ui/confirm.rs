//! A button that asks once more in place before it does what can't be undone.

use super::dom;
use crate::ui::tasks::later;
use leptos::prelude::*;
use std::time::Duration;

/// The second press counts only this long after the first, so that a double click never confirms.
const GUARD_MS: f64 = 300.0;
/// The question is withdrawn after this time.
const PATIENCE: Duration = Duration::from_secs(5);

/// A two-step button; both labels take up the same room, so that nothing jumps.
#[component]
pub fn ConfirmButton(
    /// Says what the button does.
    label: &'static str,
    /// Asks for the second press.
    question: &'static str,
    /// What it is done to, to a screen reader.
    #[prop(into)]
    about: String,
    /// True while it is being done.
    #[prop(into)]
    busy: Signal<bool>,
    /// Does it.
    on_confirm: Callback<()>,
) -> impl IntoView {
    let armed_at = RwSignal::new(None::<f64>);
    let disarm = move || {
        if armed_at.try_get_untracked().flatten().is_some() {
            armed_at.set(None);
        }
    };
    let on_click = move |_| {
        let now = dom::now_ms();
        match armed_at.get_untracked() {
            None => {
                armed_at.set(Some(now));
                later(
                    move || {
                        if armed_at.try_get_untracked().flatten() == Some(now) {
                            disarm();
                        }
                    },
                    PATIENCE,
                );
            }
            Some(armed) if now - armed >= GUARD_MS && !busy.get_untracked() => {
                armed_at.set(None);
                on_confirm.run(());
            }
            Some(_) => {}
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && armed_at.get_untracked().is_some() {
            event.prevent_default();
            event.stop_propagation();
            disarm();
        }
    };
    let words = move || if armed_at.get().is_some() { question } else { label };
    view! {
        <button
            type="button"
            class="btn confirm"
            class:armed=move || armed_at.get().is_some()
            aria-label=move || format!("{} {about}", words())
            aria-busy=move || busy.get().to_string()
            prop:disabled=busy
            on:click=on_click
            on:keydown=on_key
            on:blur=move |_| disarm()
        >
            <span class="confirm-idle">{label}</span>
            <span class="confirm-armed">{question}</span>
        </button>
    }
}
