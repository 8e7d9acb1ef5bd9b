//! SQL of sites and their members.

use crate::db::{Link, Result, execute, row, rows};
use shared::site::Role;
use sqlx::FromRow;

/// A row of `sites`.
#[derive(Clone, Debug, FromRow)]
pub struct SiteRow {
    /// Id.
    pub id: String,
    /// IDNA domain.
    pub domain: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The owner's own picture.
    pub favicon: Option<String>,
    /// Unix ms.
    pub created_at: i64,
}

/// A site and what an account may do with it.
#[derive(Clone, Debug, FromRow)]
pub struct MemberRow {
    id: String,
    domain: String,
    timezone: String,
    currency: String,
    favicon: Option<String>,
    created_at: i64,
    role: String,
}

impl MemberRow {
    /// The site.
    pub fn site(&self) -> SiteRow {
        SiteRow {
            id: self.id.clone(),
            domain: self.domain.clone(),
            timezone: self.timezone.clone(),
            currency: self.currency.clone(),
            favicon: self.favicon.clone(),
            created_at: self.created_at,
        }
    }

    /// The role; the schema allows these two words only.
    pub fn role(&self) -> Role {
        if self.role == "owner" {
            Role::Owner
        } else {
            Role::Viewer
        }
    }
}

/// A site of an account.
pub async fn find_site_of(link: &mut Link<'_>, site_id: &str, account_id: &str) -> Result<Option<MemberRow>> {
    row!(
        link,
        MemberRow,
        "SELECT s.id, s.domain, s.timezone, s.currency, s.favicon, s.created_at, m.role
         FROM sites s JOIN site_members m ON m.site_id = s.id
         WHERE s.id = $1 AND m.account_id = $2",
        site_id,
        account_id,
    )
}

/// The site of a domain and the account's role on it.
pub async fn find_site_by_domain_of(link: &mut Link<'_>, domain: &str, account_id: &str) -> Result<Option<MemberRow>> {
    row!(
        link,
        MemberRow,
        "SELECT s.id, s.domain, s.timezone, s.currency, s.favicon, s.created_at, m.role
         FROM sites s JOIN site_members m ON m.site_id = s.id
         WHERE s.domain = $1 AND m.account_id = $2",
        domain,
        account_id,
    )
}

/// The sites of an account, oldest first, after a position; `only` narrows to one site.
pub async fn list_sites_of(
    link: &mut Link<'_>,
    account_id: &str,
    only: Option<&str>,
    after: (i64, &str),
    limit: i64,
) -> Result<Vec<MemberRow>> {
    rows!(
        link,
        MemberRow,
        "SELECT s.id, s.domain, s.timezone, s.currency, s.favicon, s.created_at, m.role
         FROM sites s JOIN site_members m ON m.site_id = s.id
         WHERE m.account_id = $1 AND ($2 = '' OR s.id = $2)
           AND (s.created_at > $3 OR (s.created_at = $3 AND s.id > $4))
         ORDER BY s.created_at, s.id
         LIMIT $5",
        account_id,
        only.unwrap_or(""),
        after.0,
        after.1,
        limit,
    )
}

/// The ids of the sites that an account owns.
pub async fn list_owned_site_ids(link: &mut Link<'_>, account_id: &str) -> Result<Vec<String>> {
    let found: Result<Vec<(String,)>> = rows!(
        link,
        (String,),
        "SELECT site_id FROM site_members WHERE account_id = $1 AND role = 'owner'",
        account_id,
    );
    Ok(found?.into_iter().map(|(id,)| id).collect())
}

/// A site by its domain.
pub async fn find_site_by_domain(link: &mut Link<'_>, domain: &str) -> Result<Option<SiteRow>> {
    row!(
        link,
        SiteRow,
        "SELECT id, domain, timezone, currency, favicon, created_at FROM sites WHERE domain = $1",
        domain,
    )
}

/// A site by its id.
pub async fn find_site(link: &mut Link<'_>, site_id: &str) -> Result<Option<SiteRow>> {
    row!(
        link,
        SiteRow,
        "SELECT id, domain, timezone, currency, favicon, created_at FROM sites WHERE id = $1",
        site_id,
    )
}

