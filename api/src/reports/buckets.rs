//! Buckets of time: their labels, and how SQL finds the number of an event's bucket.
//!
//! Boundaries are computed here from the zone's rules and given to SQL as plain numbers, so that every engine agrees and an
//! hour that comes twice is two buckets. Days, weeks and months go by the local date on which an event was counted; hours
//! and minutes by its instant. A change of the zone's offset begins a new hour or minute wherever it falls.

use super::dates::{Period, Range, day_number, days_between, instant, label};
use crate::error::Error;
use crate::events::dialect::Dialect;
use jiff::Span;
use jiff::civil::Date;
use shared::query::FixedDimension;

/// No question has more.
pub const MAX_BUCKETS: i64 = 10_000;

const HOURS_OF_WEEK: i64 = 7 * 24;

/// The size of buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A local day.
    Day,
    /// A week that begins on Monday.
    Week,
    /// A month.
    Month,
    /// An hour of the week, over all weeks.
    HourOfWeek,
}

impl Step {
    /// The size that a time dimension asks for; one that fits the period for plain `time`.
    pub fn of(dimension: FixedDimension, period: &Period) -> Self {
        match dimension {
            FixedDimension::TimeMinute => Step::Minute,
            FixedDimension::TimeHour => Step::Hour,
            FixedDimension::TimeWeek => Step::Week,
            FixedDimension::TimeMonth => Step::Month,
            FixedDimension::TimeHourOfWeek => Step::HourOfWeek,
            FixedDimension::Time => Self::fitting(period),
            _ => Step::Day,
        }
    }

    fn fitting(period: &Period) -> Self {
        let (from_ms, to_ms) = period.instants();
        let minutes = (to_ms - from_ms) / 60_000;
        let (first, last) = period.dates();
        match days_between(first, last) + 1 {
            _ if minutes <= 120 => Step::Minute,
            _ if minutes <= 25 * 60 => Step::Hour,
            days if days <= 92 => Step::Day,
            days if days <= 200 => Step::Week,
            _ => Step::Month,
        }
    }

    /// The dimension of the size.
    pub fn dimension(self) -> FixedDimension {
        match self {
            Step::Minute => FixedDimension::TimeMinute,
            Step::Hour => FixedDimension::TimeHour,
            Step::Day => FixedDimension::TimeDay,
            Step::Week => FixedDimension::TimeWeek,
            Step::Month => FixedDimension::TimeMonth,
            Step::HourOfWeek => FixedDimension::TimeHourOfWeek,
        }
    }
}

/// The buckets of a period.
#[derive(Clone, Debug)]
pub struct Buckets {
    /// Their labels: a date, or an instant with the zone's offset.
    pub labels: Vec<String>,
    numbering: Numbering,
}

#[derive(Clone, Debug)]
enum Numbering {
    /// By local date: days from `first`.
    Days { first: Date },
    /// By local date: weeks from a Monday.
    Weeks { monday: Date },
    /// By local date: months from `first`'s.
    Months { first: Date },
    /// By instant, in runs of buckets of one length.
    Runs(Vec<Run>),
    /// By the hour of the zone's week: each offset of the zone in ms, from when on.
    WeekHours(Vec<(i64, i64)>),
}

/// Buckets of one length, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    start_ms: i64,
    step_ms: i64,
    first_bucket: i64,
}

impl Buckets {
    /// The buckets of a period; the error says that there are too many.
    pub fn of(step: Step, period: &Period, pointer: &str) -> Result<Self, Error> {
        let (from_ms, to_ms) = period.instants();
        let (first, last) = period.dates();
        let count = match step {
            Step::Minute => (to_ms - from_ms) / 60_000,
            Step::Hour => (to_ms - from_ms) / 3_600_000,
            Step::Day | Step::Week | Step::Month | Step::HourOfWeek => i64::from(days_between(first, last)),
        };
        if count > MAX_BUCKETS && matches!(step, Step::Minute | Step::Hour) {
            let detail = format!("the range has more than {MAX_BUCKETS} of these; ask for larger ones");
            return Err(Error::field(pointer, "out_of_range", detail));
        }
        Ok(match step {
            Step::Day => Self::by_date(first, last, Span::new().days(1), Numbering::Days { first }),
            Step::Week => {
                let monday = monday_of(first);
                Self::by_date(monday, last, Span::new().weeks(1), Numbering::Weeks { monday })
            }
            Step::Month => {
                let first = first.first_of_month();
                Self::by_date(first, last, Span::new().months(1), Numbering::Months { first })
            }
            Step::Hour => Self::by_instant(period, 3600),
            Step::Minute => Self::by_instant(period, 60),
            Step::HourOfWeek => Self::by_hour_of_week(period),
        })
    }

    fn by_date(first: Date, last: Date, step: Span, numbering: Numbering) -> Self {
        let dates = std::iter::successors(Some(first), |date| date.checked_add(step).ok());
        let labels = dates
            .take_while(|date| *date <= last)
            .map(|date| date.to_string())
            .collect();
        Self { labels, numbering }
    }

    fn by_hour_of_week(period: &Period) -> Self {
        let starts = edges(period).into_iter().rev().skip(1).rev();
        let offsets = starts.map(|ms| (ms, offset_ms(period, ms)));
        let hours = (0..HOURS_OF_WEEK).map(|n| format!("{}-{:02}", n / 24 + 1, n % 24));
        Self {
            labels: hours.collect(),
            numbering: Numbering::WeekHours(offsets.collect()),
        }
    }

