//! SQL of segments.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// A segment.
#[derive(Clone, Debug, FromRow)]
pub struct SegmentRow {
    pub id: String,
    pub name: String,
    pub name_key: String,
    pub filters: String,
    pub created_at: i64,
    pub updated_at: i64,
}

/// The segments of a site, by name.
pub async fn list_segments(link: &mut Link<'_>, site_id: &str) -> Result<Vec<SegmentRow>> {
    rows!(
        link,
        SegmentRow,
        "SELECT id, name, name_key, filters, created_at, updated_at FROM segments WHERE site_id = $1
         ORDER BY name_key",
        site_id,
    )
}

/// A segment of a site.
pub async fn find_segment(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<Option<SegmentRow>> {
    row!(
        link,
        SegmentRow,
        "SELECT id, name, name_key, filters, created_at, updated_at FROM segments WHERE site_id = $1 AND id = $2",
        site_id,
        id,
    )
}

/// Inserts a segment; a taken name is a unique violation.
pub async fn insert_segment(link: &mut Link<'_>, site_id: &str, row: &SegmentRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO segments (id, site_id, name, name_key, filters, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &row.id,
        site_id,
        &row.name,
        &row.name_key,
        &row.filters,
        row.created_at,
        row.updated_at,
    )
}

/// Writes name and filters of a segment.
pub async fn update_segment(link: &mut Link<'_>, site_id: &str, row: &SegmentRow) -> Result<u64> {
    execute!(
        link,
        "UPDATE segments SET name = $3, name_key = $4, filters = $5, updated_at = $6
         WHERE site_id = $1 AND id = $2",
        site_id,
        &row.id,
        &row.name,
        &row.name_key,
        &row.filters,
        row.updated_at,
    )
}

/// Deletes a segment; one that a link is bound to is a foreign-key violation.
pub async fn delete_segment(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM segments WHERE site_id = $1 AND id = $2", site_id, id,)
}
