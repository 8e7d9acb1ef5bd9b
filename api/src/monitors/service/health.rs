//! A site's health: the score, why, and since when.

use super::measured::Known;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ingest::visitor::local_date;
use crate::kit::clock::rfc3339;
use crate::monitors::score;
use crate::monitors::store::incidents::IncidentRow;
use crate::monitors::store::scores::{ScoreRow, find_latest, list_scores, upsert_score};
use crate::sites::service::{SiteRow, zone_of};
use crate::state::State;
use shared::health::{Health, HealthDay};
use shared::ids::IncidentId;
use shared::monitor::{Incident, MonitorKind, Reason};
use shared::site::Role;

const DAY_MS: i64 = 86_400_000;
const HISTORY_DAYS: i64 = 90;

/// The health of a site, as a member of it sees it.
pub async fn health(state: &State, site: &SiteRow, role: Role) -> Result<Health> {
    let now = state.clock.now_ms();
    let known = {
        let mut conn = state.db.read().await?;
        Known::of(&mut conn.link(), &site.id, now).await?
    };
    let parts = known.parts();
    Ok(Health {
        score: score::score(&parts),
        components: score::components(&parts),
        history: days(state, &site.id, HISTORY_DAYS).await?,
        monitors: super::all(state, site).await?,
        open_incidents: known.open.into_iter().filter_map(incident).collect(),
        gains: match role {
            Role::Owner => score::gains(&parts),
            Role::Viewer => Vec::new(),
        },
    })
}

/// An incident as it is told; none of a kind or for a reason that a later version wrote.
pub fn incident(row: IncidentRow) -> Option<Incident> {
    Some(Incident {
        kind: MonitorKind::of(&row.kind)?,
        reason: Reason::from_word(&row.reason)?,
        id: IncidentId(row.id),
        opened_at: rfc3339(row.opened_at),
        closed_at: row.closed_at.map(rfc3339),
    })
}

/// The last score of each of the last days that have one, oldest first.
pub async fn days(state: &State, site_id: &str, days: i64) -> Result<Vec<HealthDay>> {
    let from = state.clock.now_ms() - days * DAY_MS;
    let mut conn = state.db.read().await?;
    let mut by_day: Vec<HealthDay> = Vec::new();
    for row in list_scores(&mut conn.link(), site_id, from).await? {
        // The later of a day replaces the earlier.
        by_day.pop_if(|day| day.date == row.local_date);
        by_day.push(HealthDay {
            date: row.local_date,
            value: u8::try_from(row.value).unwrap_or(100),
            version: u32::try_from(row.version).unwrap_or_default(),
        });
    }
    Ok(by_day)
}

/// Keeps the score when it has changed, or is the day's first.
pub async fn keep_score(state: &State, tx: &mut Tx, site_id: &str) -> Result<()> {
    let Some(timezone) = crate::sites::service::timezone_of(tx, site_id).await? else {
        return Ok(());
    };
    let now = state.clock.now_ms();
    let parts = Known::of(&mut tx.link(), site_id, now).await?.parts();
    let Some(score) = score::score(&parts) else {
        return Ok(());
    };
    let row = ScoreRow {
        at: now,
        local_date: local_date(&zone_of(&timezone), now).to_string(),
        value: score.value.into(),
        version: score.version.into(),
    };
    let latest = find_latest(&mut tx.link(), site_id).await?;
    let is_same = |latest: &ScoreRow| {
        (&latest.local_date, latest.value, latest.version) == (&row.local_date, row.value, row.version)
    };
    if latest.as_ref().is_some_and(is_same) {
        return Ok(());
    }
    let parts = serde_json::to_string(&score::components(&parts)).map_err(Error::internal)?;
    upsert_score(&mut tx.link(), site_id, &row, &parts).await?;
    Ok(())
}
