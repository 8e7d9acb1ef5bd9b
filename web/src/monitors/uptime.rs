//! Uptime over a period that the address names: the share, the beats, and how long answers took.

use super::response::response_times;
use super::vitals::Vitals;
use crate::client::{Failure, health};
use crate::format::{date, number};
use crate::router::{query, use_router};
use crate::sites::managed::skeleton;
use crate::ui::beats::{Beat, BeatState, beats};
use crate::ui::error_box::ErrorBox;
use crate::ui::tasks::{effect, spawn};
use crate::ui::{Views, dynamic, part};
use leptos::prelude::*;
use shared::health::{Uptime, UptimeBucket};
use shared::monitor::MonitorKind;
use std::sync::Arc;

/// The periods: their word in the address and the API, and how they are called.
const PERIODS: [(&str, &str); 4] = [
    ("24h", "24 hours"),
    ("7d", "7 days"),
    ("30d", "30 days"),
    ("90d", "90 days"),
];

/// What was found, and of which period: that of another one may still be on its way.
pub type Found = (usize, Arc<Uptime>);

/// What stands in the section.
#[derive(Clone, PartialEq)]
enum Standing {
    Loading,
    Failed(Failure),
    Here,
}

/// The section.
pub fn uptime(vitals: Vitals) -> AnyView {
    let router = use_router();
    let period = Memo::new(move |_| {
        let asked = router.query.with(|query| query::parse(query));
        let word = query::first(&asked, "period").unwrap_or_default();
        PERIODS.iter().position(|(known, _)| *known == word).unwrap_or(0)
    });
    let (found, failure) = (RwSignal::new(None::<Found>), RwSignal::new(None::<Failure>));
    let round = StoredValue::new(0_u32);
    let load = move || {
        let now = round.get_value() + 1;
        round.set_value(now);
        failure.set(None);
        let nth = period.get_untracked();
        spawn(async move {
            let Some(site) = vitals.desk.site.try_get_value() else {
                return;
            };
            let outcome = health::uptime(site, PERIODS[nth].0).await;
            if round.try_get_value() != Some(now) {
                return;
            }
            match outcome {
                Ok(answer) => found.set(Some((nth, Arc::new(answer)))),
                Err(refused) => {
                    if let Some(refused) = vitals.desk.told(refused) {
                        failure.set(Some(refused));
                    }
                }
            }
        });
    };
    let checked = Memo::new(move |_| vitals.monitor(MonitorKind::Uptime, |monitor, _| monitor.checked_at.clone()));
    effect(move || {
        // A memo is only followed by who reads it.
        let _followed = (period.get(), checked.get());
        load();
    });
    let shown = Memo::new(move |_| found.with(|found| found.as_ref().map(|(nth, _)| *nth)));
    // Figures of the period that is asked for outlive a failure; those of another one stay until theirs are there.
    let standing = Memo::new(move |_| match (failure.get(), shown.get()) {
        (Some(failure), nth) if nth != Some(period.get()) => Standing::Failed(failure),
        (_, None) => Standing::Loading,
        _ => Standing::Here,
    });
    let body = move || match standing.get() {
        Standing::Loading => skeleton(),
        Standing::Here => {
            let none = || Uptime {
                percentage: None,
                buckets: Vec::new(),
            };
            let found = Signal::derive(move || found.get().unwrap_or_else(|| (0, Arc::new(none()))));
            figures(vitals, period, found)
        }
        Standing::Failed(failure) => {
            let retry = Callback::new(move |()| load());
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
    };
    let links = PERIODS.into_iter().enumerate().map(|(nth, (word, label))| {
        let current = dynamic(move || (period.get() == nth).then_some("true"));
        view! { <a class="tab" href=format!("?period={word}") aria-current=current>{label}</a> }
    });
    view! {
        <section class="card block uptime" aria-labelledby="uptime-title">
            <div class="row-between">
                <h2 id="uptime-title">"Uptime"</h2>
                <nav class="tabs" aria-label="Period">{links.views()}</nav>
            </div>
            {part(body)}
        </section>
    }
    .into_any()
}

fn figures(vitals: Vitals, period: Memo<usize>, found: Signal<Found>) -> AnyView {
    let is_stale = move || found.with(|(nth, _)| *nth != period.get());
    let share = move || found.with(|(_, found)| found.percentage.map_or_else(|| "–".to_owned(), number::uptime));
    let about = move || format!("of the last {}", found.with(|(nth, _)| PERIODS[*nth].1));
    let list = Memo::new(move |_| {
        found.with(|(nth, found)| {
            let is_days = *nth == PERIODS.len() - 1;
            let told = found.buckets.iter().map(|bucket| beat(vitals, bucket, is_days));
            Arc::new(told.collect::<Vec<Beat>>())
        })
    });
    let label = move || {
        let count = |state: BeatState| list.with(|list| list.iter().filter(|beat| beat.state == state).count());
        let disturbed = count(BeatState::Down) + count(BeatState::Partly);
        format!("Uptime {} {}; {disturbed} stretches with failures", share(), about())
    };
    let first = move || list.with(|list| list.first().map(|beat| beat.when.clone()));
    view! {
        <div class="stack" class:stale=is_stale aria-busy=dynamic(move || is_stale().to_string())>
            <p class="big"><b>{dynamic(share)}</b> <span class="muted">{dynamic(about)}</span></p>
            <div class="beat-frame">
                {beats(list.into(), Box::new(label))}
                <p class="beat-ends muted" aria-hidden="true"><span>{dynamic(first)}</span><span>"now"</span></p>
            </div>
            {legend()}
            {response_times(vitals, found)}
        </div>
    }
    .into_any()
}

fn legend() -> AnyView {
    let key =
        |class: &'static str, label: &'static str| view! { <span class="beat-key"><i class=class></i>{label}</span> };
    view! {
        <p class="beat-keys" aria-hidden="true">
            {key("up", "Up")} {key("partly", "Partly down")} {key("down", "Down")} {key("kept", "Maintenance")} {key("none", "No checks")}
        </p>
    }
    .into_any()
}

/// When a stretch begins, in the site's zone.
pub fn when(vitals: Vitals, from: &str, is_days: bool) -> String {
    vitals.zone.with_value(|zone| match is_days {
        true => date::instant_day(from, Some(zone)),
        false => date::instant(from, Some(zone)),
    })
}

fn beat(vitals: Vitals, bucket: &UptimeBucket, is_days: bool) -> Beat {
    let (state, words) = told(bucket);
    Beat {
        state,
        when: when(vitals, &bucket.from, is_days),
        words,
    }
}

/// How a stretch was, and in words.
fn told(bucket: &UptimeBucket) -> (BeatState, String) {
    let all = bucket.up + bucket.down;
    let checks = |count: i64| {
        if count == 1 {
            "1 check".to_owned()
        } else {
            format!("{count} checks")
        }
    };
    match (bucket.up, bucket.down) {
        (0, 0) if bucket.maintenance > 0 => (BeatState::Maintenance, "Maintenance".to_owned()),
        (0, 0) if bucket.unknown > 0 => (BeatState::Nothing, "Could not be told".to_owned()),
        (0, 0) => (BeatState::Nothing, "No checks".to_owned()),
        (_, 0) => (BeatState::Up, format!("Up, {}", checks(all))),
        (0, _) => (BeatState::Down, format!("Down, {}", checks(all))),
        (_, down) => (BeatState::Partly, format!("Down in {down} of {}", checks(all))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_told_by_its_checks() {
        let bucket = |up, down, unknown, maintenance| UptimeBucket {
            from: String::new(),
            up,
            down,
            unknown,
            maintenance,
            mean_response_ms: None,
            longest_response_ms: None,
        };
        for (bucket, state, words) in [
            (bucket(30, 0, 0, 0), BeatState::Up, "Up, 30 checks"),
            (bucket(1, 0, 2, 2), BeatState::Up, "Up, 1 check"),
            (bucket(28, 2, 0, 0), BeatState::Partly, "Down in 2 of 30 checks"),
            (bucket(0, 3, 0, 0), BeatState::Down, "Down, 3 checks"),
            (bucket(0, 0, 0, 9), BeatState::Maintenance, "Maintenance"),
            (bucket(0, 0, 4, 0), BeatState::Nothing, "Could not be told"),
            (bucket(0, 0, 0, 0), BeatState::Nothing, "No checks"),
        ] {
            assert_eq!(told(&bucket), (state, words.to_owned()));
        }
    }
}
