//! Rolling days up, and again when they have changed.

use super::{months, of_days, roll_up, running};
use crate::error::{Result, chain};
use crate::events::Events;
use crate::events::rolled::RUNNING;
use crate::events::statement::{Cell, Statement};
use crate::sites;
use crate::state::State;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};
use shared::ids::SiteId;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

pub(super) const EVERY: Duration = Duration::from_secs(60);
/// The longest between two rounds, however long they take.
const MOST_EVERY: Duration = Duration::from_secs(600);
/// Where a day ends last: Baker Island.
const FAR_WEST: Offset = Offset::constant(-12);
/// Days that are rolled up in one transaction, so that events do not wait long for their turn.
const DAYS_AT_ONCE: i64 = 8;
/// The same where no events come.
const DAYS_AT_ONCE_OF_A_REBUILD: i64 = 32;
/// Events that are counted at once where days have many: more, and the engine puts them on disk in between.
const EVENTS_AT_ONCE: i64 = 2_000_000;

/// Rolls up each minute what is to be rolled up, and counts the days that go on and are asked about, until the process stops.
pub async fn work(state: State) {
    let stopping = state.stopping.clone();
    tokio::select! {
        () = stopping.wait() => {}
        ((), ()) = async { tokio::join!(roll_days(&state), running::follow(&state)) } => {}
    }
}

async fn roll_days(state: &State) {
    let mut done = None;
    loop {
        let began = Instant::now();
        match last_days(state).await {
            Err(error) => {
                tracing::warn!(cause = %chain(&error), "sites can't be listed; their days are rolled up later")
            }
            Ok(last_days) => {
                // Nothing is asked of the events while nothing has changed and no day has ended.
                let waiting = state.events.waiting_days(|site_id| last_days.get(site_id).copied());
                let now = (last_days, state.events.rolled_generation(), waiting);
                if done.as_ref() != Some(&now) {
                    let last_of = |site_id: &SiteId| now.0.get(&site_id.0).copied();
                    match roll_all(&state.events, last_of).await {
                        Ok(()) => done = Some(now),
                        Err(error) => {
                            tracing::warn!(cause = %chain(&error), "days are not rolled up yet; questions ask the rows")
                        }
                    }
                }
            }
        }
        // A day that goes on being changed after its end, by visits that began on it, is not rolled up all the time.
        tokio::time::sleep((began.elapsed() * 9).clamp(EVERY, MOST_EVERY)).await;
    }
}

/// The last day of each site that is over.
async fn last_days(state: &State) -> Result<HashMap<String, Date>> {
    let now = state.clock.now();
    let mut conn = state.db.read().await?;
    let zones = sites::service::zones(&mut conn.link()).await?;
    Ok(zones
        .into_iter()
        .map(|(site_id, zone)| (site_id, last_day(&zone, now)))
        .collect())
}

/// The last day that is over in a zone, with an hour to spare for what comes late.
pub(super) fn last_day(zone: &TimeZone, now: Timestamp) -> Date {
    let earlier = now.saturating_sub(Span::new().hours(1)).unwrap_or(now);
    let today = zone.to_datetime(earlier).date();
    today.yesterday().unwrap_or(today)
}

/// Rolls up every day that is not rolled up, of every site up to a last one; sites without one are passed over.
pub async fn roll_all(events: &Events, last_of: impl Fn(&SiteId) -> Option<Date>) -> Result<()> {
    for (site_id, first) in events.first_days().await? {
        if let Some(last) = last_of(&site_id) {
            roll_site(events, &site_id, (first, last), DAYS_AT_ONCE, &mut |_| ()).await?;
        }
    }
    Ok(())
}

/// How far rolling everything up anew is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Sites that are done, or the number of the one that is being rolled up.
    pub sites: usize,
    /// Sites that have visits.
    pub of_sites: usize,
    /// Days of that site that are rolled up.
    pub days: i64,
    /// Days of that site that are over.
    pub of_days: i64,
    /// Days of all sites that are rolled up.
    pub all_days: i64,
}

/// Forgets what is rolled up and rolls every day up anew that is over everywhere on earth at `now`. When it is stopped on the way, questions
/// ask the rows about the days that are missing, and a server goes on with them.
pub async fn rebuild(events: &Events, now: Timestamp, tell: &mut dyn FnMut(&Rebuilt)) -> Result<Rebuilt> {
    let last = last_day(&TimeZone::fixed(FAR_WEST), now);
    events.drained().await;
    events.forget_rolled().await?;
    // What is in the file is what holds after a crash.
    events.checkpoint().await?;
    let sites = events.first_days().await?;
    let mut told = Rebuilt {
        of_sites: sites.len(),
        ..Rebuilt::default()
    };
    for (site_id, first) in sites {
        told.sites += 1;
        (told.days, told.of_days) = (0, days_in(first, last));
        tell(&told);
        let at_once = DAYS_AT_ONCE_OF_A_REBUILD;
        roll_site(events, &site_id, (first, last), at_once, &mut |days| {
            told.days += days;
            told.all_days += days;
            tell(&told);
        })
        .await?;
        events.checkpoint().await?;
    }
    Ok(told)
}

