//! The periods of the date picker, their words in the URL, their range in a query, and the step to the next one. Pure.

use super::date::Date;
use shared::query::{DateRange, FixedDimension};

/// No dashboard goes back further; the server refuses earlier dates.
const FIRST_YEAR: i32 = 1990;

/// A period of the picker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// The last 30 minutes, visitors of the last 5.
    Realtime,
    /// One day; today without a date.
    Day,
    /// The last 24 hours.
    Last24h,
    /// So many whole days; ending yesterday without a date.
    Days(u32),
    /// One month; this one without a date.
    Month,
    /// So many months; ending with this one without a date.
    Months(u32),
    /// One year; this one without a date.
    Year,
    /// Since the first event.
    All,
    /// From one date to another.
    Custom,
}

/// A period with its anchors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The period.
    pub period: Period,
    /// A day of the period; its last one for `Days`.
    pub date: Option<Date>,
    /// Both ends of a custom period, included.
    pub custom: Option<(Date, Date)>,
}

impl Period {
    /// The word in the URL.
    pub fn word(self) -> &'static str {
        match self {
            Period::Realtime => "realtime",
            Period::Day => "day",
            Period::Last24h => "24h",
            Period::Days(7) => "7d",
            Period::Days(28) => "28d",
            Period::Days(30) => "30d",
            Period::Days(_) => "91d",
            Period::Month => "month",
            Period::Months(6) => "6mo",
            Period::Months(_) => "12mo",
            Period::Year => "year",
            Period::All => "all",
            Period::Custom => "custom",
        }
    }

    /// The period of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        const ALL: [Period; 13] = [
            Period::Realtime,
            Period::Day,
            Period::Last24h,
            Period::Days(7),
            Period::Days(28),
            Period::Days(30),
            Period::Days(91),
            Period::Month,
            Period::Months(6),
            Period::Months(12),
            Period::Year,
            Period::All,
            Period::Custom,
        ];
        ALL.into_iter().find(|period| period.word() == word)
    }

    /// False where there is nothing to compare with.
    pub fn compares(self) -> bool {
        !matches!(self, Period::Realtime | Period::All)
    }
}

impl Span {
    /// A period without anchors.
    pub fn of(period: Period) -> Self {
        Span {
            period,
            date: None,
            custom: None,
        }
    }

    /// First and last day; `None` for periods that are not made of whole days.
    pub fn days(self, today: Date) -> Option<(Date, Date)> {
        let anchor = self.date.unwrap_or(today);
        match self.period {
            Period::Realtime | Period::Last24h | Period::All => None,
            Period::Day => Some((anchor, anchor)),
            Period::Days(count) => {
                let last = self.date.unwrap_or_else(|| today.plus_days(-1));
                Some((last.plus_days(1 - i64::from(count)), last))
            }
            Period::Month => Some((anchor.month_start(), anchor.month_end())),
            Period::Months(count) => Some((anchor.plus_months(1 - count as i32), anchor.month_end())),
            Period::Year => {
                let start = Date {
                    month: 1,
                    day: 1,
                    ..anchor
                };
                Some((
                    start,
                    Date {
                        month: 12,
                        day: 31,
                        ..anchor
                    },
                ))
            }
            Period::Custom => self.custom,
        }
    }

    /// The range to ask the server for.
    pub fn range(self, today: Date) -> DateRange {
        let dates = |(from, to): (Date, Date)| DateRange::Custom(from.to_string(), to.to_string());
        let Some(days) = self.days(today) else {
            return match self.period {
                Period::Realtime => DateRange::Realtime,
                Period::Last24h => DateRange::Last24h,
                _ => DateRange::All,
            };
        };
        match self.period {
            // The named ranges end now: the rest of a running month or year is no data, not zero.
            _ if self.date.is_some() && !self.is_current(today) => dates(days),
            Period::Day => DateRange::Day,
            Period::Days(count) => DateRange::Days(count),
            Period::Month => DateRange::Month,
            Period::Months(count) => DateRange::Months(count),
            Period::Year => DateRange::Year,
            _ => dates(days),
        }
    }

    /// True when new visits fall into this period.
    pub fn includes_now(self, today: Date) -> bool {
        self.days(today).is_none_or(|(from, to)| from <= today && today <= to)
    }

    /// The period so many steps later; `None` for periods that do not step and beyond today.
    pub fn step(self, steps: i32, today: Date) -> Option<Span> {
        let (from, to) = self.days(today)?;
        let moved = match self.period {
            Period::Custom => {
                let length = (to.days() - from.days() + 1) * i64::from(steps);
                Span {
                    custom: Some((from.plus_days(length), to.plus_days(length))),
                    ..self
                }
            }
            Period::Day => self.at(to.plus_days(i64::from(steps))),
            Period::Days(count) => self.at(to.plus_days(i64::from(steps) * i64::from(count))),
            Period::Month => self.at(to.plus_months(steps)),
            Period::Months(count) => self.at(to.plus_months(steps * count as i32)),
            _ => self.at(Date {
                year: to.year + steps,
                month: 1,
                day: 1,
            }),
        };
        let (from, _) = moved.days(today)?;
        if from > today || from.year < FIRST_YEAR {
            return None;
        }
        let unanchored = Span::of(self.period);
        Some(if moved.days(today) == unanchored.days(today) {
            unanchored
        } else {
            moved
        })
    }

