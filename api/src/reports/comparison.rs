//! The other range of a comparison, and how numbers changed. Pure.

use super::dates::{MAX_DAYS, Period, Range, date, days_between};
use crate::error::Error;
use jiff::Span;
use jiff::civil::Date;
use shared::query::{Comparison, ComparisonMode, Metric};
use shared::query_result::Number;

const POINTER: &str = "/include/comparison/date_range";

/// The range to compare `period` with.
pub fn other(period: &Period, comparison: &Comparison) -> Result<Period, Error> {
    let given = comparison.date_range.as_ref();
    let range = match (comparison.mode, given) {
        (ComparisonMode::Custom, Some((first, last))) => custom(period, first, last, comparison.match_day_of_week)?,
        (ComparisonMode::Custom, None) => return Err(Error::field(POINTER, "required", "mode custom needs two dates")),
        (_, Some(_)) => return Err(Error::field(POINTER, "not_allowed", "only mode custom takes dates")),
        (ComparisonMode::PreviousPeriod, None) => before(period, comparison.match_day_of_week),
        (ComparisonMode::YearOverYear, None) => year_before(period, comparison.match_day_of_week),
    };
    Ok(Period {
        range,
        zone: period.zone.clone(),
    })
}

/// The range of the same length just before; on the same weekdays, the first such one that does not overlap.
fn before(period: &Period, match_weekday: bool) -> Range {
    let weeks = |days: i64| if match_weekday { (days + 6) / 7 * 7 } else { days };
    match period.range {
        Range::Days { first, last } => {
            let back = Span::new().days(weeks(i64::from(days_between(first, last)) + 1));
            Range::Days {
                first: first.saturating_sub(back),
                last: last.saturating_sub(back),
            }
        }
        Range::Instants { from_ms, to_ms } => {
            const DAY_MS: i64 = 86_400_000;
            let length = to_ms - from_ms;
            let back = if match_weekday {
                weeks((length + DAY_MS - 1) / DAY_MS) * DAY_MS
            } else {
                length
            };
            Range::Instants {
                from_ms: from_ms - back,
                to_ms: to_ms - back,
            }
        }
    }
}

/// The same length, from the same date a year before; 28 February stands for the 29th.
fn year_before(period: &Period, match_weekday: bool) -> Range {
    let year = Span::new().years(1);
    match period.range {
        Range::Days { first, last } => {
            let begin = weekday_like(first.saturating_sub(year), first, match_weekday);
            Range::Days {
                first: begin,
                last: after(begin, days_between(first, last)),
            }
        }
        Range::Instants { from_ms, to_ms } => {
            let first = period.date_at(from_ms);
            let begin = weekday_like(first.saturating_sub(year), first, match_weekday);
            let back = period.start_of(first) - period.start_of(begin);
            Range::Instants {
                from_ms: from_ms - back,
                to_ms: to_ms - back,
            }
        }
    }
}

fn custom(period: &Period, first: &str, last: &str, match_weekday: bool) -> Result<Range, Error> {
    let parse = |at: usize, text: &str| {
        date(text).ok_or_else(|| Error::field(format!("{POINTER}/{at}"), "invalid", "a date like 2026-01-31"))
    };
    let (first, last) = (parse(0, first)?, parse(1, last)?);
    let days = days_between(first, last);
    if last < first || days >= MAX_DAYS || first.year() < 1990 || last.year() > 2200 {
        return Err(Error::field(
            POINTER,
            "out_of_range",
            "the first date comes first, within 30 years, 1990 to 2200",
        ));
    }
    let begin = weekday_like(first, period.dates().0, match_weekday);
    Ok(Range::Days {
        first: begin,
        last: after(begin, days),
    })
}

/// `date`, or the nearest date with the weekday of `like`.
fn weekday_like(date: Date, like: Date, match_weekday: bool) -> Date {
    if !match_weekday {
        return date;
    }
    let weekday = |date: Date| i64::from(date.weekday().to_monday_zero_offset());
    let days = (weekday(like) - weekday(date) + 3).rem_euclid(7) - 3;
    date.saturating_add(Span::new().days(days))
}

fn after(date: Date, days: i32) -> Date {
    date.saturating_add(Span::new().days(i64::from(days)))
}

/// The change from `then` to `now`: in percentage points for rates, in percent otherwise; none without a base.
pub fn change(metric: Metric, now: Option<Number>, then: Option<Number>) -> Option<f64> {
    let (now, then) = (now?.as_f64(), then?.as_f64());
    let is_rate = matches!(
        metric,
        Metric::BounceRate
            | Metric::ExitRate
            | Metric::Percentage
            | Metric::ScrollDepth
            | Metric::ConversionRate
            | Metric::GroupConversionRate
    );
    if is_rate {
        return Some(((now - then) * 10.0).round() / 10.0);
    }
    if then == 0.0 {
        return (now == 0.0).then_some(0.0);
    }
    Some(((now - then) / then * 100.0).round())
}
