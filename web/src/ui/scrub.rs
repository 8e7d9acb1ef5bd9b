//! A picture of values in a row that is read out value by value: pointer, touch and arrow keys move one cursor.

use super::dynamic;
use super::markup::{Writer, written};
use leptos::html;
use leptos::prelude::*;

/// What distinguishes one such picture from another.
pub struct ScrubSpec {
    /// The class of the picture, for its size.
    pub class: &'static str,
    /// One sentence about the whole.
    pub label: Box<dyn Fn() -> String + Send>,
    /// How many values there are.
    pub count: Signal<usize>,
    /// Which of so many values lies at a place on the width, 0 to 1.
    pub nearest: fn(f64, usize) -> usize,
    /// The value that is read out.
    pub cursor: RwSignal<Option<usize>>,
    /// The value at a place, in words.
    pub spoken: Box<dyn Fn(usize) -> Option<String> + Send>,
    /// What does not move with the cursor.
    pub picture: Writer,
    /// What does.
    pub marker: Writer,
}

/// The picture. Arrow keys, Home and End walk; Esc takes the cursor away.
pub fn scrub(spec: ScrubSpec) -> AnyView {
    let ScrubSpec {
        class,
        label,
        count,
        nearest,
        cursor,
        spoken,
        picture,
        marker,
    } = spec;
    let element = NodeRef::<html::Div>::new();
    let place = move |client_x: i32| {
        let (Some(plot), count) = (element.get_untracked(), count.get_untracked()) else {
            return;
        };
        let area = plot.get_bounding_client_rect();
        if count > 0 && area.width() > 0.0 {
            let at = nearest((f64::from(client_x) - area.left()) / area.width(), count);
            if cursor.get_untracked() != Some(at) {
                cursor.set(Some(at));
            }
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let (count, now) = (count.get_untracked(), cursor.get_untracked());
        let last = count.saturating_sub(1);
        let next = match (event.key().as_str(), now) {
            (_, _) if count == 0 => return,
            ("ArrowRight", now) => Some(now.map_or(0, |at| (at + 1).min(last))),
            ("ArrowLeft", now) => Some(now.map_or(last, |at| at.saturating_sub(1))),
            ("Home", _) => Some(0),
            ("End", _) => Some(last),
            ("Escape", Some(_)) => None,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        cursor.set(next);
    };
    // What is under the cursor may be gone with a change.
    let words = move || cursor.get().filter(|at| *at < count.get()).and_then(&spoken);
    view! {
        <figure class=class>
            <div class="plot" role="img" tabindex="0" aria-label=dynamic(label) node_ref=element
                on:pointermove=move |event| place(event.client_x())
                on:pointerdown=move |event| place(event.client_x())
                on:pointerleave=move |event| if event.pointer_type() != "touch" { cursor.set(None) }
                on:keydown=on_key
                on:blur=move |_| cursor.set(None)
            >
                {written("", picture)}
                {written("", marker)}
            </div>
            <figcaption class="sr-only" aria-live="polite">{dynamic(words)}</figcaption>
        </figure>
    }
    .into_any()
}