    fn at(self, date: Date) -> Span {
        Span {
            date: Some(date),
            ..self
        }
    }

    fn is_current(self, today: Date) -> bool {
        self.days(today) == Span::of(self.period).days(today)
    }
}

/// The bucket sizes that make a readable chart of so many days.
pub fn intervals(days: i64) -> &'static [FixedDimension] {
    use FixedDimension::{TimeDay, TimeHour, TimeMinute, TimeMonth, TimeWeek};
    match days {
        ..=1 => &[TimeMinute, TimeHour],
        2..=7 => &[TimeHour, TimeDay],
        8..=31 => &[TimeHour, TimeDay, TimeWeek],
        32..=92 => &[TimeDay, TimeWeek, TimeMonth],
        93..=800 => &[TimeDay, TimeWeek, TimeMonth],
        _ => &[TimeWeek, TimeMonth],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: &str = "2026-03-10";

    fn date(text: &str) -> Date {
        Date::parse(text).expect("a date of the test table")
    }

    fn span(period: &str, date_text: &str) -> Span {
        let period = Period::from_word(period).expect("a period of the test table");
        Span {
            period,
            date: Date::parse(date_text),
            custom: Some((date("2026-01-10"), date("2026-01-12"))),
        }
    }

    #[test]
    fn words_name_periods() {
        for word in [
            "realtime", "day", "24h", "7d", "28d", "30d", "91d", "month", "6mo", "12mo", "year", "all", "custom",
        ] {
            assert_eq!(Period::from_word(word).map(Period::word), Some(word));
        }
        assert_eq!(Period::from_word("5d"), None);
    }

    #[test]
    fn a_period_asks_for_its_range() {
        let dates = |from: &str, to: &str| DateRange::Custom(from.to_owned(), to.to_owned());
        for (period, anchor, range) in [
            ("day", "", DateRange::Day),
            ("day", TODAY, DateRange::Day),
            ("day", "2026-03-09", dates("2026-03-09", "2026-03-09")),
            ("7d", "", DateRange::Days(7)),
            ("7d", "2026-03-02", dates("2026-02-24", "2026-03-02")),
            ("month", "", DateRange::Month),
            ("month", "2026-03-01", DateRange::Month),
            ("month", "2026-02-15", dates("2026-02-01", "2026-02-28")),
            ("12mo", "", DateRange::Months(12)),
            ("12mo", "2025-03-01", dates("2024-04-01", "2025-03-31")),
            ("year", "2024-05-05", dates("2024-01-01", "2024-12-31")),
            ("all", "", DateRange::All),
            ("24h", "", DateRange::Last24h),
            ("realtime", "", DateRange::Realtime),
            ("custom", "", dates("2026-01-10", "2026-01-12")),
        ] {
            assert_eq!(span(period, anchor).range(date(TODAY)), range, "{period} {anchor}");
        }
    }

    #[test]
    fn arrows_step_by_one_period_and_stop_at_today() {
        for (period, anchor, steps, expected) in [
            ("day", "", -1, Some("2026-03-09..2026-03-09")),
            ("day", "", 1, None),
            ("day", "2026-03-09", 1, Some("2026-03-10..2026-03-10")),
            ("7d", "", -1, Some("2026-02-24..2026-03-02")),
            ("month", "", -1, Some("2026-02-01..2026-02-28")),
            ("month", "2025-12-01", 1, Some("2026-01-01..2026-01-31")),
            ("12mo", "", -1, Some("2024-04-01..2025-03-31")),
            ("year", "", -1, Some("2025-01-01..2025-12-31")),
            ("custom", "", 1, Some("2026-01-13..2026-01-15")),
            ("all", "", -1, None),
            ("realtime", "", -1, None),
        ] {
            let stepped = span(period, anchor).step(steps, date(TODAY));
            let days = stepped
                .and_then(|span| span.days(date(TODAY)))
                .map(|(from, to)| format!("{from}..{to}"));
            assert_eq!(days.as_deref(), expected, "{period} {anchor} {steps}");
        }
    }

    #[test]
    fn a_step_back_to_the_present_loses_its_anchor() {
        let yesterday = span("day", "2026-03-09");
        assert_eq!(yesterday.step(1, date(TODAY)).map(|span| span.date), Some(None));
    }

    #[test]
    fn only_periods_that_reach_today_are_live() {
        for (period, anchor, live) in [
            ("day", "", true),
            ("day", "2026-03-09", false),
            ("28d", "", false),
            ("month", "", true),
            ("24h", "", true),
            ("all", "", true),
            ("custom", "", false),
        ] {
            assert_eq!(
                span(period, anchor).includes_now(date(TODAY)),
                live,
                "{period} {anchor}"
            );
        }
    }
}
