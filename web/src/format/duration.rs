//! Durations in words. Pure.

/// Seconds as `48s`, `2m 05s` or `1h 03m`.
pub fn short(seconds: f64) -> String {
    let seconds = seconds.round().max(0.0) as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s}s"),
        (0, m, s) => format!("{m}m {s:02}s"),
        (h, m, _) => format!("{h}h {m:02}m"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_read_well() {
        for (seconds, text) in [
            (0.0, "0s"),
            (48.4, "48s"),
            (59.6, "1m 00s"),
            (125.0, "2m 05s"),
            (3599.0, "59m 59s"),
            (3780.0, "1h 03m"),
            (-1.0, "0s"),
        ] {
            assert_eq!(super::short(seconds), text);
        }
    }
}
