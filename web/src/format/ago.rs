//! How long ago, how long until, how long it lasted, in words. Pure.

const MINUTE_MS: f64 = 60_000.0;
const HOUR_MS: f64 = 60.0 * MINUTE_MS;
const DAY_MS: f64 = 24.0 * HOUR_MS;

/// So many of a thing, whole.
fn count(value: f64, one: &str, many: &str) -> String {
    let whole = value.floor() as i64;
    if whole == 1 {
        format!("1 {one}")
    } else {
        format!("{whole} {many}")
    }
}

/// A length in its largest unit.
fn coarse(ms: f64) -> String {
    match ms {
        ms if ms < MINUTE_MS => format!("{} s", (ms / 1000.0).floor() as i64),
        ms if ms < HOUR_MS => format!("{} min", (ms / MINUTE_MS).floor() as i64),
        ms if ms < 2.0 * DAY_MS => format!("{} h", (ms / HOUR_MS).floor() as i64),
        ms => count(ms / DAY_MS, "day", "days"),
    }
}

/// `just now`, `5 min ago`, `3 days ago`; what lies ahead by a clock's difference is just now.
pub fn since(ms: f64) -> String {
    if ms < 10_000.0 {
        "just now".to_owned()
    } else {
        format!("{} ago", coarse(ms))
    }
}

/// `now`, `in 40 s`, `in 42 days`.
pub fn until(ms: f64) -> String {
    if ms < 1000.0 {
        "now".to_owned()
    } else {
        format!("in {}", coarse(ms))
    }
}

/// A length in at most two units: `40 s`, `12 min`, `2 h 05 min`, `3 days 4 h`.
pub fn lasting(ms: f64) -> String {
    let ms = ms.max(0.0);
    let rest = |unit: f64, by: f64| ((ms % unit) / by).floor() as i64;
    match ms {
        ms if ms < HOUR_MS => coarse(ms),
        ms if ms < DAY_MS => format!(
            "{} h {:02} min",
            (ms / HOUR_MS).floor() as i64,
            rest(HOUR_MS, MINUTE_MS)
        ),
        ms => match (count(ms / DAY_MS, "day", "days"), rest(DAY_MS, HOUR_MS)) {
            (days, 0) => days,
            (days, hours) => format!("{days} {hours} h"),
        },
    }
}

/// A number of seconds as a setting: `1 minute`, `6 hours`, `1 day`.
pub fn every(seconds: i64) -> String {
    let (value, one, many) = match seconds {
        seconds if seconds % 86_400 == 0 => (seconds / 86_400, "day", "days"),
        seconds if seconds % 3600 == 0 => (seconds / 3600, "hour", "hours"),
        seconds if seconds % 60 == 0 => (seconds / 60, "minute", "minutes"),
        seconds => (seconds, "second", "seconds"),
    };
    count(value as f64, one, many)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        for (ms, words) in [
            (-5.0, "just now"),
            (9_999.0, "just now"),
            (30_000.0, "30 s ago"),
            (5.5 * MINUTE_MS, "5 min ago"),
            (47.9 * HOUR_MS, "47 h ago"),
            (2.0 * DAY_MS, "2 days ago"),
        ] {
            assert_eq!(since(ms), words);
        }
        for (ms, words) in [(0.0, "now"), (40_000.0, "in 40 s"), (42.3 * DAY_MS, "in 42 days")] {
            assert_eq!(until(ms), words);
        }
        for (ms, words) in [
            (-1.0, "0 s"),
            (40_500.0, "40 s"),
            (12.0 * MINUTE_MS, "12 min"),
            (2.0 * HOUR_MS + 5.0 * MINUTE_MS, "2 h 05 min"),
            (DAY_MS, "1 day"),
            (3.0 * DAY_MS + 4.5 * HOUR_MS, "3 days 4 h"),
        ] {
            assert_eq!(lasting(ms), words);
        }
        for (seconds, words) in [
            (60, "1 minute"),
            (90, "90 seconds"),
            (21_600, "6 hours"),
            (86_400, "1 day"),
        ] {
            assert_eq!(every(seconds), words);
        }
    }
}
