//! A year of made-up visits, for `vitrine demo`: the same ones from the same seed and date.
//!
//! They pass the same stitching into visits as real events, so what the demo shows is what the server would show.
//! Sources, countries, devices, pages and the rhythm of days and weeks are weighed as those of a small site that grows.

mod dice;
mod journey;
mod profile;

use crate::error::Result;
use crate::events::Events;
use crate::events::event::InboxEvent;
use dice::Dice;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
pub use profile::Profile;
use shared::ids::SiteId;

/// Days before today that have visits.
const DAYS: i64 = 365;
/// Visits by hour of the day, from midnight on.
const HOURS: [u32; 24] = [
    6, 4, 3, 2, 2, 3, 7, 16, 30, 42, 48, 47, 42, 44, 47, 46, 42, 38, 36, 38, 40, 36, 24, 12,
];

/// A site to fill.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its domain.
    pub domain: String,
    /// Its zone.
    pub zone: TimeZone,
    /// What kind of site it is.
    pub profile: Profile,
}

/// Fills a site with the year up to `now`; answers how many events that were.
pub async fn fill(events: &Events, site: &Site, seed: u64, now: Timestamp) -> Result<usize> {
    let today = site.zone.to_datetime(now).date();
    let now_ms = now.as_millisecond();
    let mut count = 0;
    let mut waiting = Vec::new();
    for ago in (0..=DAYS).rev() {
        let day = today.saturating_sub(Span::new().days(ago));
        waiting.extend(
            day_of(site, seed, day, ago)
                .into_iter()
                .filter(|event| event.time_ms <= now_ms),
        );
        if waiting.len() >= 40_000 || ago == 0 {
            count += waiting.len();
            events.fill(std::mem::take(&mut waiting)).await?;
        }
    }
    Ok(count)
}

/// The events of one day.
fn day_of(site: &Site, seed: u64, day: Date, ago: i64) -> Vec<InboxEvent> {
    let number = u64::from(day.day_of_year().unsigned_abs()) + u64::from(day.year().unsigned_abs()) * 1000;
    let mut dice = Dice::new(seed ^ number.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let visits = visits_on(&site.profile, day, ago, &mut dice);
    let start_ms = site
        .zone
        .to_timestamp(day.at(0, 0, 0, 0))
        .map_or(0, Timestamp::as_millisecond);
    let mut events = Vec::new();
    let mut people = Vec::new();
    for _ in 0..visits {
        let hour = dice.weighted(HOURS.iter().copied().zip(0_i64..));
        let at_ms = start_ms + hour * 3_600_000 + dice.below(3_600_000);
        // Some come back on the same day, as the same person.
        let again = (!people.is_empty() && dice.chance(8)).then(|| people[dice.index(people.len())]);
        let person = again.unwrap_or_else(|| dice.number());
        people.push(person);
        journey::walk(site, day, at_ms, person, &mut dice, &mut events);
    }
    events.sort_by_key(|event| event.time_ms);
    events
}

/// How many visits a day has: growth over the year, quiet weekends, good and bad days, and now and then a crowd.
fn visits_on(profile: &Profile, day: Date, ago: i64, dice: &mut Dice) -> i64 {
    let grown = 100 + (DAYS - ago) * profile.growth_percent / DAYS;
    let weekday = if day.weekday().to_monday_zero_offset() >= 5 {
        profile.weekend_percent
    } else {
        100
    };
    let mood = 80 + dice.below(40);
    let crowd = if dice.chance(2) { 250 } else { 100 };
    profile.visits_a_day * grown * weekday * mood * crowd / 100_i64.pow(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_day() {
        let site = Site {
            id: SiteId("site_a".into()),
            domain: "a.example".into(),
            zone: TimeZone::UTC,
            profile: Profile::product(),
        };
        let day = jiff::civil::date(2026, 3, 10);
        assert_eq!(day_of(&site, 7, day, 3), day_of(&site, 7, day, 3));
        assert_ne!(day_of(&site, 7, day, 3), day_of(&site, 8, day, 3));
        assert!(day_of(&site, 7, day, 3).len() > 100);
    }
}
