//! SQL of brands and own domains.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// A brand without its logo's bytes.
#[derive(Clone, Debug, Default, FromRow)]
pub struct BrandingRow {
    pub company_name: Option<String>,
    pub accent: Option<String>,
    pub hide_footer: bool,
    pub on_share_links: bool,
    pub on_mails: bool,
    pub logo_hash: Option<String>,
}

/// A claim of a domain.
#[derive(Clone, Debug, FromRow)]
pub struct DomainRow {
    pub domain: String,
    pub account_id: String,
    pub label: String,
    pub verified: bool,
    pub reason: Option<String>,
    pub created_at: i64,
    pub checked_at: Option<i64>,
    pub verified_at: Option<i64>,
    pub lapses_at: Option<i64>,
    pub due_at: i64,
}

/// The brand of an account.
pub async fn find_branding(link: &mut Link<'_>, account_id: &str) -> Result<Option<BrandingRow>> {
    row!(
        link,
        BrandingRow,
        "SELECT company_name, accent, hide_footer, on_share_links, on_mails, logo_hash FROM brandings WHERE account_id = $1",
        account_id,
    )
}

/// The brand of the account that owns a site.
pub async fn find_branding_of_site(link: &mut Link<'_>, site_id: &str) -> Result<Option<BrandingRow>> {
    row!(
        link,
        BrandingRow,
        "SELECT b.company_name, b.accent, b.hide_footer, b.on_share_links, b.on_mails, b.logo_hash
         FROM brandings b JOIN site_members m ON m.account_id = b.account_id AND m.role = 'owner'
         WHERE m.site_id = $1",
        site_id,
    )
}

/// Writes a brand; its logo stays.
pub async fn upsert_branding(link: &mut Link<'_>, account_id: &str, row: &BrandingRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO brandings (account_id, company_name, accent, hide_footer, on_share_links, on_mails)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (account_id) DO UPDATE SET company_name = excluded.company_name, accent = excluded.accent,
             hide_footer = excluded.hide_footer, on_share_links = excluded.on_share_links, on_mails = excluded.on_mails",
        account_id,
        row.company_name.as_deref(),
        row.accent.as_deref(),
        row.hide_footer,
        row.on_share_links,
        row.on_mails,
    )
}

/// Writes or removes a logo: PNG in base64, and its hash.
pub async fn upsert_logo(link: &mut Link<'_>, account_id: &str, logo: Option<&str>, hash: Option<&str>) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO brandings (account_id, hide_footer, on_share_links, on_mails, logo, logo_hash)
         VALUES ($1, FALSE, FALSE, FALSE, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET logo = excluded.logo, logo_hash = excluded.logo_hash",
        account_id,
        logo,
        hash,
    )
}

/// The logo of a hash.
pub async fn find_logo(link: &mut Link<'_>, hash: &str) -> Result<Option<String>> {
    let found: Result<Option<(String,)>> = row!(
        link,
        (String,),
        "SELECT logo FROM brandings WHERE logo_hash = $1 AND logo IS NOT NULL LIMIT 1",
        hash,
    );
    Ok(found?.map(|(logo,)| logo))
}

macro_rules! domains_where {
    ($condition:literal) => {
        concat!(
            "SELECT domain, account_id, label, verified, reason, created_at, checked_at, verified_at, lapses_at, due_at
             FROM brand_domains WHERE ",
            $condition
        )
    };
}

/// The claim of an account.
pub async fn find_domain_of(link: &mut Link<'_>, account_id: &str) -> Result<Option<DomainRow>> {
    row!(link, DomainRow, domains_where!("account_id = $1"), account_id)
}

/// Whoever claims a domain.
pub async fn find_domain(link: &mut Link<'_>, domain: &str) -> Result<Option<DomainRow>> {
    row!(link, DomainRow, domains_where!("domain = $1"), domain)
}

/// Domains whose turn to be looked up has come.
pub async fn list_due_domains(link: &mut Link<'_>, now: i64, limit: i64) -> Result<Vec<DomainRow>> {
    rows!(
        link,
        DomainRow,
        domains_where!("due_at <= $1 ORDER BY due_at LIMIT $2"),
        now,
        limit
    )
}

/// Inserts a claim; a domain that somebody holds is a unique violation.
pub async fn insert_domain(link: &mut Link<'_>, row: &DomainRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO brand_domains (domain, account_id, label, verified, created_at, lapses_at, due_at)
         VALUES ($1, $2, $3, FALSE, $4, $5, $6)",
        &row.domain,
        &row.account_id,
        &row.label,
        row.created_at,
        row.lapses_at,
        row.due_at,
    )
}

/// Takes the turn of a domain that was seen due: one row for whoever comes first.
pub async fn lease_domain(link: &mut Link<'_>, seen: &DomainRow, until: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE brand_domains SET due_at = $4 WHERE domain = $1 AND label = $2 AND due_at = $3",
        &seen.domain,
        &seen.label,
        seen.due_at,
        until,
    )
}

/// Writes what a look-up found; none when the claim is another by now.
pub async fn update_domain(link: &mut Link<'_>, row: &DomainRow) -> Result<u64> {
    execute!(
        link,
        "UPDATE brand_domains SET verified = $3, reason = $4, checked_at = $5, verified_at = $6, lapses_at = $7, due_at = $8
         WHERE domain = $1 AND label = $2",
        &row.domain,
        &row.label,
        row.verified,
        row.reason.as_deref(),
        row.checked_at,
        row.verified_at,
        row.lapses_at,
        row.due_at,
    )
}

/// Releases the claim of an account.
pub async fn delete_domain_of(link: &mut Link<'_>, account_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM brand_domains WHERE account_id = $1", account_id)
}

/// Releases a claim that has lapsed.
pub async fn delete_lapsed_domain(link: &mut Link<'_>, domain: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM brand_domains WHERE domain = $1 AND NOT verified AND lapses_at <= $2",
        domain,
        now,
    )
}
