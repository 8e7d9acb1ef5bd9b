//! SQL of the audit log.

use crate::db::{Link, Result, execute, rows};
use sqlx::FromRow;

/// A row to insert.
#[derive(Debug)]
pub struct Entry<'a> {
    pub id: &'a str,
    pub at: i64,
    pub account_id: &'a str,
    pub api_key_id: Option<&'a str>,
    pub site_id: Option<&'a str>,
    pub action: &'static str,
    pub subject_id: Option<&'a str>,
}

/// Inserts a row.
pub async fn insert(link: &mut Link<'_>, entry: &Entry<'_>) -> Result<()> {
    let inserted: Result<u64> = execute!(
        link,
        "INSERT INTO audit_log (id, at, account_id, api_key_id, site_id, action, subject_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        entry.id,
        entry.at,
        entry.account_id,
        entry.api_key_id,
        entry.site_id,
        entry.action,
        entry.subject_id,
    );
    inserted.map(|_| ())
}

/// A row, with the names that its ids have now.
#[derive(Clone, Debug, FromRow)]
pub struct EntryRow {
    pub id: String,
    pub at: i64,
    pub account_id: String,
    pub account_name: Option<String>,
    pub api_key_id: Option<String>,
    pub api_key_name: Option<String>,
    pub action: String,
    pub subject_id: Option<String>,
    pub subject_name: Option<String>,
}

/// What was done to a site before an instant, latest first. Rows of one instant go by id, ascending.
pub async fn list_entries(link: &mut Link<'_>, site_id: &str, after: (i64, &str), limit: i64) -> Result<Vec<EntryRow>> {
    rows!(
        link,
        EntryRow,
        "SELECT e.id, e.at, e.account_id, a.name AS account_name, e.api_key_id, k.name AS api_key_name, e.action,
           e.subject_id, COALESCE(l.name, s.name) AS subject_name
         FROM audit_log e
           LEFT JOIN accounts a ON a.id = e.account_id
           LEFT JOIN api_keys k ON k.id = e.api_key_id
           LEFT JOIN share_links l ON l.id = e.subject_id AND l.revoked_at IS NULL
           LEFT JOIN segments s ON s.id = e.subject_id
         WHERE e.site_id = $1 AND (e.at < $2 OR (e.at = $2 AND e.id > $3))
         ORDER BY e.at DESC, e.id
         LIMIT $4",
        site_id,
        after.0,
        after.1,
        limit,
    )
}
