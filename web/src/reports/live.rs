//! The clockwork of a dashboard: every 15 seconds the live panels ask again.

use super::dash::Dash;
use crate::ui::dom;
use leptos::prelude::*;
use std::time::Duration;

const BEAT: Duration = Duration::from_secs(15);
/// After failures the beat slows down, at most so many times.
const SLOWEST: u32 = 8;

/// Starts the clockwork; it ends with the calling scope. A tab in the background rests and catches up when shown.
pub fn start(dash: Dash) {
    let alive = StoredValue::new(true);
    let rested = StoredValue::new(false);
    on_cleanup(move || alive.set_value(false));
    beat(dash, alive, rested);
    let shown = window_event_listener(leptos::ev::visibilitychange, move |_| {
        if !dom::is_hidden() && rested.try_get_value() == Some(true) {
            rested.set_value(false);
            dash.tick();
            dash.board.refresh();
        }
    });
    on_cleanup(move || shown.remove());
}

fn beat(dash: Dash, alive: StoredValue<bool>, rested: StoredValue<bool>) {
    let slowdown = 2_u32.saturating_pow(dash.board.failures_in_a_row()).min(SLOWEST);
    set_timeout(
        move || {
            if alive.try_get_value() != Some(true) {
                return;
            }
            if dom::is_hidden() {
                rested.set_value(true);
            } else {
                dash.tick();
                dash.board.refresh();
            }
            beat(dash, alive, rested);
        },
        BEAT * slowdown,
    );
}
