//! Calendar dates without a clock or a zone. Pure.

use std::fmt;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year, 0 to 9999.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the month, from 1.
    pub day: u32,
}

impl Date {
    /// The date of `YYYY-MM-DD`, if there is such a day.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| {
                if matches!(at, 4 | 7) {
                    *byte == b'-'
                } else {
                    byte.is_ascii_digit()
                }
            });
        if !shaped {
            return None;
        }
        let date = Date {
            year: text[..4].parse().ok()?,
            month: text[5..7].parse().ok()?,
            day: text[8..].parse().ok()?,
        };
        ((1..=12).contains(&date.month) && (1..=date.month_length()).contains(&date.day)).then_some(date)
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        // Years begin in March here, so that the leap day is a year's last (Hinnant, "chrono-compatible low-level date algorithms").
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((i64::from(self.month) + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// The date so many days after 1970-01-01.
    pub fn from_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        Date {
            year: (year_of_era + era * 400 + i64::from(month <= 2)) as i32,
            month: month as u32,
            day: (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32,
        }
    }

    /// The date so many days later; earlier when negative.
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_days(self.days() + days)
    }

    /// The first day of the month that lies so many months later.
    pub fn plus_months(self, months: i32) -> Self {
        let total = self.year * 12 + self.month as i32 - 1 + months;
        Date {
            year: total.div_euclid(12),
            month: total.rem_euclid(12) as u32 + 1,
            day: 1,
        }
    }

    /// The same day of the month that lies so many months later; its last where that month is shorter.
    pub fn same_day(self, months: i32) -> Self {
        let month = self.plus_months(months);
        Date {
            day: self.day.min(month.month_length()),
            ..month
        }
    }

    /// The first day of this month.
    pub fn month_start(self) -> Self {
        Date { day: 1, ..self }
    }

    /// The last day of this month.
    pub fn month_end(self) -> Self {
        Date {
            day: self.month_length(),
            ..self
        }
    }

    /// The weekday, Monday is 0.
    pub fn weekday(self) -> u32 {
        (self.days() + 3).rem_euclid(7) as u32
    }

    fn month_length(self) -> u32 {
        match self.month {
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).expect("a date of the test table")
    }

    #[test]
    fn a_day_keeps_its_place_in_other_months_as_far_as_they_go() {
        for (text, months, expected) in [
            ("2026-03-31", -1, "2026-02-28"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", -48, "2020-02-29"),
            ("2026-01-15", -1, "2025-12-15"),
            ("2026-12-15", 1, "2027-01-15"),
        ] {
            assert_eq!(date(text).same_day(months), date(expected), "{text} {months}");
        }
    }

    #[test]
    fn days_are_counted_both_ways() {
        for (text, days, weekday) in [
            ("1970-01-01", 0, 3),
            ("1969-12-31", -1, 2),
            ("2000-02-29", 11_016, 1),
            ("2026-03-01", 20_513, 6),
            ("0001-01-01", -719_162, 0),
            ("9999-12-31", 2_932_896, 4),
        ] {
            assert_eq!(date(text).days(), days, "{text}");
            assert_eq!(Date::from_days(days), date(text));
            assert_eq!(date(text).weekday(), weekday, "{text}");
            assert_eq!(date(text).to_string(), text);
        }
        for days in -100_000..100_000 {
            assert_eq!(Date::from_days(days).days(), days);
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "2026-1-01",
            "26-01-01",
            "2026/01/01",
            "+026-01-01",
            "2026-01-01T",
            "ééééé",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn months_are_moved() {
        for (from, months, to) in [
            ("2026-01-31", -1, "2025-12-01"),
            ("2026-01-31", 1, "2026-02-01"),
            ("2026-11-05", 14, "2028-01-01"),
            ("2026-01-01", -25, "2023-12-01"),
        ] {
            assert_eq!(date(from).plus_months(months), date(to));
        }
        assert_eq!(date("2024-02-10").month_end(), date("2024-02-29"));
        assert_eq!(date("2026-04-10").month_end(), date("2026-04-30"));
    }
}
