//! SQL of checks and of uptime by half hours.

use crate::db::{Link, Result, execute, rows};
use sqlx::FromRow;

/// A check.
#[derive(Clone, Debug, FromRow)]
pub struct CheckRow {
    pub id: String,
    pub site_id: String,
    pub kind: String,
    pub at: i64,
    pub outcome: String,
    pub reason: Option<String>,
    pub response_ms: Option<i64>,
    pub maintenance: bool,
    pub facts: Option<String>,
}

/// Inserts a check.
pub async fn insert_check(link: &mut Link<'_>, row: &CheckRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO checks (id, site_id, kind, at, outcome, reason, response_ms, maintenance, facts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &row.id,
        &row.site_id,
        &row.kind,
        row.at,
        &row.outcome,
        row.reason.as_deref(),
        row.response_ms,
        row.maintenance,
        row.facts.as_deref(),
    )
}

/// The checks of a monitor before a position, latest first.
pub async fn list_checks(
    link: &mut Link<'_>,
    site_id: &str,
    kind: &str,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<CheckRow>> {
    rows!(
        link,
        CheckRow,
        "SELECT id, site_id, kind, at, outcome, reason, response_ms, maintenance, facts FROM checks
         WHERE site_id = $1 AND kind = $2 AND (at < $3 OR (at = $3 AND id < $4)) ORDER BY at DESC, id DESC LIMIT $5",
        site_id,
        kind,
        before.0,
        before.1,
        limit,
    )
}

/// Deletes the checks of a site that are older than `before`, and the uneventful ones of its uptime older than `dull`.
pub async fn delete_old_checks(link: &mut Link<'_>, site_id: &str, before: i64, dull: i64) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM checks WHERE site_id = $1 AND (at < $2 OR (kind = 'uptime' AND outcome = 'ok' AND at < $3))",
        site_id,
        before,
        dull,
    )
}

/// The sites that have checks to be forgotten one day.
pub async fn list_checked_sites(link: &mut Link<'_>) -> Result<Vec<String>> {
    let found: Result<Vec<(String,)>> = rows!(
        link,
        (String,),
        "SELECT DISTINCT site_id FROM monitors ORDER BY site_id"
    );
    Ok(found?.into_iter().map(|(id,)| id).collect())
}

/// What the checks of a half hour found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct SlotRow {
    pub slot: i64,
    pub up: i64,
    pub down: i64,
    pub unknown: i64,
    pub maintenance: i64,
    pub response_ms_sum: i64,
    pub response_ms_max: i64,
}

/// Adds to a half hour.
pub async fn add_to_slot(link: &mut Link<'_>, site_id: &str, add: &SlotRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO uptime_slots (site_id, slot, up, down, unknown, maintenance, response_ms_sum, response_ms_max)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (site_id, slot) DO UPDATE SET up = uptime_slots.up + excluded.up,
             down = uptime_slots.down + excluded.down, unknown = uptime_slots.unknown + excluded.unknown,
             maintenance = uptime_slots.maintenance + excluded.maintenance,
             response_ms_sum = uptime_slots.response_ms_sum + excluded.response_ms_sum,
             response_ms_max = CASE WHEN excluded.response_ms_max > uptime_slots.response_ms_max
                 THEN excluded.response_ms_max ELSE uptime_slots.response_ms_max END",
        site_id,
        add.slot,
        add.up,
        add.down,
        add.unknown,
        add.maintenance,
        add.response_ms_sum,
        add.response_ms_max,
    )
}

/// The half hours of a site from `from` on, oldest first.
pub async fn list_slots(link: &mut Link<'_>, site_id: &str, from: i64) -> Result<Vec<SlotRow>> {
    rows!(
        link,
        SlotRow,
        "SELECT slot, up, down, unknown, maintenance, response_ms_sum, response_ms_max FROM uptime_slots
         WHERE site_id = $1 AND slot >= $2 ORDER BY slot",
        site_id,
        from,
    )
}

/// Deletes the half hours of a site before `before`.
pub async fn delete_old_slots(link: &mut Link<'_>, site_id: &str, before: i64) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM uptime_slots WHERE site_id = $1 AND slot < $2",
        site_id,
        before
    )
}