    fn by_instant(period: &Period, step_s: i64) -> Self {
        let step_ms = step_s * 1000;
        let edges = edges(period);
        let mut runs: Vec<Run> = Vec::new();
        let mut starts: Vec<i64> = Vec::new();
        for edge in edges.windows(2) {
            let (start, end) = (edge[0], edge[1]);
            let aligned = start + (-(start + offset_ms(period, start))).rem_euclid(step_ms);
            // What lies before the first full step is a bucket of its own.
            for (from, to) in [(start, aligned.min(end)), (aligned, end)] {
                if from < to {
                    runs.push(Run {
                        start_ms: from,
                        step_ms,
                        first_bucket: starts.len() as i64,
                    });
                    starts.extend((0..).map(|n| from + n * step_ms).take_while(|ms| *ms < to));
                }
            }
        }
        runs.dedup_by(|next, run| {
            let steps = (next.start_ms - run.start_ms) / step_ms;
            (next.start_ms - run.start_ms) % step_ms == 0 && run.first_bucket + steps == next.first_bucket
        });
        let labels = starts.iter().map(|ms| label(&period.zone, *ms)).collect();
        Self {
            labels,
            numbering: Numbering::Runs(runs),
        }
    }

    /// SQL for the number of the bucket of an instant column and its local date column. What lies beside the period, because
    /// the site's zone was another one then, counts in the first or the last bucket.
    pub fn sql(&self, dialect: Dialect, time_ms: &str, local_date: &str) -> String {
        let number = match &self.numbering {
            Numbering::Days { first } => format!("{} - {}", dialect.day_number(local_date), day_number(*first)),
            Numbering::Weeks { monday } => {
                let days = format!(
                    "greatest(0, {} - {})",
                    dialect.day_number(local_date),
                    day_number(*monday)
                );
                dialect.whole_division(&days, 7)
            }
            Numbering::Months { first } => {
                let months = i64::from(first.year()) * 12 + i64::from(first.month()) - 1;
                format!("{} - {months}", dialect.month_number(local_date))
            }
            Numbering::Runs(runs) => runs_sql(runs, dialect, time_ms),
            Numbering::WeekHours(offsets) => week_hours_sql(offsets, dialect, time_ms),
        };
        let last = self.labels.len().saturating_sub(1);
        dialect.whole(&format!("greatest(0, least({last}, {number}))"))
    }

    /// The number of the bucket of an instant, if the period has it.
    pub fn at(&self, period: &Period, ms: i64) -> Option<usize> {
        let date = period.date_at(ms);
        let (from_ms, to_ms) = period.instants();
        let inside = match period.range {
            Range::Days { first, last } => (first..=last).contains(&date),
            Range::Instants { .. } => (from_ms..to_ms).contains(&ms),
        };
        let number = match &self.numbering {
            Numbering::Days { first } => i64::from(days_between(*first, date)),
            Numbering::Weeks { monday } => i64::from(days_between(*monday, date)).div_euclid(7),
            Numbering::Months { first } => {
                let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
                months(date) - months(*first)
            }
            Numbering::Runs(runs) => {
                let run = runs.iter().rev().find(|run| run.start_ms <= ms)?;
                run.first_bucket + (ms - run.start_ms) / run.step_ms
            }
            // Every hour of the week comes again.
            Numbering::WeekHours(_) => return None,
        };
        usize::try_from(number)
            .ok()
            .filter(|number| inside && *number < self.labels.len())
    }
}

/// Where the zone's offset changes within a period, and the period's two ends.
fn edges(period: &Period) -> Vec<i64> {
    let (from_ms, to_ms) = period.instants();
    let changes = period
        .zone
        .following(instant(from_ms))
        .map(|change| change.timestamp().as_millisecond());
    let mut edges = vec![from_ms];
    edges.extend(changes.take_while(|ms| *ms < to_ms).filter(|ms| *ms > from_ms));
    edges.push(to_ms);
    edges
}

fn offset_ms(period: &Period, ms: i64) -> i64 {
    i64::from(period.zone.to_offset(instant(ms)).seconds()) * 1000
}

/// Hours since the Monday before 1970, a Thursday, without the whole weeks.
fn week_hours_sql(offsets: &[(i64, i64)], dialect: Dialect, time_ms: &str) -> String {
    let (last, earlier) = offsets.split_last().expect("a period has a beginning");
    let mut offset = String::new();
    for (at, (_, offset_ms)) in earlier.iter().enumerate() {
        let until = offsets[at + 1].0;
        offset.push_str(&format!("WHEN {time_ms} < {until} THEN {offset_ms} "));
    }
    let offset = match earlier.is_empty() {
        true => last.1.to_string(),
        false => format!("CASE {offset}ELSE {} END", last.1),
    };
    let hours = dialect.whole_division(&format!("{time_ms} + {offset}"), 3_600_000);
    format!("({hours} + {}) % {HOURS_OF_WEEK}", 3 * 24)
}

fn runs_sql(runs: &[Run], dialect: Dialect, time_ms: &str) -> String {
    let number = |run: &Run| {
        let since = format!("greatest(0, {time_ms} - {})", run.start_ms);
        format!("{} + {}", run.first_bucket, dialect.whole_division(&since, run.step_ms))
    };
    let Some((last, before)) = runs.split_last() else {
        return "0".to_owned();
    };
    let nexts = runs.iter().skip(1);
    let branches = before
        .iter()
        .zip(nexts)
        .map(|(run, next)| format!("WHEN {time_ms} < {} THEN {}", next.start_ms, number(run)));
    match before {
        [] => number(last),
        _ => format!(
            "CASE {} ELSE {} END",
            branches.collect::<Vec<_>>().join(" "),
            number(last)
        ),
    }
}

fn monday_of(date: Date) -> Date {
    let days = i64::from(date.weekday().to_monday_zero_offset());
    date.saturating_sub(Span::new().days(days))
}
