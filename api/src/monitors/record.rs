//! What a check leaves behind, in one transaction: its row, the monitor's state, uptime, incidents, the score.

use super::model::{lane, outcome_word};
use super::service::health;
use super::store::checks::{CheckRow, SlotRow};
use super::store::findings::{self, LighthouseRow, LinkRow};
use super::store::incidents::IncidentRow;
use super::store::{self, MonitorRow, Settled};
use super::transition::{After, Before, after};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::kit::secret;
use crate::notices::service::telling;
use crate::state::State;
use shared::facts::Facts;
use shared::monitor::{MonitorKind, Outcome, Reason};

/// Half an hour, by which uptime is kept.
pub const SLOT_MS: i64 = 1_800_000;
/// A failure that opens no incident yet is looked at again after so long.
const CONFIRM_AFTER_MS: i64 = 60_000;

/// What a check found.
#[derive(Clone, Debug)]
pub struct Found {
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    pub response_ms: Option<i64>,
    pub facts: Option<Facts>,
    pub findings: Findings,
}

/// Single findings, which replace those of the check before.
#[derive(Clone, Debug)]
pub enum Findings {
    /// The kind has none, or nothing was learned.
    None,
    /// Links.
    Links(Vec<LinkRow>),
    /// What Lighthouse would have better.
    Lighthouse(Vec<LighthouseRow>),
}

impl Found {
    /// No answer came.
    pub fn without_answer(reason: Reason) -> Self {
        let outcome = match reason {
            // Nobody can tell from here.
            Reason::OwnNetwork | Reason::Blocked => Outcome::Unknown,
            _ => Outcome::Failed,
        };
        Self {
            outcome,
            reason: Some(reason),
            response_ms: None,
            facts: None,
            findings: Findings::None,
        }
    }

    /// Nothing was learned.
    pub fn unknown(reason: Reason) -> Self {
        Self {
            outcome: Outcome::Unknown,
            reason: Some(reason),
            response_ms: None,
            facts: None,
            findings: Findings::None,
        }
    }
}

/// Records a check that was made under a lease; false when the lease is lost, and nothing was recorded.
pub async fn record(state: &State, seen: &MonitorRow, lease: &str, found: Found) -> Result<bool> {
    let kind = MonitorKind::of(&seen.kind).ok_or_else(|| Error::internal("the schema knows every kind"))?;
    let at = state.clock.now_ms();
    let mut tx = state.db.begin().await?;
    let maintenance = store::maintenance::is_maintained(&mut tx.link(), &seen.site_id, at).await?;
    let open = store::incidents::find_open(&mut tx.link(), &seen.site_id, &seen.kind).await?;
    let before = Before {
        failures: seen.failures,
        failing_since: seen.failing_since,
        open: open.as_ref().and_then(|row| Reason::from_word(&row.reason)),
    };
    let after = after(kind, before, found.outcome, found.reason, maintenance, at);
    let settled = Settled {
        lane: lane(kind, Some(found.outcome)),
        due_at: next_due(kind, seen, &after, found.outcome, at),
        outcome: outcome_word(found.outcome),
        reason: found.reason.map(Reason::as_str),
        at,
        failures: after.failures,
        failing_since: after.failing_since,
    };
    if store::settle(&mut tx.link(), seen, lease, &settled).await? == 0 {
        return Ok(false);
    }
    let facts = found.facts.as_ref().map(serde_json::to_string).transpose();
    let row = CheckRow {
        id: state.ids.next("chk"),
        site_id: seen.site_id.clone(),
        kind: seen.kind.clone(),
        at,
        outcome: settled.outcome.to_owned(),
        reason: settled.reason.map(str::to_owned),
        response_ms: found.response_ms,
        maintenance,
        facts: facts.map_err(Error::internal)?,
    };
    store::checks::insert_check(&mut tx.link(), &row).await?;
    // What is found of a site that is being worked on is kept as a check, and known of it is what was known before.
    let counts = !maintenance;
    if counts && found.outcome != Outcome::Unknown {
        store::keep_known(&mut tx.link(), seen, &settled, row.facts.as_deref()).await?;
    }
    match &found.findings {
        _ if !counts => {}
        Findings::None => {}
        Findings::Links(rows) => {
            findings::delete_links(&mut tx.link(), &seen.site_id).await?;
            for row in rows {
                findings::insert_link(&mut tx.link(), &seen.site_id, row).await?;
            }
        }
        Findings::Lighthouse(rows) => {
            findings::delete_lighthouse(&mut tx.link(), &seen.site_id).await?;
            for row in rows {
                findings::insert_lighthouse(&mut tx.link(), &seen.site_id, row).await?;
            }
        }
    }
    if kind == MonitorKind::Uptime {
        store::checks::add_to_slot(&mut tx.link(), &seen.site_id, &slot_of(&row, found.outcome)).await?;
    }
    record_incidents(state, &mut tx, seen, &after, open, at).await?;
    health::keep_score(state, &mut tx, &seen.site_id).await?;
    tx.commit().await?;
    if after.closes || after.opens.is_some() {
        state.notices.wake();
    }
    Ok(true)
}

