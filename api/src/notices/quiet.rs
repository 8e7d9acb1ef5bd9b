//! Quiet hours: when they begin and end on a clock on the site's wall. Pure.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use shared::notice::QuietHours;
use shared::problem::FieldError;

/// Quiet hours in minutes of the local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// The first minute.
    pub from: i64,
    /// The first minute after them.
    pub until: i64,
}

impl Quiet {
    /// Checks what was given; none for no quiet hours.
    pub fn new(given: &QuietHours) -> Result<Option<Self>, Vec<FieldError>> {
        let minute = |pointer: &str, text: &Option<String>| match text.as_deref().map(minute_of) {
            None => Ok(None),
            Some(Some(minute)) => Ok(Some(minute)),
            Some(None) => Err(FieldError::new(pointer, "invalid", "A time such as 22:00")),
        };
        match (minute("/from", &given.from), minute("/until", &given.until)) {
            (Ok(None), Ok(None)) => Ok(None),
            (Ok(Some(_)), Ok(None)) => Err(vec![required("/until")]),
            (Ok(None), Ok(Some(_))) => Err(vec![required("/from")]),
            (Ok(Some(from)), Ok(Some(until))) if from == until => {
                let detail = "They must not end when they begin";
                Err(vec![FieldError::new("/until", "invalid", detail)])
            }
            (Ok(Some(from)), Ok(Some(until))) => Ok(Some(Self { from, until })),
            (from, until) => Err([from.err(), until.err()].into_iter().flatten().collect()),
        }
    }

    /// As they are told.
    pub fn told(&self) -> QuietHours {
        let text = |minute: i64| Some(format!("{:02}:{:02}", minute / 60, minute % 60));
        QuietHours {
            from: text(self.from),
            until: text(self.until),
        }
    }

    /// True when a clock on the site's wall shows a quiet minute at the instant.
    fn has(&self, zone: &TimeZone, at: Timestamp) -> bool {
        let time = zone.to_datetime(at).time();
        let minute = i64::from(time.hour()) * 60 + i64::from(time.minute());
        match self.from < self.until {
            true => (self.from..self.until).contains(&minute),
            false => minute >= self.from || minute < self.until,
        }
    }

