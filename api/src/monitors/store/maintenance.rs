//! SQL of maintenance windows.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// A maintenance window.
#[derive(Clone, Debug, FromRow)]
pub struct WindowRow {
    pub id: String,
    pub note: String,
    pub starts_at: i64,
    pub ends_at: i64,
}

/// True when a maintenance window of the site has the instant.
pub async fn is_maintained(link: &mut Link<'_>, site_id: &str, at: i64) -> Result<bool> {
    let found: Result<Option<(String,)>> = row!(
        link,
        (String,),
        "SELECT id FROM maintenance_windows WHERE site_id = $1 AND starts_at <= $2 AND ends_at > $2 LIMIT 1",
        site_id,
        at,
    );
    Ok(found?.is_some())
}

/// The windows of a site before a position, latest first.
pub async fn list_windows(
    link: &mut Link<'_>,
    site_id: &str,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<WindowRow>> {
    rows!(
        link,
        WindowRow,
        "SELECT id, note, starts_at, ends_at FROM maintenance_windows
         WHERE site_id = $1 AND (starts_at < $2 OR (starts_at = $2 AND id < $3))
         ORDER BY starts_at DESC, id DESC LIMIT $4",
        site_id,
        before.0,
        before.1,
        limit,
    )
}

/// A window of a site.
pub async fn find_window(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<Option<WindowRow>> {
    row!(
        link,
        WindowRow,
        "SELECT id, note, starts_at, ends_at FROM maintenance_windows WHERE site_id = $1 AND id = $2",
        site_id,
        id,
    )
}

/// How many windows of a site are not over.
pub async fn count_windows(link: &mut Link<'_>, site_id: &str, now: i64) -> Result<i64> {
    let found: Result<Option<(i64,)>> = row!(
        link,
        (i64,),
        "SELECT COUNT(*) FROM maintenance_windows WHERE site_id = $1 AND ends_at > $2",
        site_id,
        now,
    );
    Ok(found?.map_or(0, |(count,)| count))
}

/// Inserts a window.
pub async fn insert_window(link: &mut Link<'_>, site_id: &str, row: &WindowRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO maintenance_windows (id, site_id, note, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)",
        &row.id,
        site_id,
        &row.note,
        row.starts_at,
        row.ends_at,
    )
}

/// Writes a window.
pub async fn update_window(link: &mut Link<'_>, site_id: &str, row: &WindowRow) -> Result<u64> {
    execute!(
        link,
        "UPDATE maintenance_windows SET note = $3, starts_at = $4, ends_at = $5 WHERE site_id = $1 AND id = $2",
        site_id,
        &row.id,
        &row.note,
        row.starts_at,
        row.ends_at,
    )
}

/// Deletes a window.
pub async fn delete_window(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM maintenance_windows WHERE site_id = $1 AND id = $2",
        site_id,
        id
    )
}

/// Deletes the windows of a site that ended before `before`.
pub async fn delete_old_windows(link: &mut Link<'_>, site_id: &str, before: i64) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM maintenance_windows WHERE site_id = $1 AND ends_at < $2",
        site_id,
        before
    )
}
