//! Monitors, parts of the score, states and reasons in words. Pure.

use crate::ui::status::Level;
use shared::health::{Band, HealthPart};
use shared::monitor::{Monitor, MonitorKind, Outcome, Reason};

/// The name of a kind.
pub fn kind(kind: MonitorKind) -> &'static str {
    match kind {
        MonitorKind::Uptime => "Uptime",
        MonitorKind::Certificate => "Certificate",
        MonitorKind::Domain => "Domain",
        MonitorKind::Links => "Links",
        MonitorKind::Lighthouse => "Lighthouse",
    }
}

/// What a kind looks at.
pub fn meaning(kind: MonitorKind) -> &'static str {
    match kind {
        MonitorKind::Uptime => "Whether the site answers, and how quickly.",
        MonitorKind::Certificate => "Whether browsers trust the site's certificate, and for how long.",
        MonitorKind::Domain => "Until when the domain is registered.",
        MonitorKind::Links => "Whether the links on the site's pages lead somewhere.",
        MonitorKind::Lighthouse => "How quickly the start page is there, on a phone and on a desktop.",
    }
}

/// The name of a part of the score.
pub fn part(part: HealthPart) -> &'static str {
    match part {
        HealthPart::LighthouseMobile => "PageSpeed, mobile",
        HealthPart::LighthouseDesktop => "PageSpeed, desktop",
        HealthPart::Uptime => "Uptime",
        HealthPart::Links => "Links",
        HealthPart::Domain => "Domain",
        HealthPart::Certificate => "Certificate",
    }
}

/// The monitor that measures a part.
pub fn measured_by(part: HealthPart) -> MonitorKind {
    match part {
        HealthPart::LighthouseMobile | HealthPart::LighthouseDesktop => MonitorKind::Lighthouse,
        HealthPart::Uptime => MonitorKind::Uptime,
        HealthPart::Links => MonitorKind::Links,
        HealthPart::Domain => MonitorKind::Domain,
        HealthPart::Certificate => MonitorKind::Certificate,
    }
}

/// How a score is to be read.
pub fn band(band: Band) -> &'static str {
    match band {
        Band::Good => "Good",
        Band::Fair => "Fair",
        Band::Poor => "Poor",
    }
}

/// How a monitor stands; `open` says that an incident of its kind is.
pub fn state(monitor: &Monitor, open: bool) -> (Level, &'static str) {
    use MonitorKind::{Certificate, Domain, Lighthouse, Links, Uptime};
    if !monitor.enabled {
        return (Level::Off, "Off");
    }
    let Some(outcome) = monitor.outcome else {
        return (Level::Unknown, "Waiting for the first check");
    };
    let is_over = monitor.reason == Some(Reason::Expired);
    match (outcome, monitor.kind) {
        (Outcome::Unknown, _) => (Level::Unknown, "Can't be told"),
        (Outcome::Ok, Uptime) => (Level::Good, "Up"),
        (Outcome::Ok, Certificate | Domain) => (Level::Good, "Valid"),
        (Outcome::Ok, Links) => (Level::Good, "All links work"),
        (Outcome::Ok, Lighthouse) => (Level::Good, "Measured"),
        (Outcome::Warning, Certificate | Domain) => (Level::Warn, "Expiring"),
        (Outcome::Warning, Links) => (Level::Warn, "Broken links"),
        (Outcome::Warning, _) => (Level::Warn, "Needs attention"),
        (Outcome::Failed, Uptime) if open => (Level::Bad, "Down"),
        // Only the second failure in a row is an outage.
        (Outcome::Failed, Uptime) => (Level::Warn, "Failed once"),
        (Outcome::Failed, Certificate | Domain) if is_over => (Level::Bad, "Expired"),
        (Outcome::Failed, Certificate) => (Level::Bad, "Not valid"),
        (Outcome::Failed, _) => (Level::Bad, "Failed"),
    }
}

/// The outcome of a single check.
pub fn outcome(word: &str) -> (Level, &'static str) {
    match word {
        "ok" => (Level::Good, "Ok"),
        "warning" => (Level::Warn, "Warning"),
        "failed" => (Level::Bad, "Failed"),
        _ => (Level::Unknown, "Can't be told"),
    }
}

/// A reason by its word in the API; the word itself when it is of a later version.
pub fn reason_of(word: &str) -> String {
    let known = Reason::ALL.iter().find(|reason| reason.as_str() == word);
    known.map_or_else(|| word.replace('_', " "), |known| reason(*known).to_owned())
}

/// A reason in one sentence without its full stop.
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Off => "The monitor is off",
        Reason::Waiting => "Not checked yet",
        Reason::Stale => "The latest result is too old to count",
        Reason::NotConfigured => "This server has nothing set up that could measure it",
        Reason::Blocked => "This server may not reach the address",
        Reason::OwnNetwork => "This server's own network was away",
        Reason::NameNotFound => "The name has no address",
        Reason::NoConnection => "No connection came about",
        Reason::TlsFailed => "No secure connection came about",
        Reason::Timeout => "No whole answer came in time",
        Reason::BrokenAnswer => "The answer broke off",
        Reason::WrongStatus => "The answer had an unexpected status",
        Reason::KeywordMissing => "The keyword is not on the page",
        Reason::BadRedirect => "A redirect leads nowhere",
        Reason::Expiring => "It ends soon",
        Reason::Expired => "It is over",
        Reason::NotYetValid => "It is not valid yet",
        Reason::SelfSigned => "The certificate vouches for itself",
        Reason::WrongName => "The certificate is for another name",
        Reason::IncompleteChain => "A certificate of the chain was not sent",
        Reason::Untrusted => "No known authority vouches for it",
        Reason::NotTold => "The registry tells no date",
        Reason::AskedTooOften => "Whoever is asked wants to be asked less",
        Reason::BrokenLinks => "Links that lead nowhere were found",
        Reason::Robots => "The site's robots.txt keeps the check out",
        Reason::ToolFailed => "The tool that measures ended without a result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_a_word_for_each_outcome() {
        use MonitorKind::{Certificate, Uptime};
        let monitor = |kind, enabled, outcome, reason| Monitor {
            kind,
            enabled,
            url: String::new(),
            interval_s: 60,
            timeout_ms: 1000,
            keyword: None,
            expected_status: Vec::new(),
            outcome,
            reason,
            checked_at: None,
            next_check_at: None,
        };
        for (monitor, open, expected) in [
            (monitor(Uptime, false, None, None), false, (Level::Off, "Off")),
            (
                monitor(Uptime, true, None, Some(Reason::Waiting)),
                false,
                (Level::Unknown, "Waiting for the first check"),
            ),
            (
                monitor(Uptime, true, Some(Outcome::Failed), Some(Reason::Timeout)),
                false,
                (Level::Warn, "Failed once"),
            ),
            (
                monitor(Uptime, true, Some(Outcome::Failed), Some(Reason::Timeout)),
                true,
                (Level::Bad, "Down"),
            ),
            (
                monitor(Certificate, true, Some(Outcome::Failed), Some(Reason::Expired)),
                true,
                (Level::Bad, "Expired"),
            ),
            (
                monitor(Certificate, true, Some(Outcome::Failed), Some(Reason::SelfSigned)),
                true,
                (Level::Bad, "Not valid"),
            ),
        ] {
            assert_eq!(state(&monitor, open), expected);
        }
    }

    #[test]
    fn a_reason_of_a_later_version_is_readable() {
        assert_eq!(reason_of("timeout"), "No whole answer came in time");
        assert_eq!(reason_of("moon_phase"), "moon phase");
    }
}
