//! SQL of shields and of the counts of what they keep out.

use crate::db::{Link, Result, execute, rows};
use sqlx::FromRow;

/// A shield.
#[derive(Clone, Debug, FromRow)]
pub struct ShieldRow {
    pub id: String,
    pub kind: String,
    pub value: String,
    pub note: String,
    pub created_at: i64,
}

/// The shields of a site, by kind and value.
pub async fn list_shields(link: &mut Link<'_>, site_id: &str) -> Result<Vec<ShieldRow>> {
    rows!(
        link,
        ShieldRow,
        "SELECT id, kind, value, note, created_at FROM shields WHERE site_id = $1 ORDER BY kind, value",
        site_id,
    )
}

/// Inserts a shield; one that is there is a unique violation.
pub async fn insert_shield(link: &mut Link<'_>, site_id: &str, row: &ShieldRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO shields (id, site_id, kind, value, note, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &row.id,
        site_id,
        &row.kind,
        &row.value,
        &row.note,
        row.created_at,
    )
}

/// Deletes a shield.
pub async fn delete_shield(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM shields WHERE site_id = $1 AND id = $2", site_id, id)
}

/// Adds to the count of a day; nothing for a site that is gone.
pub async fn add_dropped(link: &mut Link<'_>, site_id: &str, date: &str, reason: &str, events: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO dropped_events (site_id, local_date, reason, events)
         SELECT id, $2, $3, $4 FROM sites WHERE id = $1
         ON CONFLICT (site_id, local_date, reason) DO UPDATE SET events = dropped_events.events + excluded.events",
        site_id,
        date,
        reason,
        events,
    )
}

/// What was left out on a day for a reason.
#[derive(Clone, Debug, FromRow)]
pub struct DroppedRow {
    pub local_date: String,
    pub reason: String,
    pub events: i64,
}

/// What was left out from a day on, latest first.
pub async fn list_dropped(link: &mut Link<'_>, site_id: &str, from: &str) -> Result<Vec<DroppedRow>> {
    rows!(
        link,
        DroppedRow,
        "SELECT local_date, reason, events FROM dropped_events WHERE site_id = $1 AND local_date >= $2
         ORDER BY local_date DESC, reason",
        site_id,
        from,
    )
}

/// Deletes the counts of days before a date.
pub async fn delete_dropped_before(link: &mut Link<'_>, date: &str) -> Result<u64> {
    execute!(link, "DELETE FROM dropped_events WHERE local_date < $1", date)
}
