//! SQL of annotations.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// An annotation.
#[derive(Clone, Debug, FromRow)]
pub struct AnnotationRow {
    pub id: String,
    pub date: String,
    pub text: String,
    pub hidden: bool,
    pub created_at: i64,
}

/// The annotations of a site between two dates, both included, by date.
pub async fn list_annotations(link: &mut Link<'_>, site_id: &str, from: &str, to: &str) -> Result<Vec<AnnotationRow>> {
    rows!(
        link,
        AnnotationRow,
        "SELECT id, date, text, hidden, created_at FROM annotations
         WHERE site_id = $1 AND date >= $2 AND date <= $3 ORDER BY date, created_at, id",
        site_id,
        from,
        to,
    )
}

/// An annotation of a site.
pub async fn find_annotation(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<Option<AnnotationRow>> {
    row!(
        link,
        AnnotationRow,
        "SELECT id, date, text, hidden, created_at FROM annotations WHERE site_id = $1 AND id = $2",
        site_id,
        id,
    )
}

/// Inserts an annotation.
pub async fn insert_annotation(link: &mut Link<'_>, site_id: &str, row: &AnnotationRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO annotations (id, site_id, date, text, hidden, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &row.id,
        site_id,
        &row.date,
        &row.text,
        row.hidden,
        row.created_at,
    )
}

/// Writes an annotation.
pub async fn update_annotation(link: &mut Link<'_>, site_id: &str, row: &AnnotationRow) -> Result<u64> {
    execute!(
        link,
        "UPDATE annotations SET date = $3, text = $4, hidden = $5 WHERE site_id = $1 AND id = $2",
        site_id,
        &row.id,
        &row.date,
        &row.text,
        row.hidden,
    )
}

/// Deletes an annotation.
pub async fn delete_annotation(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM annotations WHERE site_id = $1 AND id = $2",
        site_id,
        id
    )
}
