//! What putting one thing right would bring: the same formula with that one measurement changed.

use super::{CERTIFICATE_SOON_DAYS, DOMAIN_SOON_DAYS, Measured, Part, value};
use shared::health::{HealthGain, HealthPart};

/// What putting one thing right would bring, most gain first.
pub fn gains(parts: &[Part]) -> Vec<HealthGain> {
    let Some(now) = value(parts) else { return Vec::new() };
    let gain = |(n, part): (usize, &Part)| {
        let (action, better) = better(part.part, part.measured.as_ref().ok()?)?;
        let mut changed = parts.to_vec();
        changed[n].measured = Ok(better);
        let after = value(&changed)?;
        (after > now).then(|| HealthGain {
            part: part.part,
            action,
            value: after,
            gain: after - now,
        })
    };
    let mut gains = parts.iter().enumerate().filter_map(gain).collect::<Vec<_>>();
    gains.sort_by_key(|gain| std::cmp::Reverse(gain.gain));
    gains
}

/// What to do about a part, and what would be measured then.
fn better(part: HealthPart, measured: &Measured) -> Option<(String, Measured)> {
    Some(match *measured {
        Measured::Performance(score) if score < 90 => {
            let device = if part == HealthPart::LighthouseMobile {
                "phones"
            } else {
                "desktops"
            };
            (
                format!("Bring Lighthouse's performance on {device} to 90"),
                Measured::Performance(90),
            )
        }
        Measured::Uptime { up, down, is_down } if down > 0 => (
            if is_down {
                "Bring the site up again and keep it up for 7 days"
            } else {
                "Stay up for 7 days"
            }
            .to_owned(),
            Measured::Uptime {
                up: up + down,
                down: 0,
                is_down: false,
            },
        ),
        Measured::Links {
            working,
            broken,
            redirecting,
        } if broken > 0 => {
            let action = if broken == 1 {
                "Repair 1 broken link".to_owned()
            } else {
                format!("Repair {broken} broken links")
            };
            let (working, broken) = (working + broken, 0);
            (
                action,
                Measured::Links {
                    working,
                    broken,
                    redirecting,
                },
            )
        }
        Measured::Links {
            working,
            broken,
            redirecting,
        } if redirecting > 0 => (
            format!("Point {redirecting} redirecting links to where they lead"),
            Measured::Links {
                working: working + redirecting,
                broken,
                redirecting: 0,
            },
        ),
        Measured::Expiry { days_left, valid } => {
            let soon = if part == HealthPart::Domain {
                DOMAIN_SOON_DAYS
            } else {
                CERTIFICATE_SOON_DAYS
            };
            if valid && days_left >= soon {
                return None;
            }
            let action = if part == HealthPart::Domain {
                "Renew the domain"
            } else {
                "Renew the certificate"
            };
            let (days_left, valid) = (365, true);
            (action.to_owned(), Measured::Expiry { days_left, valid })
        }
        _ => return None,
    })
}
