//! What is known of a site at an instant: the monitors' latest knowledge, as the score takes it.

use super::super::model::outcome_of;
use super::super::record::SLOT_MS;
use super::super::score::{Measured, Part};
use super::super::store::checks::SlotRow;
use super::super::store::incidents::IncidentRow;
use super::super::store::{self, MonitorRow};
use crate::db::Link;
use crate::error::Result;
use crate::kit::clock::rfc3339;
use jiff::Timestamp;
use shared::facts::{CertificateFacts, DomainFacts, Facts, LighthouseFacts, LinksFacts};
use shared::health::{ExpiryState, HealthPart};
use shared::monitor::{MonitorKind, Outcome, Reason};

const DAY_MS: i64 = 86_400_000;
/// The window of uptime.
const UPTIME_DAYS: i64 = 7;
/// Knowledge that is older than three intervals and a day says nothing any more.
const STALE_INTERVALS: i64 = 3;

/// Everything that a site's health is told from.
#[derive(Debug)]
pub struct Known {
    pub monitors: Vec<MonitorRow>,
    pub open: Vec<IncidentRow>,
    pub slots: Vec<SlotRow>,
    pub now: i64,
}

impl Known {
    /// Reads it.
    pub async fn of(link: &mut Link<'_>, site_id: &str, now: i64) -> Result<Self> {
        let from = now - UPTIME_DAYS * DAY_MS;
        Ok(Self {
            monitors: store::list_monitors(link, site_id).await?,
            open: store::incidents::list_open(link, site_id).await?,
            slots: store::checks::list_slots(link, site_id, from - from.rem_euclid(SLOT_MS)).await?,
            now,
        })
    }

    fn monitor(&self, kind: MonitorKind) -> Option<&MonitorRow> {
        self.monitors.iter().find(|row| row.kind == kind.as_str())
    }

    /// A monitor with fresh knowledge, or why there is none.
    fn fresh(&self, kind: MonitorKind) -> Result<&MonitorRow, Reason> {
        let row = self.monitor(kind).filter(|row| row.enabled).ok_or(Reason::Off)?;
        let Some(known_at) = row.known_at else {
            let latest = row.reason.as_deref().and_then(Reason::from_word);
            return Err(latest.unwrap_or(Reason::Waiting));
        };
        let oldest = self.now - row.interval_s * 1000 * STALE_INTERVALS - DAY_MS;
        if known_at < oldest { Err(Reason::Stale) } else { Ok(row) }
    }

    fn facts(row: &MonitorRow) -> Option<Facts> {
        serde_json::from_str(row.known_facts.as_deref()?).ok()
    }

    /// When a kind was last measured.
    pub fn measured_at(&self, kind: MonitorKind) -> Option<String> {
        self.fresh(kind).ok()?.known_at.map(rfc3339)
    }

    /// True when an incident of the kind is open.
    pub fn is_open(&self, kind: MonitorKind) -> bool {
        self.open.iter().any(|incident| incident.kind == kind.as_str())
    }

    /// Checks of uptime that found the site up and down since an instant.
    pub fn uptime_since(&self, from: i64) -> (i64, i64) {
        let slots = self.slots.iter().filter(|slot| slot.slot >= from);
        slots.fold((0, 0), |(up, down), slot| (up + slot.up, down + slot.down))
    }

    /// The latest knowledge of uptime, if it is fresh.
    pub fn uptime(&self) -> Result<&MonitorRow, Reason> {
        self.fresh(MonitorKind::Uptime)
    }

    /// The link checker's counts.
    pub fn links(&self) -> Result<LinksFacts, Reason> {
        match Self::facts(self.fresh(MonitorKind::Links)?) {
            Some(Facts::Links(facts)) => Ok(facts),
            _ => Err(Reason::Waiting),
        }
    }

    /// Lighthouse's scores.
    pub fn lighthouse(&self) -> Result<LighthouseFacts, Reason> {
        match Self::facts(self.fresh(MonitorKind::Lighthouse)?) {
            Some(Facts::Lighthouse(facts)) => Ok(facts),
            _ => Err(Reason::Waiting),
        }
    }

