//! What a client's portal shows of a site's health, and nothing else: no address, no finding, no error.

use super::health::days;
use super::measured::Known;
use crate::error::Result;
use crate::kit::clock::rfc3339;
use crate::monitors::model::outcome_of;
use crate::monitors::record::SLOT_MS;
use crate::monitors::score::{self, CERTIFICATE_SOON_DAYS, DOMAIN_SOON_DAYS};
use crate::monitors::store::checks::SlotRow;
use crate::monitors::store::maintenance::is_maintained;
use crate::state::State;
use shared::health::{ExpirySummary, HealthSummary, LighthouseSummary, LinksSummary, UpState, UptimeSummary};
use shared::monitor::{MonitorKind, Outcome};

const TREND_DAYS: i64 = 30;
/// Half hours of a day.
const BEATS: i64 = 48;

/// The summary of a site, as it is now.
pub async fn summary(state: &State, site_id: &str) -> Result<HealthSummary> {
    let now = state.clock.now_ms();
    let (known, maintenance) = {
        let mut conn = state.db.read().await?;
        let known = Known::of(&mut conn.link(), site_id, now).await?;
        (known, is_maintained(&mut conn.link(), site_id, now).await?)
    };
    let parts = known.parts();
    let lighthouse = known.lighthouse().ok();
    let links = known.links().ok();
    let unmeasured = parts.iter().filter(|part| part.measured.is_err());
    Ok(HealthSummary {
        score: score::score(&parts),
        trend: days(state, site_id, TREND_DAYS).await?,
        not_measured: unmeasured.map(|part| part.part).collect(),
        lighthouse: LighthouseSummary {
            mobile: lighthouse
                .as_ref()
                .and_then(|facts| Some(facts.mobile.as_ref()?.performance)),
            desktop: lighthouse
                .as_ref()
                .and_then(|facts| Some(facts.desktop.as_ref()?.performance)),
            measured_at: lighthouse.and(known.measured_at(MonitorKind::Lighthouse)),
        },
        links: LinksSummary {
            working: links.as_ref().map(|facts| facts.working),
            broken: links.as_ref().map(|facts| facts.broken),
            redirecting: links.as_ref().map(|facts| facts.redirecting),
            measured_at: links.and(known.measured_at(MonitorKind::Links)),
        },
        domain: expiry(&known, MonitorKind::Domain, DOMAIN_SOON_DAYS),
        certificate: expiry(&known, MonitorKind::Certificate, CERTIFICATE_SOON_DAYS),
        uptime: uptime(&known, maintenance),
    })
}

fn expiry(known: &Known, kind: MonitorKind, soon_days: i64) -> ExpirySummary {
    let found = known.expiry(kind, soon_days).ok();
    ExpirySummary {
        state: found.map(|(state, _)| state),
        expires_at: found.and_then(|(_, ends)| ends).map(rfc3339),
        measured_at: found.and(known.measured_at(kind)),
    }
}

fn uptime(known: &Known, maintenance: bool) -> UptimeSummary {
    let this = known.now - known.now.rem_euclid(SLOT_MS);
    let first = this - (BEATS - 1) * SLOT_MS;
    let Ok(monitor) = known.uptime() else {
        return UptimeSummary {
            state: None,
            percentage_24h: None,
            beats_from: rfc3339(first),
            beats: vec![None; BEATS as usize],
            measured_at: None,
        };
    };
    let latest = monitor.outcome.as_deref().map(outcome_of);
    let state = match latest {
        _ if maintenance => UpState::Maintenance,
        // One failure is no outage yet.
        _ if known.is_open(MonitorKind::Uptime) => UpState::Down,
        Some(Outcome::Unknown) | None => UpState::Unknown,
        Some(_) => UpState::Up,
    };
    let beats = (0..BEATS).map(|n| {
        let slot = known.slots.iter().find(|slot| slot.slot == first + n * SLOT_MS);
        slot.and_then(beat)
    });
    let (up, down) = known.uptime_since(first);
    UptimeSummary {
        state: Some(state),
        percentage_24h: percentage(up, down),
        beats_from: rfc3339(first),
        beats: beats.collect(),
        measured_at: known.measured_at(MonitorKind::Uptime),
    }
}

/// Up, of all that was learned, in percent.
pub fn percentage(up: i64, down: i64) -> Option<f64> {
    (up + down > 0).then(|| up as f64 / (up + down) as f64 * 100.0)
}

/// The worst of a half hour.
fn beat(slot: &SlotRow) -> Option<UpState> {
    match slot {
        SlotRow { down: 1.., .. } => Some(UpState::Down),
        SlotRow { up: 1.., .. } => Some(UpState::Up),
        SlotRow { maintenance: 1.., .. } => Some(UpState::Maintenance),
        SlotRow { unknown: 1.., .. } => Some(UpState::Unknown),
        _ => None,
    }
}
