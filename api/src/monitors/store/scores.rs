//! SQL of scores.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// A score of a day, or a change within it.
#[derive(Clone, Debug, FromRow)]
pub struct ScoreRow {
    pub at: i64,
    pub local_date: String,
    pub value: i64,
    pub version: i64,
}

/// The latest score of a site.
pub async fn find_latest(link: &mut Link<'_>, site_id: &str) -> Result<Option<ScoreRow>> {
    row!(
        link,
        ScoreRow,
        "SELECT at, local_date, value, version FROM health_scores WHERE site_id = $1 ORDER BY at DESC LIMIT 1",
        site_id,
    )
}

/// Writes a score; one of the same millisecond is replaced.
pub async fn upsert_score(link: &mut Link<'_>, site_id: &str, row: &ScoreRow, parts: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO health_scores (site_id, at, local_date, value, version, parts) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (site_id, at) DO UPDATE SET local_date = excluded.local_date, value = excluded.value,
             version = excluded.version, parts = excluded.parts",
        site_id,
        row.at,
        &row.local_date,
        row.value,
        row.version,
        parts,
    )
}

/// The scores of a site from an instant on, oldest first.
pub async fn list_scores(link: &mut Link<'_>, site_id: &str, from: i64) -> Result<Vec<ScoreRow>> {
    rows!(
        link,
        ScoreRow,
        "SELECT at, local_date, value, version FROM health_scores WHERE site_id = $1 AND at >= $2 ORDER BY at",
        site_id,
        from,
    )
}

/// Deletes the scores of a site before an instant.
pub async fn delete_old_scores(link: &mut Link<'_>, site_id: &str, before: i64) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM health_scores WHERE site_id = $1 AND at < $2",
        site_id,
        before
    )
}
