//! SQL of share links.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// An active link, as its owner sees it.
#[derive(Clone, Debug, FromRow)]
pub struct ShareLinkRow {
    pub id: String,
    pub slot: i64,
    pub name: String,
    pub name_key: String,
    pub token_sealed: String,
    pub created_at: i64,
    pub opens: i64,
    pub last_opened_at: Option<i64>,
    pub password_hash: Option<String>,
    pub segment_id: Option<String>,
    pub segment_name: Option<String>,
    pub expires_at: Option<i64>,
    pub frame_ancestors: String,
}

/// An active link, its site and its segment, as a recipient's key finds them.
#[derive(Clone, Debug, FromRow)]
pub struct OpenedRow {
    pub link_id: String,
    pub version: i64,
    pub password_hash: Option<String>,
    pub link_expires_at: Option<i64>,
    pub frame_ancestors: String,
    pub segment_id: Option<String>,
    pub segment_name: Option<String>,
    pub segment_filters: Option<String>,
    pub id: String,
    pub domain: String,
    pub timezone: String,
    pub currency: String,
    pub favicon: Option<String>,
    pub created_at: i64,
}

macro_rules! share_links_where {
    ($condition:literal) => {
        concat!(
            "SELECT l.id, l.slot, l.name, l.name_key, l.token_sealed, l.created_at, l.opens, l.last_opened_at,
               l.password_hash, l.segment_id, s.name AS segment_name, l.expires_at, l.frame_ancestors
             FROM share_links l LEFT JOIN segments s ON s.id = l.segment_id
             WHERE l.revoked_at IS NULL AND ",
            $condition
        )
    };
}

macro_rules! opened_where {
    ($condition:literal) => {
        concat!(
            "SELECT l.id AS link_id, l.version, l.password_hash, l.expires_at AS link_expires_at, l.frame_ancestors,
               l.segment_id, g.name AS segment_name, g.filters AS segment_filters,
               s.id, s.domain, s.timezone, s.currency, s.favicon, s.created_at
             FROM share_links l JOIN sites s ON s.id = l.site_id LEFT JOIN segments g ON g.id = l.segment_id
             WHERE l.revoked_at IS NULL AND ",
            $condition
        )
    };
}

/// The active links of a site, oldest first.
pub async fn list_share_links(link: &mut Link<'_>, site_id: &str) -> Result<Vec<ShareLinkRow>> {
    rows!(
        link,
        ShareLinkRow,
        share_links_where!("l.site_id = $1 ORDER BY l.created_at, l.id"),
        site_id,
    )
}

/// An active link of a site.
pub async fn find_share_link(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<Option<ShareLinkRow>> {
    row!(
        link,
        ShareLinkRow,
        share_links_where!("l.site_id = $1 AND l.id = $2"),
        site_id,
        id,
    )
}

/// The active link of a token's hash.
pub async fn find_by_token(link: &mut Link<'_>, token_hash: &str) -> Result<Option<OpenedRow>> {
    row!(link, OpenedRow, opened_where!("l.token_hash = $1"), token_hash)
}

/// The active link of an id.
pub async fn find_by_id(link: &mut Link<'_>, id: &str) -> Result<Option<OpenedRow>> {
    row!(link, OpenedRow, opened_where!("l.id = $1"), id)
}

/// Inserts a link; a taken slot, name or token is a unique violation.
pub async fn insert_share_link(
    link: &mut Link<'_>,
    site_id: &str,
    row: &ShareLinkRow,
    token_hash: &str,
) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO share_links (id, site_id, slot, name, name_key, token_hash, token_sealed, created_at,
           password_hash, segment_id, expires_at, frame_ancestors)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &row.id,
        site_id,
        row.slot,
        &row.name,
        &row.name_key,
        token_hash,
        &row.token_sealed,
        row.created_at,
        &row.password_hash,
        &row.segment_id,
        row.expires_at,
        &row.frame_ancestors,
    )
}

/// Writes what may change of an active link, and moves its version on by `steps`.
pub async fn update_share_link(link: &mut Link<'_>, site_id: &str, row: &ShareLinkRow, steps: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE share_links SET name = $3, name_key = $4, password_hash = $5, segment_id = $6, expires_at = $7,
           frame_ancestors = $8, version = version + $9
         WHERE site_id = $1 AND id = $2 AND revoked_at IS NULL",
        site_id,
        &row.id,
        &row.name,
        &row.name_key,
        &row.password_hash,
        &row.segment_id,
        row.expires_at,
        &row.frame_ancestors,
        steps,
    )
}

/// Revokes an active link: name, token and password are gone, the token's hash stays so that it is never issued again.
pub async fn update_revoked(link: &mut Link<'_>, site_id: &str, id: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE share_links SET revoked_at = $3, name = '', name_key = '', token_sealed = '', password_hash = NULL,
           segment_id = NULL, frame_ancestors = ''
         WHERE site_id = $1 AND id = $2 AND revoked_at IS NULL",
        site_id,
        id,
        now,
    )
}

/// Revokes every active link of a site.
pub async fn update_all_revoked(link: &mut Link<'_>, site_id: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE share_links SET revoked_at = $2, name = '', name_key = '', token_sealed = '', password_hash = NULL,
           segment_id = NULL, frame_ancestors = ''
         WHERE site_id = $1 AND revoked_at IS NULL",
        site_id,
        now,
    )
}

/// Adds counted opens.
pub async fn add_opens(link: &mut Link<'_>, id: &str, count: i64, last_at: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE share_links SET opens = opens + $2,
           last_opened_at = CASE WHEN last_opened_at > $3 THEN last_opened_at ELSE $3 END
         WHERE id = $1",
        id,
        count,
        last_at,
    )
}
