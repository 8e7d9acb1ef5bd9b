//! SQL of portals and their groups.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// A portal, as its owner sees it.
#[derive(Clone, Debug, FromRow)]
pub struct PortalRow {
    pub id: String,
    pub name: Option<String>,
    pub name_key: Option<String>,
    pub enabled: bool,
    pub frame_ancestors: String,
    pub token_sealed: Option<String>,
    pub token_created_at: Option<i64>,
    pub opens: i64,
    pub last_opened_at: Option<i64>,
    pub created_at: i64,
}

/// A portal that is on, as a client's token finds it.
#[derive(Clone, Debug, FromRow)]
pub struct OpenedRow {
    pub id: String,
    pub name: Option<String>,
    pub frame_ancestors: String,
    /// The account whose brand it carries: the group's, or the site's owner.
    pub account_id: String,
}

/// A site that a portal shows.
#[derive(Clone, Debug, FromRow)]
pub struct PortalSiteRow {
    pub id: String,
    pub domain: String,
    pub timezone: String,
    pub currency: String,
    pub favicon: Option<String>,
    pub created_at: i64,
}

macro_rules! portals_where {
    ($condition:literal) => {
        concat!(
            "SELECT id, name, name_key, enabled, frame_ancestors, token_sealed, token_created_at, opens, last_opened_at, created_at
             FROM portals WHERE ",
            $condition
        )
    };
}

/// The portal of a site.
pub async fn find_portal_of_site(link: &mut Link<'_>, site_id: &str) -> Result<Option<PortalRow>> {
    row!(link, PortalRow, portals_where!("site_id = $1"), site_id)
}

/// The groups of an account, oldest first.
pub async fn list_groups(link: &mut Link<'_>, account_id: &str) -> Result<Vec<PortalRow>> {
    rows!(
        link,
        PortalRow,
        portals_where!("account_id = $1 ORDER BY created_at, id"),
        account_id
    )
}

/// A group of an account.
pub async fn find_group(link: &mut Link<'_>, account_id: &str, id: &str) -> Result<Option<PortalRow>> {
    row!(
        link,
        PortalRow,
        portals_where!("account_id = $1 AND id = $2"),
        account_id,
        id
    )
}

/// Holds the row of a group until the transaction ends, so that of two changes at once none undoes the other.
pub async fn lock_group(link: &mut Link<'_>, account_id: &str, id: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE portals SET enabled = enabled WHERE account_id = $1 AND id = $2",
        account_id,
        id
    )
}

/// The portal of a token's hash, if it is on and somebody owns it.
pub async fn find_by_token(link: &mut Link<'_>, token_hash: &str) -> Result<Option<OpenedRow>> {
    row!(
        link,
        OpenedRow,
        "SELECT p.id, p.name, p.frame_ancestors, COALESCE(p.account_id, m.account_id) AS account_id
         FROM portals p LEFT JOIN site_members m ON m.site_id = p.site_id AND m.role = 'owner'
         WHERE p.token_hash = $1 AND p.enabled AND COALESCE(p.account_id, m.account_id) IS NOT NULL",
        token_hash,
    )
}

/// The sites that a portal shows: its own, or those of its group that the account owns now.
pub async fn list_sites(link: &mut Link<'_>, portal_id: &str, account_id: &str) -> Result<Vec<PortalSiteRow>> {
    rows!(
        link,
        PortalSiteRow,
        "SELECT s.id, s.domain, s.timezone, s.currency, s.favicon, s.created_at
         FROM portals p
         LEFT JOIN portal_sites g ON g.portal_id = p.id
         JOIN sites s ON s.id = COALESCE(p.site_id, g.site_id)
         JOIN site_members m ON m.site_id = s.id AND m.role = 'owner' AND m.account_id = $2
         WHERE p.id = $1
         ORDER BY COALESCE(g.position, 0), s.id",
        portal_id,
        account_id,
    )
}

/// Makes the portal of a site, off, where there is none.
pub async fn insert_portal_of_site(link: &mut Link<'_>, id: &str, site_id: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO portals (id, site_id, enabled, frame_ancestors, opens, created_at) VALUES ($1, $2, FALSE, '', 0, $3)
         ON CONFLICT (site_id) DO NOTHING",
        id,
        site_id,
        now,
    )
}

/// Inserts a group, on; a taken name is a unique violation.
pub async fn insert_group(
    link: &mut Link<'_>,
    id: &str,
    account_id: &str,
    name: (&str, &str),
    now: i64,
) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO portals (id, account_id, name, name_key, enabled, frame_ancestors, opens, created_at)
         VALUES ($1, $2, $3, $4, TRUE, '', 0, $5)",
        id,
        account_id,
        name.0,
        name.1,
        now,
    )
}

/// Writes what may change of a portal but for its token.
pub async fn update_portal(link: &mut Link<'_>, row: &PortalRow) -> Result<u64> {
    execute!(
        link,
        "UPDATE portals SET name = $2, name_key = $3, enabled = $4, frame_ancestors = $5 WHERE id = $1",
        &row.id,
        row.name.as_deref(),
        row.name_key.as_deref(),
        row.enabled,
        &row.frame_ancestors,
    )
}

/// Gives a portal that is on a token in place of the one that it has.
pub async fn update_token(link: &mut Link<'_>, id: &str, hash: &str, sealed: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE portals SET token_hash = $2, token_sealed = $3, token_created_at = $4, opens = 0, last_opened_at = NULL
         WHERE id = $1 AND enabled",
        id,
        hash,
        sealed,
        now,
    )
}

/// Takes a portal's token away; none when it has none.
pub async fn remove_token(link: &mut Link<'_>, id: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE portals SET token_hash = NULL, token_sealed = NULL, token_created_at = NULL, opens = 0, last_opened_at = NULL
         WHERE id = $1 AND token_hash IS NOT NULL",
        id,
    )
}

/// Deletes a group with its token.
pub async fn delete_group(link: &mut Link<'_>, account_id: &str, id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM portals WHERE account_id = $1 AND id = $2",
        account_id,
        id
    )
}

/// The sites of the groups of an account: pairs of a group and a site, in their order.
pub async fn list_group_sites(link: &mut Link<'_>, account_id: &str) -> Result<Vec<(String, String)>> {
    rows!(
        link,
        (String, String),
        "SELECT g.portal_id, g.site_id
         FROM portal_sites g JOIN portals p ON p.id = g.portal_id
         JOIN site_members m ON m.site_id = g.site_id AND m.role = 'owner' AND m.account_id = p.account_id
         WHERE p.account_id = $1 ORDER BY g.portal_id, g.position",
        account_id,
    )
}

/// Empties a group.
pub async fn delete_group_sites(link: &mut Link<'_>, portal_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM portal_sites WHERE portal_id = $1", portal_id)
}

/// Puts a site into a group.
pub async fn insert_group_site(link: &mut Link<'_>, portal_id: &str, site_id: &str, position: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO portal_sites (portal_id, site_id, position) VALUES ($1, $2, $3)",
        portal_id,
        site_id,
        position,
    )
}

/// Adds counted opens.
pub async fn add_opens(link: &mut Link<'_>, id: &str, count: i64, last_at: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE portals SET opens = opens + $2,
           last_opened_at = CASE WHEN last_opened_at > $3 THEN last_opened_at ELSE $3 END
         WHERE id = $1",
        id,
        count,
        last_at,
    )
}
