//! Single-key shortcuts. They rest while typing and with modifiers, and can be switched off (WCAG 2.1.4).

use super::dash::{Dash, Overlay, use_dash};
use super::period_menu;
use super::view::{Compare, Details};
use crate::router::Step;
use crate::ui::Views;
use crate::ui::dialog::Dialog;
use crate::ui::dom;
use leptos::prelude::*;
use shared::query::FixedDimension;

const OFF_KEY: &str = "vitrine.shortcuts";

/// Keys beside those of the period menu.
const OTHERS: [(&str, &str); 7] = [
    ("C", "Custom range"),
    ("← →", "Previous and next period"),
    ("X", "Comparison on or off"),
    ("I", "Bucket size"),
    ("/", "Search pages"),
    ("Esc", "Close, or clear the filters"),
    ("?", "This list"),
];

/// Listens for as long as the calling scope lives.
pub fn listen(dash: Dash) {
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        if modified || event.default_prevented() || event.is_composing() || dom::is_typing(&event) || is_off() {
            return;
        }
        if press(dash, &event.key()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

fn is_off() -> bool {
    dom::remembered(OFF_KEY).as_deref() == Some("off")
}

fn press(dash: Dash, key: &str) -> bool {
    let today = dash.today.get_untracked();
    if let Some(span) = period_menu::span_of_key(key, today) {
        dash.go(Step::Push, |view| view.with_span(span));
        return true;
    }
    let view = dash.view.get_untracked();
    match key {
        "ArrowLeft" | "ArrowRight" => {
            let step = if key == "ArrowLeft" { -1 } else { 1 };
            let Some(span) = view.shown().step(step, today) else {
                return false;
            };
            dash.go(Step::Push, |view| view.with_span(span));
        }
        "c" | "C" => dash.overlay.set(Some(Overlay::Range)),
        "?" => dash.overlay.set(Some(Overlay::Shortcuts)),
        "x" | "X" if view.shown().period.compares() => dash.go(Step::Push, |mut view| {
            view.compare = Some(if view.compared() == Compare::Off {
                Compare::Previous
            } else {
                Compare::Off
            });
            view
        }),
        "i" | "I" => dom::focus("#interval"),
        "/" => dash.go(Step::Push, |mut view| {
            view.details = Some(Details::Of(FixedDimension::Page.into()));
            view
        }),
        "Escape" if !view.filters.is_empty() => dash.go(Step::Push, |mut view| {
            view.filters.clear();
            view
        }),
        _ => return false,
    }
    true
}

/// The list of shortcuts with the switch to turn them off.
pub fn shortcut_sheet() -> AnyView {
    let dash = use_dash();
    let close = Callback::new(move |()| dash.overlay.set(None));
    let rows = period_menu::keys().chain(OTHERS).map(|(key, name)| {
        view! { <div class="shortcut"><dt><kbd>{key}</kbd></dt><dd>{name}</dd></div> }
    });
    let on = RwSignal::new(!is_off());
    let toggle = move |_| {
        on.update(|on| *on = !*on);
        dom::remember(OFF_KEY, (!on.get_untracked()).then_some("off"));
    };
    view! {
        <Dialog title="Keyboard shortcuts" on_close=close>
            <dl class="shortcuts">{rows.views()}</dl>
            <label class="check">
                <input type="checkbox" prop:checked=on on:change=toggle />
                <span>"Use shortcuts in this browser"</span>
            </label>
        </Dialog>
    }
    .into_any()
}