/// Closes and opens incidents, and writes who is to be told.
async fn record_incidents(
    state: &State,
    tx: &mut Tx,
    seen: &MonitorRow,
    after: &After,
    open: Option<IncidentRow>,
    at: i64,
) -> Result<()> {
    if let Some(open) = open.filter(|_| after.closes) {
        store::incidents::close_incident(&mut tx.link(), &seen.site_id, &seen.kind, at).await?;
        match after.opens {
            Some(_) => telling::overtaken(state, tx, &open.id).await?,
            None => {
                let closed = IncidentRow {
                    closed_at: Some(at),
                    ..open
                };
                if let Some(closed) = health::incident(closed) {
                    telling::closed(state, tx, &seen.site_id, &closed).await?;
                }
            }
        }
    }
    if let Some((reason, opened_at)) = after.opens {
        let opened = IncidentRow {
            id: state.ids.next("inc"),
            kind: seen.kind.clone(),
            reason: reason.as_str().to_owned(),
            opened_at,
            closed_at: None,
        };
        store::incidents::insert_incident(&mut tx.link(), &seen.site_id, &opened).await?;
        if let Some(opened) = health::incident(opened) {
            telling::opened(state, tx, &seen.site_id, &opened).await?;
        }
    }
    Ok(())
}

fn slot_of(row: &CheckRow, outcome: Outcome) -> SlotRow {
    let mut slot = SlotRow {
        slot: row.at - row.at.rem_euclid(SLOT_MS),
        ..SlotRow::default()
    };
    match outcome {
        _ if row.maintenance => slot.maintenance = 1,
        Outcome::Ok | Outcome::Warning => {
            slot.up = 1;
            slot.response_ms_sum = row.response_ms.unwrap_or(0);
            slot.response_ms_max = slot.response_ms_sum;
        }
        Outcome::Failed => slot.down = 1,
        Outcome::Unknown => slot.unknown = 1,
    }
    slot
}

/// An interval after this turn, a twentieth of it more or less, so that what began together does not stay together.
fn next_due(kind: MonitorKind, seen: &MonitorRow, after: &After, outcome: Outcome, now: i64) -> i64 {
    let usual = seen.interval_s * 1000;
    let is_unsure = outcome == Outcome::Unknown || (after.failures > 0 && after.failures < 3);
    let interval = match kind {
        MonitorKind::Uptime | MonitorKind::Certificate if is_unsure => usual.min(CONFIRM_AFTER_MS),
        _ => usual,
    };
    let share = i64::from(u16::from_be_bytes(secret::bytes::<2>()));
    let jitter = interval / 10 * share / i64::from(u16::MAX) - interval / 20;
    let from_turn = seen.due_at + interval + jitter;
    if from_turn > now {
        from_turn
    } else {
        now + interval + jitter
    }
}
