//! SQL of what a backup leaves out, and of ending what it would bring back.

use crate::db::{Db, Link, Result, execute, row, rows};
use sqlx::FromRow;

/// An active share link, with everything that says whom it lets see what.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct LinkRow {
    pub id: String,
    pub site_id: String,
    pub domain: Option<String>,
    pub name: String,
    pub version: i64,
    pub password_hash: Option<String>,
    pub segment_id: Option<String>,
    /// The segment's filters, JSON.
    pub filters: Option<String>,
    pub expires_at: Option<i64>,
    pub frame_ancestors: String,
}

/// A goal, with everything that says what reaches it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct GoalRow {
    pub site_id: String,
    pub name: String,
    pub path: Option<String>,
    pub event: Option<String>,
    pub props: String,
}

/// Whom a site tells of its incidents.
#[derive(Clone, Debug, FromRow)]
pub struct ChannelRow {
    pub id: String,
    pub site_id: String,
    pub domain: String,
    pub kind: String,
    pub target_hash: String,
}

/// A portal that has a token.
#[derive(Clone, Debug, FromRow)]
pub struct PortalRow {
    pub id: String,
    pub name: Option<String>,
    pub domain: Option<String>,
    pub enabled: bool,
    pub token_hash: String,
}

/// An API key.
#[derive(Clone, Debug, FromRow)]
pub struct KeyRow {
    pub id: String,
    pub email: String,
    pub name: String,
    pub site_id: Option<String>,
    pub scopes: String,
}

/// An open invitation.
#[derive(Clone, Debug, FromRow)]
pub struct InvitationRow {
    pub id: String,
    pub domain: String,
    pub email: Option<String>,
    pub token_hash: String,
}

/// Someone whose site it is, or who sees it.
#[derive(Clone, Debug, FromRow)]
pub struct MemberRow {
    pub site_id: String,
    pub account_id: String,
    pub domain: String,
    pub email: String,
}

/// What an account signs in with.
#[derive(Clone, Debug, FromRow)]
pub struct AccountRow {
    pub id: String,
    pub email: String,
    pub password_hash: String,
}

/// An account's second factor.
#[derive(Clone, Debug, FromRow)]
pub struct FactorRow {
    pub account_id: String,
    pub secret_sealed: String,
    pub created_at: i64,
    pub confirmed_at: Option<i64>,
    pub last_step: i64,
}

/// What no restore may bring back: sessions, salts, kept answers, notices on their way, files that wait for their import. The pages
/// are overwritten.
const LEFT_OUT: [&str; 6] = [
    "PRAGMA secure_delete = ON",
    "DELETE FROM sessions",
    "DELETE FROM salts",
    "DELETE FROM idempotency_keys",
    "DELETE FROM notices WHERE state = 'waiting'",
    "UPDATE imports SET status = 'failed', spool = NULL, key_sealed = NULL,
       problem = 'The server was restored from a backup: give the file again'
     WHERE status IN ('waiting', 'running')",
];

/// Takes that out of a copy.
pub async fn strip(db: &Db) -> Result<()> {
    let mut tx = db.begin().await?;
    for sql in LEFT_OUT {
        run(&mut tx.link(), sql).await?;
    }
    tx.commit().await
}

async fn run(link: &mut Link<'_>, sql: &'static str) -> Result<u64> {
    execute!(link, sql)
}

/// The value by which the secret that sealed the metadata is known.
pub async fn find_seal_check(link: &mut Link<'_>) -> Result<Option<(String,)>> {
    row!(
        link,
        (String,),
        "SELECT value FROM server_facts WHERE name = 'seal_check'"
    )
}

/// The sites that may have events: those that are there, and those whose events go.
pub async fn list_sites_with_events(link: &mut Link<'_>) -> Result<Vec<(String,)>> {
    rows!(
        link,
        (String,),
        "SELECT id FROM sites UNION SELECT site_id FROM erasures"
    )
}

pub async fn delete_sessions(link: &mut Link<'_>) -> Result<u64> {
    execute!(link, "DELETE FROM sessions")
}

pub async fn list_links(link: &mut Link<'_>) -> Result<Vec<LinkRow>> {
    rows!(
        link,
        LinkRow,
        "SELECT l.id, l.site_id, s.domain, l.name, l.version, l.password_hash, l.segment_id, g.filters, l.expires_at,
                l.frame_ancestors
         FROM share_links l LEFT JOIN sites s ON s.id = l.site_id LEFT JOIN segments g ON g.id = l.segment_id
         WHERE l.revoked_at IS NULL ORDER BY s.domain, l.created_at, l.id",
    )
}

/// The goals of all sites, in an order that is the same wherever they are the same.
pub async fn list_goals(link: &mut Link<'_>) -> Result<Vec<GoalRow>> {
    rows!(
        link,
        GoalRow,
        "SELECT site_id, name, path, event, props FROM goals ORDER BY site_id, name_key"
    )
}

pub async fn list_channels(link: &mut Link<'_>) -> Result<Vec<ChannelRow>> {
    rows!(
        link,
        ChannelRow,
        "SELECT c.id, c.site_id, s.domain, c.kind, c.target_hash
         FROM notice_channels c JOIN sites s ON s.id = c.site_id ORDER BY s.domain, c.slot",
    )
}

pub async fn delete_channel(link: &mut Link<'_>, id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM notice_channels WHERE id = $1", id)
}

