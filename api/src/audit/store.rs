//! SQL of the audit log.

use crate::db::{Link, Result, execute};

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
