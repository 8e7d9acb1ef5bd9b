//! The score: what each measurement is worth, and what putting it right would bring.
//!
//! Pure; `docs/health.md` is its text. A change of any number is a new version, which is kept with each value. Absent: how
//! things are measured.

mod gains;
#[cfg(test)]
mod tests;

pub use gains::gains;

use shared::health::{Band, HealthComponent, HealthPart, HealthScore};
use shared::monitor::Reason;

/// The formula's version, kept with each value: a change of any number below is a new version.
pub const VERSION: u32 = 1;

/// Uptime that gives no point and every point, in percent.
const UPTIME_NONE: f64 = 95.0;
const UPTIME_ALL: f64 = 99.9;
/// A tenth of links broken gives no point; a redirect counts as a tenth of a broken link.
const BROKEN_NONE: f64 = 0.1;
const REDIRECT_WORTH: f64 = 0.1;
/// Days before the end from which on half the points are left.
pub const CERTIFICATE_SOON_DAYS: i64 = 14;
pub const DOMAIN_SOON_DAYS: i64 = 30;

/// What was measured of a part.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    /// Lighthouse's performance, 0 to 100.
    Performance(u8),
    /// Checks that found the site up and down in the last 7 days, and whether it is down now.
    Uptime { up: i64, down: i64, is_down: bool },
    /// The link checker's counts.
    Links {
        working: i64,
        broken: i64,
        redirecting: i64,
    },
    /// Whole days to the end, negative when it is over; `valid` is false when something else is wrong.
    Expiry { days_left: i64, valid: bool },
}

/// A part with what was measured, or why nothing was.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Which part.
    pub part: HealthPart,
    /// The measurement.
    pub measured: Result<Measured, Reason>,
    /// When (RFC 3339).
    pub measured_at: Option<String>,
}

/// Points that a part can give at most.
pub fn weight(part: HealthPart) -> f64 {
    match part {
        HealthPart::LighthouseMobile | HealthPart::LighthouseDesktop => 15.0,
        HealthPart::Uptime | HealthPart::Links => 25.0,
        HealthPart::Domain | HealthPart::Certificate => 10.0,
    }
}

/// The share of a part's points, 0 to 1, and the words for it.
fn judge(part: HealthPart, measured: &Measured) -> (f64, String) {
    match *measured {
        Measured::Performance(score) => (f64::from(score.min(100)) / 100.0, format!("Performance {score} of 100")),
        Measured::Uptime { is_down: true, .. } => (0.0, "Down now".to_owned()),
        Measured::Uptime { up, down, .. } => {
            let percent = up as f64 / (up + down).max(1) as f64 * 100.0;
            let share = (percent - UPTIME_NONE) / (UPTIME_ALL - UPTIME_NONE);
            // Cut, not rounded: 99.999 is not 100.
            let told = (percent * 100.0).floor() / 100.0;
            (share.clamp(0.0, 1.0), format!("{told:.2} % up in 7 days"))
        }
        Measured::Links {
            working,
            broken,
            redirecting,
        } => {
            let all = (working + broken + redirecting).max(1);
            let bad = (broken as f64 + redirecting as f64 * REDIRECT_WORTH) / all as f64;
            let share = (1.0 - bad / BROKEN_NONE).clamp(0.0, 1.0);
            (
                share,
                format!("{broken} of {all} links broken, {redirecting} redirecting"),
            )
        }
        Measured::Expiry { valid: false, .. } => (0.0, "Not valid".to_owned()),
        Measured::Expiry { days_left, .. } if days_left < 0 => (0.0, "Expired".to_owned()),
        Measured::Expiry { days_left, .. } => {
            let soon = if part == HealthPart::Domain {
                DOMAIN_SOON_DAYS
            } else {
                CERTIFICATE_SOON_DAYS
            };
            let share = if days_left < soon { 0.5 } else { 1.0 };
            (share, format!("{days_left} days left"))
        }
    }
}

/// The parts of the score, explained.
pub fn components(parts: &[Part]) -> Vec<HealthComponent> {
    let explain = |part: &Part| {
        let judged = part.measured.as_ref().ok().map(|measured| judge(part.part, measured));
        HealthComponent {
            part: part.part,
            weight: weight(part.part),
            points: judged.as_ref().map(|(share, _)| round(share * weight(part.part))),
            evidence: judged.map(|(_, evidence)| evidence),
            reason: part.measured.as_ref().err().copied(),
            measured_at: part.measured_at.clone(),
        }
    };
    parts.iter().map(explain).collect()
}

/// To a hundredth, as it is told.
fn round(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}

/// What is measured, of what can be: nothing when nothing is.
fn value(parts: &[Part]) -> Option<u8> {
    let (mut points, mut weights) = (0.0, 0.0);
    for part in parts {
        let Ok(measured) = &part.measured else { continue };
        points += judge(part.part, measured).0 * weight(part.part);
        weights += weight(part.part);
    }
    (weights > 0.0).then(|| (points / weights * 100.0).round().clamp(0.0, 100.0) as u8)
}

/// The score of what was measured, rescaled to 100; none when nothing was.
pub fn score(parts: &[Part]) -> Option<HealthScore> {
    value(parts).map(of_value)
}

/// A value with its band.
pub fn of_value(value: u8) -> HealthScore {
    HealthScore {
        value,
        band: band(value),
        version: VERSION,
    }
}

/// How a value is to be read.
pub fn band(value: u8) -> Band {
    match value {
        80.. => Band::Good,
        60..80 => Band::Fair,
        _ => Band::Poor,
    }
}
