//! Forms that hold what is not saved yet: leaving the page then asks first.
//!
//! A step within the app asks here; closing the tab, reloading and the step to the other program ask through the
//! browser, whose words are its own. Only pages of settings have such forms.

use crate::router::Router;
use crate::ui::tasks::effect;
use leptos::prelude::*;

const QUESTION: &str = "Leave this page? What you entered is not saved.";

/// How many forms of the page hold something unsaved.
#[derive(Clone, Copy)]
struct Unsaved(RwSignal<u32>);

/// Begins to ask before steps; the program calls it once.
pub fn guard(router: Router) {
    let count = RwSignal::new(0_u32);
    provide_context(Unsaved(count));
    router.ask_before_leaving(Callback::new(move |()| {
        count.get_untracked() == 0 || window().confirm_with_message(QUESTION).unwrap_or(true)
    }));
    window_event_listener(leptos::ev::beforeunload, move |event| {
        if count.get_untracked() > 0 {
            event.prevent_default();
        }
    });
}

/// Counts the form of the calling scope while `dirty` says that it holds something unsaved.
pub fn watch(dirty: impl Fn() -> bool + Send + Sync + 'static) {
    let Some(Unsaved(count)) = use_context::<Unsaved>() else {
        return;
    };
    let counted = StoredValue::new(false);
    let set = move |now: bool| {
        if counted.try_get_value().is_some_and(|before| before != now) {
            counted.set_value(now);
            count.update(|count| *count = if now { *count + 1 } else { count.saturating_sub(1) });
        }
    };
    effect(move || set(dirty()));
    on_cleanup(move || set(false));
}
