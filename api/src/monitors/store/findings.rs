//! SQL of single findings.

use crate::db::{Link, Result, execute, rows};
use sqlx::FromRow;

/// A link that is broken or redirects.
#[derive(Clone, Debug, FromRow)]
pub struct LinkRow {
    pub position: i64,
    pub url: String,
    pub state: String,
    pub status: Option<i64>,
    pub reason: Option<String>,
    pub target: Option<String>,
    pub found_on: String,
    pub pages: i64,
}

/// Deletes what the crawl before found.
pub async fn delete_links(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM link_findings WHERE site_id = $1", site_id)
}

/// Inserts a finding.
pub async fn insert_link(link: &mut Link<'_>, site_id: &str, row: &LinkRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO link_findings (site_id, position, url, state, status, reason, target, found_on, pages)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        site_id,
        row.position,
        &row.url,
        &row.state,
        row.status,
        row.reason.as_deref(),
        row.target.as_deref(),
        &row.found_on,
        row.pages,
    )
}

/// The findings of a site after a position, in order; `state` narrows to one.
pub async fn list_links(
    link: &mut Link<'_>,
    site_id: &str,
    state: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<LinkRow>> {
    rows!(
        link,
        LinkRow,
        "SELECT position, url, state, status, reason, target, found_on, pages FROM link_findings
         WHERE site_id = $1 AND ($2 = '' OR state = $2) AND position > $3 ORDER BY position LIMIT $4",
        site_id,
        state,
        after,
        limit,
    )
}

/// What a run of Lighthouse would have better.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct LighthouseRow {
    pub device: String,
    pub position: i64,
    pub audit: String,
    pub title: String,
    pub description: String,
    pub category: String,
    pub score: i64,
    pub measured: Option<String>,
    pub savings_us: Option<i64>,
}

/// Deletes what the runs before found.
pub async fn delete_lighthouse(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM lighthouse_findings WHERE site_id = $1", site_id)
}

/// Inserts a finding of Lighthouse.
pub async fn insert_lighthouse(link: &mut Link<'_>, site_id: &str, row: &LighthouseRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO lighthouse_findings (site_id, device, position, audit, title, description, category, score, measured,
                                          savings_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        site_id,
        &row.device,
        row.position,
        &row.audit,
        &row.title,
        &row.description,
        &row.category,
        row.score,
        row.measured.as_deref(),
        row.savings_us,
    )
}

/// The findings of Lighthouse of a site: as a phone, then as a desktop, the most rewarding first.
pub async fn list_lighthouse(link: &mut Link<'_>, site_id: &str) -> Result<Vec<LighthouseRow>> {
    rows!(
        link,
        LighthouseRow,
        "SELECT device, position, audit, title, description, category, score, measured, savings_us FROM lighthouse_findings
         WHERE site_id = $1 ORDER BY device DESC, position",
        site_id,
    )
}