    /// How an expiry stands now, and when it ends: a certificate that was good an hour ago may be over.
    pub fn expiry(&self, kind: MonitorKind, soon_days: i64) -> Result<(ExpiryState, Option<i64>), Reason> {
        let row = self.fresh(kind)?;
        let ends = match Self::facts(row) {
            Some(Facts::Certificate(CertificateFacts { valid_until, .. })) => Some(valid_until),
            Some(Facts::Domain(DomainFacts { expires_at, .. })) => expires_at,
            _ => None,
        };
        let ends = ends
            .and_then(|text| text.parse::<Timestamp>().ok())
            .map(Timestamp::as_millisecond);
        let is_of_time = |reason| matches!(reason, Reason::Expiring | Reason::Expired);
        let is_otherwise_bad = row.known_outcome.as_deref().map(outcome_of) == Some(Outcome::Failed)
            && !row
                .known_reason
                .as_deref()
                .and_then(Reason::from_word)
                .is_some_and(is_of_time);
        let state = match ends {
            // A valid instant is the last millisecond of its second.
            _ if is_otherwise_bad => ExpiryState::Invalid,
            None => ExpiryState::Unknown,
            Some(ends) if self.now / 1000 > ends / 1000 => ExpiryState::Expired,
            Some(ends) if self.now + soon_days * DAY_MS > ends => ExpiryState::Expiring,
            Some(_) => ExpiryState::Valid,
        };
        Ok((state, ends))
    }

    /// The parts of the score.
    pub fn parts(&self) -> Vec<Part> {
        use super::super::score::{CERTIFICATE_SOON_DAYS, DOMAIN_SOON_DAYS};
        let expiry = |kind, soon| {
            let (state, ends) = self.expiry(kind, soon)?;
            match (state, ends) {
                (ExpiryState::Invalid, _) => Ok(Measured::Expiry {
                    days_left: 0,
                    valid: false,
                }),
                (ExpiryState::Expired, _) => Ok(Measured::Expiry {
                    days_left: -1,
                    valid: true,
                }),
                (_, Some(ends)) => Ok(Measured::Expiry {
                    days_left: ((ends - self.now) / DAY_MS).max(0),
                    valid: true,
                }),
                (_, None) => Err(Reason::NotTold),
            }
        };
        let performance = |of: fn(&LighthouseFacts) -> Option<u8>| {
            let facts = self.lighthouse()?;
            of(&facts).map(Measured::Performance).ok_or(Reason::ToolFailed)
        };
        let uptime = || {
            self.uptime()?;
            let (up, down) = self.uptime_since(i64::MIN);
            let is_down = self.is_open(MonitorKind::Uptime);
            // All of it may have been maintenance.
            if up + down == 0 {
                Err(Reason::Waiting)
            } else {
                Ok(Measured::Uptime { up, down, is_down })
            }
        };
        let links = || {
            let LinksFacts {
                working,
                broken,
                redirecting,
                ..
            } = self.links()?;
            Ok(Measured::Links {
                working,
                broken,
                redirecting,
            })
        };
        let mobile = |facts: &LighthouseFacts| facts.mobile.as_ref().map(|scores| scores.performance);
        let desktop = |facts: &LighthouseFacts| facts.desktop.as_ref().map(|scores| scores.performance);
        let part = |part, kind, measured| Part {
            part,
            measured,
            measured_at: self.measured_at(kind),
        };
        vec![
            part(
                HealthPart::LighthouseMobile,
                MonitorKind::Lighthouse,
                performance(mobile),
            ),
            part(
                HealthPart::LighthouseDesktop,
                MonitorKind::Lighthouse,
                performance(desktop),
            ),
            part(HealthPart::Uptime, MonitorKind::Uptime, uptime()),
            part(HealthPart::Links, MonitorKind::Links, links()),
            part(
                HealthPart::Domain,
                MonitorKind::Domain,
                expiry(MonitorKind::Domain, DOMAIN_SOON_DAYS),
            ),
            part(
                HealthPart::Certificate,
                MonitorKind::Certificate,
                expiry(MonitorKind::Certificate, CERTIFICATE_SOON_DAYS),
            ),
        ]
    }
}
