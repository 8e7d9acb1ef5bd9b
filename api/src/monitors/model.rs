//! Rules of monitors' settings. Pure.

use shared::monitor::{MonitorKind, Outcome, Reason, SetMonitor};
use shared::problem::FieldError;

const LONGEST_INTERVAL_S: i64 = 2_592_000;
const MAX_KEYWORD_CHARS: usize = 200;
const MOST_STATUSES: usize = 20;
const DEFAULT_TIMEOUT_MS: i64 = 10_000;
const DEFAULT_STATUS: &str = "200-299";

/// Settings in their stored form, but for the URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Seconds between checks.
    pub interval_s: i64,
    /// Milliseconds that one answer may take.
    pub timeout_ms: i64,
    /// Text that the page must have.
    pub keyword: Option<String>,
    /// Statuses that count as up, with commas between.
    pub expected_status: String,
}

impl Settings {
    /// What a monitor has when nobody says otherwise.
    pub fn of(kind: MonitorKind) -> Self {
        let (_, interval_s) = intervals(kind);
        Self {
            interval_s,
            timeout_ms: DEFAULT_TIMEOUT_MS,
            keyword: None,
            expected_status: DEFAULT_STATUS.to_owned(),
        }
    }

    /// Checks what was given.
    pub fn new(kind: MonitorKind, given: &SetMonitor) -> Result<Self, Vec<FieldError>> {
        let mut settings = Self::of(kind);
        let mut wrong = Vec::new();
        let is_uptime = kind == MonitorKind::Uptime;
        for (pointer, is_given, fits) in [
            ("/url", given.url.is_some(), kind != MonitorKind::Domain),
            (
                "/timeout_ms",
                given.timeout_ms.is_some(),
                kind != MonitorKind::Lighthouse,
            ),
            ("/keyword", given.keyword.is_some(), is_uptime),
            ("/expected_status", given.expected_status.is_some(), is_uptime),
        ] {
            if is_given && !fits {
                let detail = format!("A monitor of this kind has none: {}", kind.as_str());
                wrong.push(FieldError::new(pointer, "not_allowed", detail));
            }
        }
        if let Some(interval_s) = given.interval_s {
            let (least, _) = intervals(kind);
            if !(least..=LONGEST_INTERVAL_S).contains(&interval_s) {
                let detail = format!("{least} to {LONGEST_INTERVAL_S} seconds");
                wrong.push(FieldError::new("/interval_s", "out_of_range", detail));
            }
            settings.interval_s = interval_s;
        }
        if let Some(timeout_ms) = given.timeout_ms {
            if !(1000..=30_000).contains(&timeout_ms) {
                wrong.push(FieldError::new(
                    "/timeout_ms",
                    "out_of_range",
                    "1,000 to 30,000 milliseconds",
                ));
            }
            settings.timeout_ms = timeout_ms;
        }
        if let Some(keyword) = &given.keyword {
            let length = keyword.chars().count();
            if !(1..=MAX_KEYWORD_CHARS).contains(&length) || keyword.contains('\0') {
                wrong.push(FieldError::new("/keyword", "invalid", "1 to 200 characters"));
            }
            settings.keyword = Some(keyword.clone());
        }
        if let Some(expected) = &given.expected_status {
            if !(1..=MOST_STATUSES).contains(&expected.len()) {
                wrong.push(FieldError::new("/expected_status", "out_of_range", "1 to 20 statuses"));
            }
            for (n, text) in expected.iter().enumerate() {
                if range(text).is_none() {
                    let detail = "A status such as 200, or a range such as 200-299";
                    wrong.push(FieldError::new(format!("/expected_status/{n}"), "invalid", detail));
                }
            }
            settings.expected_status = expected.join(",");
        }
        if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
    }
}

/// The shortest interval and the usual one, in seconds.
fn intervals(kind: MonitorKind) -> (i64, i64) {
    match kind {
        MonitorKind::Uptime => (60, 60),
        MonitorKind::Certificate => (3600, 21_600),
        MonitorKind::Links => (3600, 86_400),
        MonitorKind::Domain | MonitorKind::Lighthouse => (86_400, 86_400),
    }
}

/// A status, or a range of them.
fn range(text: &str) -> Option<(u16, u16)> {
    let status = |text: &str| {
        let is_status = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>()
            .ok()
            .filter(|status| is_status && (100..600).contains(status))
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (status(first)?, status(last)?);
    (first <= last).then_some((first, last))
}

/// True when the stored statuses have this one.
pub fn expects(stored: &str, status: u16) -> bool {
    let mut ranges = stored.split(',').filter_map(range);
    ranges.any(|(first, last)| (first..=last).contains(&status))
}

/// With whom a check shares its turns: those that may take long are kept apart from those that answer.
pub fn lane(kind: MonitorKind, outcome: Option<Outcome>) -> &'static str {
    match (kind, outcome) {
        (MonitorKind::Links, _) => "crawl",
        (MonitorKind::Lighthouse, _) => "lighthouse",
        (_, Some(Outcome::Ok | Outcome::Warning)) => "quick",
        _ => "slow",
    }
}

/// The word of an outcome, as it is stored.
pub fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Warning => "warning",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
    }
}

/// The outcome of a stored word; the schema allows no others.
pub fn outcome_of(word: &str) -> Outcome {
    match word {
        "ok" => Outcome::Ok,
        "warning" => Outcome::Warning,
        "failed" => Outcome::Failed,
        _ => Outcome::Unknown,
    }
}

/// The word of a reason, as it is stored.
pub fn reason_word(reason: Reason) -> String {
    reason.as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_numbers_or_ranges() {
        for (text, status, expected) in [
            ("200-299", 204, true),
            ("200-299", 300, false),
            ("200,301-302", 302, true),
            ("401", 401, true),
            ("299-200", 250, false),
        ] {
            assert_eq!(expects(text, status), expected, "{text} {status}");
        }
        for wrong in [
            "",
            "2xx",
            "99",
            "600",
            "200-",
            "-200",
            "200-299-300",
            "+20",
            " 200",
            "299-200",
        ] {
            assert_eq!(range(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn settings_fit_their_kind() {
        let set = |kind, given: SetMonitor| {
            let wrong = Settings::new(kind, &given).err().unwrap_or_default();
            wrong.iter().map(|error| error.pointer.clone()).collect::<Vec<_>>()
        };
        let interval = |interval_s| SetMonitor {
            interval_s: Some(interval_s),
            ..SetMonitor::default()
        };
        assert_eq!(set(MonitorKind::Uptime, interval(59)), ["/interval_s"]);
        assert!(set(MonitorKind::Uptime, interval(60)).is_empty());
        assert_eq!(set(MonitorKind::Domain, interval(86_399)), ["/interval_s"]);
        let all = SetMonitor {
            url: Some("https://example.org/".to_owned()),
            timeout_ms: Some(999),
            keyword: Some(String::new()),
            expected_status: Some(vec!["200".to_owned(), "x".to_owned()]),
            ..SetMonitor::default()
        };
        assert_eq!(
            set(MonitorKind::Uptime, all.clone()),
            ["/timeout_ms", "/keyword", "/expected_status/1"]
        );
        let of_domain = set(MonitorKind::Domain, all);
        assert_eq!(of_domain[..3], ["/url", "/keyword", "/expected_status"]);
    }
}
