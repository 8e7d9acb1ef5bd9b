//! From a date range to days or instants. Pure; days are days of the site's zone.

use crate::error::Error;
use crate::kit::clock::FIRST_DAY;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use shared::query::DateRange;

/// No question goes over more days.
pub const MAX_DAYS: i32 = 30 * 366;
const DATE_POINTER: &str = "/date_range";
const HOUR_MS: i64 = 3_600_000;

/// Between when and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Whole local days, both included.
    Days {
        /// The first day.
        first: Date,
        /// The last day.
        last: Date,
    },
    /// Instants in Unix ms, the end not included.
    Instants {
        /// From here on.
        from_ms: i64,
        /// Up to before here.
        to_ms: i64,
    },
}

/// A range in a zone.
#[derive(Clone, Debug)]
pub struct Period {
    /// Between when and when.
    pub range: Range,
    /// The zone in which days are counted.
    pub zone: TimeZone,
}

impl Period {
    /// The period of a date range at an instant. `first_day` is the day of the site's first visit; `all` goes back 30 years at most.
    pub fn of(asked: &DateRange, zone: &TimeZone, now: Timestamp, first_day: Option<Date>) -> Result<Self, Error> {
        let today = zone.to_datetime(now).date();
        let days = |first: Date, last: Date| Range::Days { first, last };
        let back = |span: Span| today.saturating_sub(span);
        let now_ms = now.as_millisecond();
        let range = match asked {
            DateRange::Day => days(today, today),
            DateRange::Days(n) => days(back(Span::new().days(i64::from(*n))), back(Span::new().days(1))),
            DateRange::Month => days(today.first_of_month(), today),
            DateRange::Months(n) => days(back(Span::new().months(i64::from(*n) - 1)).first_of_month(), today),
            DateRange::Year => days(today.first_of_year(), today),
            DateRange::All => {
                let earliest = FIRST_DAY.max(back(Span::new().years(30)));
                days(first_day.unwrap_or(today).max(earliest).min(today), today)
            }
            DateRange::Last24h => {
                let hour_ms = now_ms - now_ms.rem_euclid(HOUR_MS);
                Range::Instants {
                    from_ms: hour_ms - 23 * HOUR_MS,
                    to_ms: hour_ms + HOUR_MS,
                }
            }
            DateRange::Realtime => Range::Instants {
                from_ms: now_ms - 5 * 60_000,
                to_ms: now_ms + 1,
            },
            DateRange::Custom(from, to) => custom(from, to)?,
        };
        let period = Self {
            range,
            zone: zone.clone(),
        };
        let (first, last) = period.dates();
        if first < FIRST_DAY || last.year() > 2200 || days_between(first, last) >= MAX_DAYS {
            return Err(Error::field(
                DATE_POINTER,
                "out_of_range",
                "a range lies between 1990 and 2200 and has at most 30 years",
            ));
        }
        Ok(period)
    }

    /// The first and the last local date that the period touches.
    pub fn dates(&self) -> (Date, Date) {
        match self.range {
            Range::Days { first, last } => (first, last),
            Range::Instants { from_ms, to_ms } => (self.date_at(from_ms), self.date_at(to_ms - 1)),
        }
    }

    /// The first instant and the one after the last, in Unix ms.
    pub fn instants(&self) -> (i64, i64) {
        match self.range {
            Range::Days { first, last } => (
                self.start_of(first),
                self.start_of(last.tomorrow().unwrap_or(Date::MAX)),
            ),
            Range::Instants { from_ms, to_ms } => (from_ms, to_ms),
        }
    }

    /// The local date at an instant.
    pub fn date_at(&self, ms: i64) -> Date {
        self.zone.to_datetime(instant(ms)).date()
    }

    /// The first instant of a local date.
    pub fn start_of(&self, date: Date) -> i64 {
        self.zone
            .to_timestamp(date.at(0, 0, 0, 0))
            .map_or(i64::MAX / 2, Timestamp::as_millisecond)
    }

    /// The period as two RFC 3339 instants with the zone's offset.
    pub fn echo(&self) -> DateRange {
        let (from_ms, to_ms) = self.instants();
        DateRange::Custom(label(&self.zone, from_ms), label(&self.zone, to_ms))
    }
}

/// RFC 3339 with the zone's offset, to the second.
pub fn label(zone: &TimeZone, ms: i64) -> String {
    let offset = zone.to_offset(instant(ms));
    instant(ms).display_with_offset(offset).to_string()
}

/// An instant, held within jiff's years.
pub fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

/// Days from one date to another.
pub fn days_between(first: Date, last: Date) -> i32 {
    (last - first).get_days()
}

/// Days from 1970-01-01.
pub fn day_number(date: Date) -> i64 {
    i64::from(days_between(jiff::civil::date(1970, 1, 1), date))
}

fn custom(from: &str, to: &str) -> Result<Range, Error> {
    let wrong = |at: usize, detail: &str| Error::field(format!("{DATE_POINTER}/{at}"), "invalid", detail);
    if let Some(first) = date(from) {
        let last = date(to).ok_or_else(|| wrong(1, "a date like 2026-01-31, as the first one is"))?;
        return match first <= last {
            true => Ok(Range::Days { first, last }),
            false => Err(wrong(1, "the last date lies before the first")),
        };
    }
    let parse = |at, text: &str| {
        text.parse::<Timestamp>()
            .map_err(|_| wrong(at, "a date like 2026-01-31 or an RFC 3339 instant"))
    };
    let (from_ms, to_ms) = (parse(0, from)?.as_millisecond(), parse(1, to)?.as_millisecond());
    match from_ms < to_ms {
        true => Ok(Range::Instants { from_ms, to_ms }),
        false => Err(wrong(1, "the end must lie after the beginning")),
    }
}

/// `YYYY-MM-DD` and nothing else.
pub fn date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let plain = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    text.parse().ok().filter(|_| plain)
}
