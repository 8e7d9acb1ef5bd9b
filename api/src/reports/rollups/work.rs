//! Rolling days up, and again when they have changed.

use super::roll_up;
use crate::error::{Result, chain};
use crate::events::Events;
use crate::state::State;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(60);
/// Days that are rolled up in one transaction, so that events do not wait long for their turn.
const DAYS_AT_ONCE: i64 = 8;

/// Rolls up what is to be rolled up, each minute, until the process stops.
pub async fn work(state: State) {
    let mut done = None;
    loop {
        // Nothing is asked of the store while nothing has changed and no day has ended.
        let now = (last_day(state.clock.now()), state.events.rolled_generation());
        if done != Some(now) {
            match roll_all(&state.events, now.0).await {
                Ok(()) => done = Some(now),
                Err(error) => {
                    tracing::warn!(cause = %chain(&error), "days are not rolled up yet; questions ask the rows")
                }
            }
        }
        tokio::select! {
            () = state.stopping.wait() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// The last day that is over everywhere on earth, with an hour to spare for what comes late.
fn last_day(now: Timestamp) -> Date {
    let far_west = now.saturating_sub(Span::new().hours(13)).unwrap_or(now);
    let today = TimeZone::UTC.to_datetime(far_west).date();
    today.yesterday().unwrap_or(today)
}

/// Rolls up every day of every site up to a last one that is not rolled up.
pub async fn roll_all(events: &Events, last: Date) -> Result<()> {
    for (site_id, first) in events.first_days().await? {
        if first > last {
            continue;
        }
        let split = events.rolled_days(&site_id, first, last).split(0);
        for days in split.raw.into_iter().flat_map(in_turns) {
            events
                .roll(&site_id, days, roll_up(events.dialect(), &site_id, days))
                .await?;
        }
    }
    Ok(())
}

/// A stretch of days by [`DAYS_AT_ONCE`].
fn in_turns((first, last): (Date, Date)) -> impl Iterator<Item = (Date, Date)> {
    let next = |day: &Date| day.checked_add(Span::new().days(DAYS_AT_ONCE)).ok();
    let begins = std::iter::successors(Some(first), next).take_while(move |day| *day <= last);
    begins.map(move |begin| {
        (
            begin,
            begin.saturating_add(Span::new().days(DAYS_AT_ONCE - 1)).min(last),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_rolled_up_when_it_is_over_everywhere() {
        for (now, last) in [
            ("2026-03-10T00:00:00Z", date(2026, 3, 8)),
            // In Baker Island, twelve hours behind, the ninth has ended an hour ago.
            ("2026-03-10T12:59:59Z", date(2026, 3, 8)),
            ("2026-03-10T13:00:00Z", date(2026, 3, 9)),
        ] {
            assert_eq!(last_day(now.parse().unwrap()), last, "{now}");
        }
    }

    #[test]
    fn stretches_are_cut() {
        let day = |n| date(2026, 3, n);
        let turns: Vec<_> = in_turns((day(1), day(18))).collect();
        assert_eq!(turns, [(day(1), day(8)), (day(9), day(16)), (day(17), day(18))]);
        assert_eq!(in_turns((day(1), day(1))).collect::<Vec<_>>(), [(day(1), day(1))]);
    }
}
