//! How a monitor stands now: shape and word, why, when it was looked at and when it will be.

use super::vitals::Vitals;
use super::words;
use crate::ui::markup::{Markup, written};
use crate::ui::status::status;
use leptos::prelude::*;
use shared::monitor::{MonitorKind, Reason};

/// The state in one or two lines, which follow it.
pub fn state(vitals: Vitals, kind: MonitorKind) -> AnyView {
    let write = move |markup: &mut Markup| {
        vitals.monitor(kind, |monitor, open| {
            let (level, word) = words::state(monitor, open);
            markup.raw("<p class=\"state-line\">");
            status(level, word, markup);
            // That it is off, or waits, is said already.
            let why = monitor
                .reason
                .filter(|reason| !matches!(reason, Reason::Off | Reason::Waiting));
            if let Some(why) = why {
                markup.element("<span>", words::reason(why), "</span>");
            }
            markup.raw("</p><p class=\"facts\">");
            let times = [
                monitor
                    .checked_at
                    .as_deref()
                    .map(|at| format!("Checked {}", vitals.since(at))),
                monitor
                    .next_check_at
                    .as_deref()
                    .map(|at| format!("next {}", vitals.until(at))),
            ];
            markup.text(&times.into_iter().flatten().collect::<Vec<_>>().join(" · "));
            markup.raw("</p>");
        });
    };
    written("state", Box::new(write))
}