/// True when the account is a member of the site with the right to send events for it.
pub async fn is_owner(link: &mut Link<'_>, site_id: &str, account_id: &str) -> Result<bool> {
    let found: Result<Option<(String,)>> = row!(
        link,
        (String,),
        "SELECT role FROM site_members WHERE site_id = $1 AND account_id = $2 AND role = 'owner'",
        site_id,
        account_id,
    );
    Ok(found?.is_some())
}

/// Inserts a site; a taken domain is a unique violation.
pub async fn insert_site(link: &mut Link<'_>, site: &SiteRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO sites (id, domain, timezone, currency, favicon, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &site.id,
        &site.domain,
        &site.timezone,
        &site.currency,
        site.favicon.as_deref(),
        site.created_at,
    )
}

/// Makes an account the owner of a site.
pub async fn insert_owner(link: &mut Link<'_>, site_id: &str, account_id: &str, created_at: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO site_members (site_id, account_id, role, created_at) VALUES ($1, $2, 'owner', $3)",
        site_id,
        account_id,
        created_at,
    )
}

/// Sets every field that may change.
pub async fn update_site(link: &mut Link<'_>, site: &SiteRow) -> Result<u64> {
    execute!(
        link,
        "UPDATE sites SET domain = $2, timezone = $3, currency = $4, favicon = $5 WHERE id = $1",
        &site.id,
        &site.domain,
        &site.timezone,
        &site.currency,
        site.favicon.as_deref(),
    )
}

/// Holds the site's row until the transaction ends, so that changes to its links follow one another.
pub async fn lock_site(link: &mut Link<'_>, site_id: &str) -> Result<bool> {
    let locked: Result<u64> = execute!(link, "UPDATE sites SET domain = domain WHERE id = $1", site_id);
    Ok(locked? == 1)
}

/// Deletes a site; its members and bound keys go with it.
pub async fn delete_site(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    let salts: Result<u64> = execute!(link, "DELETE FROM salts WHERE site_id = $1", site_id);
    salts?;
    execute!(link, "DELETE FROM sites WHERE id = $1", site_id)
}

/// Notes that a site's events are to be erased.
pub async fn insert_erasure(link: &mut Link<'_>, site_id: &str, requested_at: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO erasures (site_id, requested_at) VALUES ($1, $2) ON CONFLICT (site_id) DO NOTHING",
        site_id,
        requested_at,
    )
}

/// The sites whose events are still to be erased.
pub async fn list_erasures(link: &mut Link<'_>) -> Result<Vec<String>> {
    let found: Result<Vec<(String,)>> = rows!(link, (String,), "SELECT site_id FROM erasures ORDER BY requested_at");
    Ok(found?.into_iter().map(|(id,)| id).collect())
}

/// Notes that a site's events are gone.
pub async fn delete_erasure(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM erasures WHERE site_id = $1", site_id)
}

/// For how many days a site's events are kept; none for ever.
pub async fn find_retention(link: &mut Link<'_>, site_id: &str) -> Result<Option<i64>> {
    let found: Result<Option<(Option<i64>,)>> = row!(
        link,
        (Option<i64>,),
        "SELECT retention_days FROM sites WHERE id = $1",
        site_id
    );
    Ok(found?.and_then(|(days,)| days))
}

/// Sets for how many days a site's events are kept.
pub async fn update_retention(link: &mut Link<'_>, site_id: &str, days: Option<i64>) -> Result<u64> {
    execute!(
        link,
        "UPDATE sites SET retention_days = $2 WHERE id = $1",
        site_id,
        days
    )
}

/// Every site's zone, by its id.
pub async fn list_timezones(link: &mut Link<'_>) -> Result<Vec<(String, String)>> {
    rows!(link, (String, String), "SELECT id, timezone FROM sites")
}

/// The sites that do not keep events for ever: id, zone, days.
pub async fn list_retentions(link: &mut Link<'_>) -> Result<Vec<(String, String, i64)>> {
    rows!(
        link,
        (String, String, i64),
        "SELECT id, timezone, retention_days FROM sites WHERE retention_days IS NOT NULL ORDER BY id",
    )
}
