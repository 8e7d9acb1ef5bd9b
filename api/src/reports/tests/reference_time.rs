//! The reference's buckets of time.

use crate::reports::dates::{Period, instant};
use jiff::tz::TimeZone;
use shared::query::{Dimension, FixedDimension};

/// The label of the bucket of an instant, in zones whose offset changes by whole hours.
pub(super) fn time_label(dimension: &Dimension, zone: &TimeZone, ms: i64) -> Option<String> {
    let Dimension::Fixed(fixed) = dimension else {
        return None;
    };
    let date = zone.to_datetime(instant(ms)).date();
    match fixed {
        FixedDimension::TimeHour => {
            let offset = zone.to_offset(instant(ms));
            let wall = ms + i64::from(offset.seconds()) * 1000;
            Some(
                instant(ms - wall.rem_euclid(3_600_000))
                    .display_with_offset(offset)
                    .to_string(),
            )
        }
        FixedDimension::TimeDay => Some(date.to_string()),
        FixedDimension::TimeWeek => {
            let back = i64::from(date.weekday().to_monday_zero_offset());
            Some(date.checked_sub(jiff::Span::new().days(back)).unwrap().to_string())
        }
        FixedDimension::TimeHourOfWeek => {
            let wall = zone.to_datetime(instant(ms));
            let day = wall.weekday().to_monday_one_offset();
            Some(format!("{day}-{:02}", wall.hour()))
        }
        FixedDimension::TimeMonth => Some(date.first_of_month().to_string()),
        _ => None,
    }
}

/// An hour that the period begins within is called after the period's beginning.
pub(super) fn first_label(label: String, period: &Period, dimension: &Dimension, zone: &TimeZone) -> String {
    let (from_ms, _) = period.instants();
    let begins_within = time_label(dimension, zone, from_ms).is_some_and(|first| first == label);
    match *dimension == Dimension::Fixed(FixedDimension::TimeHour) && begins_within {
        true => crate::reports::dates::label(zone, from_ms),
        false => label,
    }
}
