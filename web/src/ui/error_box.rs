//! An error with a way out of it.

use super::countdown::{countdown, waiting};
use super::dynamic;
use leptos::prelude::*;

/// Says what went wrong and offers to try again; counts down first when the server asked to wait.
#[component]
pub fn ErrorBox(
    /// What went wrong, in one sentence.
    #[prop(into)]
    message: String,
    /// Seconds until trying again makes sense.
    wait_s: Option<u32>,
    /// Tries again.
    retry: Callback<()>,
) -> impl IntoView {
    let left = RwSignal::new(wait_s.unwrap_or(0));
    if wait_s.is_some() {
        countdown(left, retry);
    }
    let text = move || match left.get() {
        0 => message.clone(),
        seconds => waiting(seconds),
    };
    let counting = move || left.get() > 0;
    view! {
        <div class="error-box" role="alert">
            {super::icon::icon("alert")}
            <p aria-live="off">{dynamic(text)}</p>
            <button type="button" class="btn" prop:disabled=dynamic(counting) on:click=move |_| retry.run(())>
                "Try again"
            </button>
        </div>
    }
}
