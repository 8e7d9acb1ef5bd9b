//! "Check now": asks for a check and waits for its outcome.

use super::vitals::Vitals;
use super::words;
use crate::client::{Failure, health};
use crate::ui::countdown::countdown;
use crate::ui::dynamic;
use crate::ui::tasks::{effect, later};
use leptos::prelude::*;
use shared::monitor::MonitorKind;
use std::time::Duration;

/// A check is looked for this often at first, and then this often: most take seconds, a crawl takes minutes.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(5);
const SOON_LOOKS: u32 = 30;
/// Whoever waits longer than the longest check sees nothing come.
const MOST_LOOKS: u32 = 240;

/// The button, for the site's owner, and what becomes of pressing it.
pub fn check_now(vitals: Vitals, kind: MonitorKind) -> AnyView {
    if !vitals.is_owner {
        return ().into_any();
    }
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let left = RwSignal::new(0_u32);
    countdown(left, Callback::new(|()| ()));
    let checked_at = move || vitals.monitor(kind, |monitor, _| monitor.checked_at.clone()).flatten();
    let is_awaited = move || {
        vitals
            .awaited
            .with(|awaited| awaited.as_ref().is_some_and(|(of, _)| *of == kind))
    };
    let press = move |_| {
        if busy.get_untracked() || left.get_untracked() > 0 || untrack(is_awaited) {
            return;
        }
        error.set(String::new());
        let before = untrack(checked_at);
        let call = health::run(vitals.desk.site.get_value(), kind);
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                vitals.awaited.set(Some((kind, before)));
                vitals.desk.announce.run("Checking".to_owned());
            }
            Err(failure) => match failure.wait_s() {
                Some(seconds) => left.set(seconds),
                None => error.set(failure.message()),
            },
        };
        vitals.desk.change(busy, Box::pin(call), Box::new(then));
    };
    let is_on = move || vitals.monitor(kind, |monitor, _| monitor.enabled).unwrap_or(false);
    let rests = move || !is_on() || left.get() > 0 || busy.get() || is_awaited();
    let words = move || match left.get() {
        0 if is_awaited() => "Checking…".to_owned(),
        0 => "Check now".to_owned(),
        seconds => format!("Try again in {seconds} s"),
    };
    let help = move || match (is_on(), left.get() > 0) {
        (false, _) => "Turn it on to check it.",
        (_, true) => "Too many requests.",
        _ => "",
    };
    view! {
        <div class="check-now">
            // Not `disabled`: the keyboard would lose its place, and nobody would learn why.
            <button type="button" class="btn" class:off=rests aria-describedby="check-now-help"
                aria-disabled=dynamic(move || rests().to_string())
                aria-busy=dynamic(move || is_awaited().to_string())
                on:click=press>
                {dynamic(words)}
            </button>
            <span class="muted small" id="check-now-help">{dynamic(help)}</span>
            <p class="field-error" role="alert">{error}</p>
        </div>
    }
    .into_any()
}

/// Waits for the checks that the page asks for, while it is there.
pub fn follow(vitals: Vitals) {
    let looking = StoredValue::new(false);
    effect(move || {
        let Some((kind, before)) = vitals.awaited.get() else {
            return;
        };
        let checked_at = vitals.monitor(kind, |monitor, _| monitor.checked_at.clone()).flatten();
        // Saving a monitor forgets what it knew: that is no check yet.
        if checked_at.is_some() && checked_at != before {
            vitals.awaited.set(None);
            let word = untrack(|| vitals.monitor(kind, |monitor, open| words::state(monitor, open).1));
            vitals
                .desk
                .announce
                .run(format!("Checked: {}", word.unwrap_or_default()));
        } else if !looking.get_value() {
            looking.set_value(true);
            look(vitals, looking, 0);
        }
    });
}

/// Looks until no check is waited for any more.
fn look(vitals: Vitals, looking: StoredValue<bool>, nth: u32) {
    let pause = if nth < SOON_LOOKS { SOON } else { LATER };
    later(
        move || {
            let awaited = vitals.awaited.try_get_untracked().flatten();
            if nth < MOST_LOOKS && awaited.is_some() {
                vitals.health.refresh();
                look(vitals, looking, nth + 1);
            } else if looking.try_set_value(false).is_none() && awaited.is_some() {
                vitals.awaited.try_set(None);
            }
        },
        pause,
    );
}
