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
}

/// An active link and its site, as a token finds them.
#[derive(Clone, Debug, FromRow)]
pub struct OpenedRow {
    pub link_id: String,
    pub id: String,
    pub domain: String,
    pub timezone: String,
    pub currency: String,
    pub favicon: Option<String>,
    pub created_at: i64,
}

/// The active links of a site, oldest first.
pub async fn list_share_links(link: &mut Link<'_>, site_id: &str) -> Result<Vec<ShareLinkRow>> {
    rows!(
        link,
        ShareLinkRow,
        "SELECT id, slot, name, name_key, token_sealed, created_at, opens, last_opened_at
         FROM share_links WHERE site_id = $1 AND revoked_at IS NULL
         ORDER BY created_at, id",
        site_id,
    )
}

/// An active link of a site.
pub async fn find_share_link(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<Option<ShareLinkRow>> {
    row!(
        link,
        ShareLinkRow,
        "SELECT id, slot, name, name_key, token_sealed, created_at, opens, last_opened_at
         FROM share_links WHERE site_id = $1 AND id = $2 AND revoked_at IS NULL",
        site_id,
        id,
    )
}

/// The active link of a token's hash, with its site.
pub async fn find_by_token(link: &mut Link<'_>, token_hash: &str) -> Result<Option<OpenedRow>> {
    row!(
        link,
        OpenedRow,
        "SELECT l.id AS link_id, s.id, s.domain, s.timezone, s.currency, s.favicon, s.created_at
         FROM share_links l JOIN sites s ON s.id = l.site_id
         WHERE l.token_hash = $1 AND l.revoked_at IS NULL",
        token_hash,
    )
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
        "INSERT INTO share_links (id, site_id, slot, name, name_key, token_hash, token_sealed, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &row.id,
        site_id,
        row.slot,
        &row.name,
        &row.name_key,
        token_hash,
        &row.token_sealed,
        row.created_at,
    )
}

/// Renames an active link.
pub async fn update_name(link: &mut Link<'_>, site_id: &str, id: &str, name: &str, name_key: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE share_links SET name = $3, name_key = $4 WHERE site_id = $1 AND id = $2 AND revoked_at IS NULL",
        site_id,
        id,
        name,
        name_key,
    )
}

/// Revokes an active link: name and token are gone, the token's hash stays so that it is never issued again.
pub async fn update_revoked(link: &mut Link<'_>, site_id: &str, id: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE share_links SET revoked_at = $3, name = '', name_key = '', token_sealed = ''
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
        "UPDATE share_links SET revoked_at = $2, name = '', name_key = '', token_sealed = ''
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