pub async fn revoke_link(link: &mut Link<'_>, id: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE share_links SET revoked_at = $2, name = '', name_key = '', token_sealed = '', password_hash = NULL,
           segment_id = NULL, frame_ancestors = ''
         WHERE id = $1",
        id,
        now,
    )
}

pub async fn list_portals(link: &mut Link<'_>) -> Result<Vec<PortalRow>> {
    rows!(
        link,
        PortalRow,
        "SELECT p.id, p.name, s.domain, p.enabled, p.token_hash
         FROM portals p LEFT JOIN sites s ON s.id = p.site_id
         WHERE p.token_hash IS NOT NULL ORDER BY s.domain, p.name, p.id",
    )
}

pub async fn remove_portal_token(link: &mut Link<'_>, id: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE portals SET token_hash = NULL, token_sealed = NULL, token_created_at = NULL, opens = 0, last_opened_at = NULL
         WHERE id = $1",
        id,
    )
}

pub async fn list_group_sites(link: &mut Link<'_>) -> Result<Vec<(String, String)>> {
    rows!(link, (String, String), "SELECT portal_id, site_id FROM portal_sites")
}

pub async fn delete_group_site(link: &mut Link<'_>, portal_id: &str, site_id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM portal_sites WHERE portal_id = $1 AND site_id = $2",
        portal_id,
        site_id
    )
}

pub async fn list_keys(link: &mut Link<'_>) -> Result<Vec<KeyRow>> {
    rows!(
        link,
        KeyRow,
        "SELECT k.id, a.email, k.name, k.site_id, k.scopes FROM api_keys k JOIN accounts a ON a.id = k.account_id
         ORDER BY a.email, k.created_at, k.id",
    )
}

pub async fn delete_key(link: &mut Link<'_>, id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM api_keys WHERE id = $1", id)
}

pub async fn list_invitations(link: &mut Link<'_>) -> Result<Vec<InvitationRow>> {
    rows!(
        link,
        InvitationRow,
        "SELECT i.id, s.domain, i.email, i.token_hash FROM invitations i JOIN sites s ON s.id = i.site_id
         ORDER BY s.domain, i.created_at, i.id",
    )
}

pub async fn delete_invitation(link: &mut Link<'_>, id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM invitations WHERE id = $1", id)
}

/// The members of all sites with a role: `owner` or `viewer`.
pub async fn list_members(link: &mut Link<'_>, role: &str) -> Result<Vec<MemberRow>> {
    rows!(
        link,
        MemberRow,
        "SELECT m.site_id, m.account_id, s.domain, a.email
         FROM site_members m JOIN sites s ON s.id = m.site_id JOIN accounts a ON a.id = m.account_id
         WHERE m.role = $1 ORDER BY s.domain, a.email",
        role
    )
}

/// Takes a site from its owner, with whom it told of incidents.
pub async fn delete_owner(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    let channels: Result<u64> = execute!(link, "DELETE FROM notice_channels WHERE site_id = $1", site_id);
    channels?;
    execute!(
        link,
        "DELETE FROM site_members WHERE site_id = $1 AND role = 'owner'",
        site_id
    )
}

/// Makes an account a member of a site, if the account is there.
pub async fn upsert_member(link: &mut Link<'_>, site_id: &str, account_id: &str, role: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO site_members (site_id, account_id, role, created_at)
         SELECT $1, id, $3, $4 FROM accounts WHERE id = $2
         ON CONFLICT (site_id, account_id) DO UPDATE SET role = excluded.role",
        site_id,
        account_id,
        role,
        now,
    )
}

pub async fn delete_viewer(link: &mut Link<'_>, site_id: &str, account_id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM site_members WHERE site_id = $1 AND account_id = $2 AND role = 'viewer'",
        site_id,
        account_id,
    )
}

pub async fn list_accounts(link: &mut Link<'_>) -> Result<Vec<AccountRow>> {
    rows!(
        link,
        AccountRow,
        "SELECT id, email, password_hash FROM accounts ORDER BY email"
    )
}

pub async fn update_password(link: &mut Link<'_>, id: &str, password_hash: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE accounts SET password_hash = $2 WHERE id = $1",
        id,
        password_hash
    )
}

pub async fn list_factors(link: &mut Link<'_>) -> Result<Vec<FactorRow>> {
    rows!(
        link,
        FactorRow,
        "SELECT account_id, secret_sealed, created_at, confirmed_at, last_step FROM second_factors",
    )
}

pub async fn list_recovery_codes(link: &mut Link<'_>) -> Result<Vec<(String, String)>> {
    rows!(
        link,
        (String, String),
        "SELECT account_id, code_hash FROM recovery_codes"
    )
}

pub async fn delete_factor(link: &mut Link<'_>, account_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM second_factors WHERE account_id = $1", account_id)
}

pub async fn insert_factor(link: &mut Link<'_>, row: &FactorRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO second_factors (account_id, secret_sealed, created_at, confirmed_at, last_step)
         VALUES ($1, $2, $3, $4, $5)",
        &row.account_id,
        &row.secret_sealed,
        row.created_at,
        row.confirmed_at,
        row.last_step,
    )
}

pub async fn insert_recovery_code(link: &mut Link<'_>, account_id: &str, code_hash: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO recovery_codes (account_id, code_hash) VALUES ($1, $2)",
        account_id,
        code_hash
    )
}