    /// When the quiet time ends that has the instant (Unix ms): the first later instant at which the wall's clock shows a minute that
    /// is not quiet, also on days on which that clock is set. None when the instant is not quiet.
    pub fn end(&self, zone: &TimeZone, now_ms: i64) -> Option<i64> {
        let now = Timestamp::from_millisecond(now_ms).ok()?;
        if !self.has(zone, now) {
            return None;
        }
        let today = zone.to_datetime(now).date();
        let until = Time::new(
            i8::try_from(self.until / 60).ok()?,
            i8::try_from(self.until % 60).ok()?,
            0,
            0,
        )
        .ok()?;
        let days = (0..3).filter_map(|days| today.checked_add(days.days()).ok());
        // A time that the clock shows twice has two instants; one that it skips is passed when the clock is set.
        let shown = days.flat_map(|day| {
            let ambiguous = zone.to_ambiguous_timestamp(day.to_datetime(until));
            [ambiguous.earlier(), ambiguous.later()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
        });
        let set = zone.following(now).take(2).map(|transition| transition.timestamp());
        let ends = shown.chain(set).filter(|at| *at > now && !self.has(zone, *at)).min();
        ends.map(Timestamp::as_millisecond)
    }
}

fn required(pointer: &str) -> FieldError {
    FieldError::new(pointer, "required", "Both times, or neither")
}

/// The minute of the day of a text such as `07:30`.
fn minute_of(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, below: i64| {
        let is_plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| is_plain && *number < below)
    };
    Some(number(hour, 24)? * 60 + number(minute, 60)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(zone: &str, from: &str, until: &str, at: &str) -> Option<String> {
        let minute = |text| minute_of(text).unwrap();
        let quiet = Quiet {
            from: minute(from),
            until: minute(until),
        };
        let at = at.parse::<Timestamp>().unwrap().as_millisecond();
        let zone = TimeZone::get(zone).unwrap();
        let end = quiet.end(&zone, at)?;
        assert!(end > at);
        Some(Timestamp::from_millisecond(end).unwrap().to_string())
    }

    #[test]
    fn quiet_hours_end_when_the_wall_says_so() {
        let berlin = "Europe/Berlin";
        for (zone, from, until, at, expected) in [
            // Across midnight: the evening, the night, the first minutes that are not quiet.
            (
                berlin,
                "22:00",
                "07:00",
                "2026-03-10T21:00:00Z",
                Some("2026-03-11T06:00:00Z"),
            ),
            (
                berlin,
                "22:00",
                "07:00",
                "2026-03-11T05:59:59.999Z",
                Some("2026-03-11T06:00:00Z"),
            ),
            (berlin, "22:00", "07:00", "2026-03-11T06:00:00Z", None),
            (berlin, "22:00", "07:00", "2026-03-10T20:59:59Z", None),
            // Within a day.
            (
                berlin,
                "12:00",
                "13:30",
                "2026-03-10T11:30:00Z",
                Some("2026-03-10T12:30:00Z"),
            ),
            (berlin, "12:00", "13:30", "2026-03-10T12:30:00Z", None),
            // The night on which the clock is set forward is an hour shorter, the other an hour longer.
            (
                berlin,
                "22:00",
                "07:00",
                "2026-03-28T21:00:00Z",
                Some("2026-03-29T05:00:00Z"),
            ),
            (
                berlin,
                "22:00",
                "07:00",
                "2026-10-24T20:00:00Z",
                Some("2026-10-25T06:00:00Z"),
            ),
            // An end that the clock skips: quiet is over when it is set.
            (
                berlin,
                "22:00",
                "02:30",
                "2026-03-29T00:30:00Z",
                Some("2026-03-29T01:00:00Z"),
            ),
            // An end that it shows twice: quiet at the second showing too.
            (
                berlin,
                "22:00",
                "02:30",
                "2026-10-25T00:15:00Z",
                Some("2026-10-25T00:30:00Z"),
            ),
            (
                berlin,
                "22:00",
                "02:30",
                "2026-10-25T01:15:00Z",
                Some("2026-10-25T01:30:00Z"),
            ),
            (berlin, "22:00", "02:30", "2026-10-25T00:45:00Z", None),
            // Half an hour of summer time, and a zone of quarters.
            (
                "Australia/Lord_Howe",
                "01:00",
                "02:15",
                "2026-10-03T15:00:00Z",
                Some("2026-10-03T15:30:00Z"),
            ),
            (
                "Asia/Kathmandu",
                "22:00",
                "06:00",
                "2026-03-10T18:00:00Z",
                Some("2026-03-11T00:15:00Z"),
            ),
        ] {
            assert_eq!(
                ends(zone, from, until, at).as_deref(),
                expected,
                "{zone} {from} {until} {at}"
            );
        }
    }

    #[test]
    fn quiet_hours_are_two_times_or_none() {
        let given = |from: Option<&str>, until: Option<&str>| {
            let given = QuietHours {
                from: from.map(str::to_owned),
                until: until.map(str::to_owned),
            };
            Quiet::new(&given).map_err(|wrong| wrong.iter().map(|error| error.pointer.clone()).collect::<Vec<_>>())
        };
        assert_eq!(given(None, None), Ok(None));
        let night = Quiet { from: 1320, until: 420 };
        assert_eq!(given(Some("22:00"), Some("07:00")), Ok(Some(night)));
        assert_eq!(night.told().until.as_deref(), Some("07:00"));
        assert_eq!(given(Some("22:00"), None), Err(vec!["/until".to_owned()]));
        assert_eq!(given(Some("07:00"), Some("07:00")), Err(vec!["/until".to_owned()]));
        for wrong in ["24:00", "7:00", "07:60", "07-00", "+7:00", "", "07:00:00", "٠٧:٠٠"] {
            assert_eq!(
                given(Some(wrong), Some("x")).unwrap_err(),
                ["/from", "/until"],
                "{wrong}"
            );
        }
    }
}
