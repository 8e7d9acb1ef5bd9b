//! SQL of incidents.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// An incident.
#[derive(Clone, Debug, FromRow)]
pub struct IncidentRow {
    pub id: String,
    pub kind: String,
    pub reason: String,
    pub opened_at: i64,
    pub closed_at: Option<i64>,
}

/// The open incidents of a site, by kind.
pub async fn list_open(link: &mut Link<'_>, site_id: &str) -> Result<Vec<IncidentRow>> {
    rows!(
        link,
        IncidentRow,
        "SELECT id, kind, reason, opened_at, closed_at FROM incidents WHERE site_id = $1 AND closed_at IS NULL ORDER BY kind",
        site_id,
    )
}

/// The open incident of a monitor.
pub async fn find_open(link: &mut Link<'_>, site_id: &str, kind: &str) -> Result<Option<IncidentRow>> {
    row!(
        link,
        IncidentRow,
        "SELECT id, kind, reason, opened_at, closed_at FROM incidents
         WHERE site_id = $1 AND kind = $2 AND closed_at IS NULL",
        site_id,
        kind,
    )
}

/// The incidents of a site before a position, latest first.
pub async fn list_incidents(
    link: &mut Link<'_>,
    site_id: &str,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<IncidentRow>> {
    rows!(
        link,
        IncidentRow,
        "SELECT id, kind, reason, opened_at, closed_at FROM incidents
         WHERE site_id = $1 AND (opened_at < $2 OR (opened_at = $2 AND id < $3))
         ORDER BY opened_at DESC, id DESC LIMIT $4",
        site_id,
        before.0,
        before.1,
        limit,
    )
}

/// Inserts an open incident; a second one of a monitor is a unique violation.
pub async fn insert_incident(link: &mut Link<'_>, site_id: &str, row: &IncidentRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO incidents (id, site_id, kind, reason, opened_at) VALUES ($1, $2, $3, $4, $5)",
        &row.id,
        site_id,
        &row.kind,
        &row.reason,
        row.opened_at,
    )
}

/// Closes the open incident of a monitor, if there is one.
pub async fn close_incident(link: &mut Link<'_>, site_id: &str, kind: &str, at: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE incidents SET closed_at = $3 WHERE site_id = $1 AND kind = $2 AND closed_at IS NULL",
        site_id,
        kind,
        at,
    )
}
