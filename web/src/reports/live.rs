//! The clockwork of a dashboard: every 15 seconds the live panels ask again; in the realtime view the server says when.
//!
//! The server's stream is only listened to there: a browser keeps few connections to one host, and every open dashboard
//! would hold one. While the stream is silent or broken, the beat goes on alone.

use super::dash::Dash;
use super::period::Period;
use super::scope::filters;
use crate::client::stream::Stream;
use crate::ui::dom;
use crate::ui::tasks::{effect, later};
use leptos::prelude::*;
use std::time::Duration;

const BEAT: Duration = Duration::from_secs(15);
/// After failures the beat slows down, at most so many times.
const SLOWEST: u32 = 8;

/// Starts the clockwork; it ends with the calling scope. A tab in the background rests and catches up when shown.
pub fn start(dash: Dash) {
    let alive = StoredValue::new(true);
    let rested = StoredValue::new(false);
    let told_ms = StoredValue::new(0.0);
    on_cleanup(move || alive.set_value(false));
    let hidden = RwSignal::new(dom::is_hidden());
    beat(dash, alive, rested, told_ms);
    let shown = window_event_listener(leptos::ev::visibilitychange, move |_| {
        hidden.set(dom::is_hidden());
        if !dom::is_hidden() && rested.try_get_value() == Some(true) {
            rested.set_value(false);
            ask_again(dash);
        }
    });
    on_cleanup(move || shown.remove());
    listen(dash, hidden, told_ms);
}

fn ask_again(dash: Dash) {
    dash.tick();
    dash.board.refresh();
}

/// Follows the server's stream while the realtime view is in sight.
fn listen(dash: Dash, hidden: RwSignal<bool>, told_ms: StoredValue<f64>) {
    let wanted = Memo::new(move |_| {
        let realtime = dash.view.with(|view| view.shown().period == Period::Realtime);
        (realtime && !hidden.get()).then(|| dash.view.with(filters))
    });
    let stream = StoredValue::new_local(None::<Stream>);
    effect(move || {
        // The old stream ends before another begins.
        stream.set_value(None);
        if let Some(filters) = wanted.get() {
            let news = move || {
                told_ms.set_value(dom::now_ms());
                ask_again(dash);
            };
            stream.set_value(dash.board.stream(&filters, Box::new(news)));
        }
    });
    on_cleanup(move || drop(stream.try_update_value(Option::take)));
}

fn beat(dash: Dash, alive: StoredValue<bool>, rested: StoredValue<bool>, told_ms: StoredValue<f64>) {
    let slowdown = 2_u32.saturating_pow(dash.board.failures_in_a_row()).min(SLOWEST);
    later(
        move || {
            if alive.try_get_value() != Some(true) {
                return;
            }
            let told = dom::now_ms() - told_ms.get_value() < BEAT.as_millis() as f64;
            if dom::is_hidden() {
                rested.set_value(true);
            } else if !told {
                ask_again(dash);
            }
            beat(dash, alive, rested, told_ms);
        },
        BEAT * slowdown,
    );
}
