//! A row of beats: how something stood in equal stretches of time. Each state has a colour and a shape of its own.

use super::markup::Markup;
use super::scrub::{ScrubSpec, scrub};
use crate::format::css;
use leptos::prelude::*;
use std::sync::Arc;

/// How one stretch of time was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeatState {
    /// All of it good.
    Up,
    /// Some of it bad.
    Partly,
    /// All of it bad.
    Down,
    /// It does not count.
    Maintenance,
    /// Nothing is known of it.
    Nothing,
}

impl BeatState {
    fn class(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Partly => "partly",
            Self::Down => "down",
            Self::Maintenance => "kept",
            Self::Nothing => "none",
        }
    }
}

/// One stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// How it was.
    pub state: BeatState,
    /// When it was.
    pub when: String,
    /// How it was, in words.
    pub words: String,
}

/// The row, with one sentence about the whole.
pub fn beats(list: Signal<Arc<Vec<Beat>>>, label: Box<dyn Fn() -> String + Send>) -> AnyView {
    let cursor = RwSignal::new(None::<usize>);
    let spoken = move |at: usize| list.with(|list| list.get(at).map(|beat| format!("{}: {}", beat.when, beat.words)));
    let picture = move |markup: &mut Markup| list.with(|list| row(list, markup));
    let marker = move |markup: &mut Markup| {
        list.with(|list| {
            let at = cursor.get();
            if let Some((at, beat)) = at.and_then(|at| Some((at, list.get(at)?))) {
                tip(at, list.len(), beat, markup);
            }
        });
    };
    scrub(ScrubSpec {
        class: "beats",
        label,
        count: Signal::derive(move || list.with(|list| list.len())),
        nearest: |place, count| ((place * count as f64).max(0.0) as usize).min(count - 1),
        cursor,
        spoken: Box::new(spoken),
        picture: Box::new(picture),
        marker: Box::new(marker),
    })
}

/// The beats alone, without a cursor.
pub fn row(list: &[Beat], markup: &mut Markup) {
    markup.raw("<div class=\"beat-row\">");
    for beat in list {
        markup.raw("<i class=\"").raw(beat.state.class()).raw("\"></i>");
    }
    markup.raw("</div>");
}

fn tip(at: usize, count: usize, beat: &Beat, markup: &mut Markup) {
    let place = (at as f64 + 0.5) / count as f64;
    markup
        .raw("<div class=\"beat-at\" data-x=\"")
        .text(&css::percent(place))
        .raw("\"></div>");
    markup.raw(if place > 0.5 {
        "<div class=\"tip left\""
    } else {
        "<div class=\"tip\""
    });
    markup
        .raw(" aria-hidden=\"true\" data-x=\"")
        .text(&css::percent(place))
        .raw("\">")
        .element("<p class=\"tip-head\">", &beat.when, "</p>")
        .element("<p>", &beat.words, "</p></div>");
}