/// Rolls up the days of a site that are not rolled up; tells of how many, each time.
async fn roll_site(
    events: &Events,
    site_id: &SiteId,
    (first, last): (Date, Date),
    at_once: i64,
    tell: &mut dyn FnMut(i64),
) -> Result<()> {
    if first > last {
        return Ok(());
    }
    let split = events.rolled_days(site_id, first, last).split(RUNNING);
    for days in split.raw {
        let counts = events_of(events, site_id, days).await?;
        for days in in_turns(days, at_once, &counts) {
            let work = roll_up(events.dialect(), site_id, days);
            events.roll(site_id, days, work).await?;
            tell(days_in(days.0, days.1));
        }
    }
    for month in events.rolled_days(site_id, first, last).missing_months() {
        let inserts = months::statements(events.dialect(), site_id, month);
        events.add_up(site_id, month, inserts).await?;
    }
    Ok(())
}

/// How many days a stretch has, both ends included.
fn days_in(first: Date, last: Date) -> i64 {
    let apart = first.until(last).map_or(0, |span| i64::from(span.get_days()));
    (apart + 1).max(0)
}

/// How many events the days of a stretch have.
pub(super) async fn events_of(events: &Events, site_id: &SiteId, days: (Date, Date)) -> Result<BTreeMap<Date, i64>> {
    let mut count = Statement::plain("SELECT CAST(e.local_date AS VARCHAR), count(*) FROM events e WHERE ");
    count.append(&of_days(events.dialect(), site_id, "e", days));
    count.push(" GROUP BY e.local_date");
    let day = |row: Vec<Cell>| {
        let mut cells = row.into_iter();
        let (day, count) = (cells.next()?, cells.next()?);
        Some((day.into_text().parse().ok()?, count.as_int()?))
    };
    Ok(events.query(count).await?.into_iter().filter_map(day).collect())
}

/// A stretch of days by so many, and by fewer where they have many events; one at least.
fn in_turns((first, last): (Date, Date), at_once: i64, counts: &BTreeMap<Date, i64>) -> Vec<(Date, Date)> {
    let mut turns: Vec<(Date, Date)> = Vec::new();
    let mut taken = 0;
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
    for day in days.take_while(|day| *day <= last) {
        let count = counts.get(&day).copied().unwrap_or(0);
        match turns.last_mut() {
            Some((begin, end)) if days_in(*begin, day) <= at_once && taken + count <= EVENTS_AT_ONCE => {
                *end = day;
                taken += count;
            }
            _ => {
                turns.push((day, day));
                taken = count;
            }
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_over_an_hour_after_its_end() {
        let zone = |name| TimeZone::get(name).unwrap();
        for (zone, now, last) in [
            (TimeZone::UTC, "2026-03-10T00:59:59Z", date(2026, 3, 8)),
            (TimeZone::UTC, "2026-03-10T01:00:00Z", date(2026, 3, 9)),
            // Where the clock went from two to three on the eighth.
            (zone("America/New_York"), "2026-03-09T04:59:59Z", date(2026, 3, 7)),
            (zone("America/New_York"), "2026-03-09T05:00:00Z", date(2026, 3, 8)),
            (zone("Pacific/Kiritimati"), "2026-03-09T11:00:00Z", date(2026, 3, 9)),
            (TimeZone::fixed(FAR_WEST), "2026-03-10T12:59:59Z", date(2026, 3, 8)),
            (TimeZone::fixed(FAR_WEST), "2026-03-10T13:00:00Z", date(2026, 3, 9)),
        ] {
            assert_eq!(last_day(&zone, now.parse().unwrap()), last, "{now}");
        }
    }

    #[test]
    fn stretches_are_cut() {
        let day = |n| date(2026, 3, n);
        let turns = in_turns((day(1), day(18)), 8, &BTreeMap::new());
        assert_eq!(turns, [(day(1), day(8)), (day(9), day(16)), (day(17), day(18))]);
        assert_eq!(in_turns((day(1), day(1)), 8, &BTreeMap::new()), [(day(1), day(1))]);

        let half = EVENTS_AT_ONCE / 2;
        let counts =
            BTreeMap::from([(1, half), (2, half), (3, half), (4, 9 * half), (5, 1)].map(|(n, of)| (day(n), of)));
        let turns = in_turns((day(1), day(6)), 8, &counts);
        assert_eq!(
            turns,
            [(day(1), day(2)), (day(3), day(3)), (day(4), day(4)), (day(5), day(6))]
        );
    }
}
