//! Seconds to wait, counted down.

use super::dynamic;
use leptos::prelude::*;
use std::time::Duration;

/// A clock that counts `left` down each second while the calling scope lives; `on_end` hears when it reaches nothing.
pub fn countdown(left: RwSignal<u32>, on_end: Callback<()>) {
    let ticking = set_interval_with_handle(
        move || {
            let now = left.get_untracked();
            if now > 0 {
                left.set(now - 1);
                if now == 1 {
                    on_end.run(());
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

/// Says what too many requests are answered with, while `left` says that there is something to wait for.
pub fn wait_line(left: RwSignal<u32>) -> AnyView {
    let words = move || match left.get() {
        0 => String::new(),
        seconds => waiting(seconds),
    };
    // Read out once where it is announced, and not each second.
    view! { <p class="field-error" aria-live="off">{dynamic(words)}</p> }.into_any()
}

/// What too many requests are answered with.
pub fn waiting(seconds: u32) -> String {
    format!("Too many requests. Try again in {seconds} s")
}
