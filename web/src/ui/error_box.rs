//! An error with a way out of it.

use super::dynamic;
use leptos::prelude::*;
use std::time::Duration;

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
        let ticking = set_interval_with_handle(
            move || {
                let now = left.get_untracked();
                if now > 0 {
                    left.set(now - 1);
                    if now == 1 {
                        retry.run(());
                    }
                }
            },
            Duration::from_secs(1),
        );
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
        });
    }
    let text = move || match left.get() {
        0 => message.clone(),
        seconds => format!("Too many requests. Try again in {seconds} s"),
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
