//! The app's one polite live region.

use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Region(RwSignal<String>);

/// Makes the region; the app renders it once.
pub fn region() -> AnyView {
    let text = RwSignal::new(String::new());
    provide_context(Region(text));
    view! { <div class="sr-only" role="status" aria-live="polite">{text}</div> }.into_any()
}

/// How a part of the page gets hold of the region: take it while building, say things later.
pub fn announcer() -> Callback<String> {
    let region = use_context::<Region>();
    Callback::new(move |words: String| {
        if let Some(Region(text)) = region {
            // The same words twice are only read when the text changes.
            let twice = text.get_untracked() == words;
            text.set(if twice { format!("{words}\u{a0}") } else { words });
        }
    })
}
