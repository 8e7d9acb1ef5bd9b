//! SQL of members and invitations.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// A member, or an open invitation.
#[derive(Clone, Debug, FromRow)]
pub struct MemberRow {
    /// The account's id, or the invitation's.
    pub id: String,
    /// Address.
    pub email: Option<String>,
    /// The account's name.
    pub name: Option<String>,
    /// `owner` or `viewer`.
    pub role: String,
    /// The invitation's token, sealed; none for members.
    pub token_sealed: Option<String>,
    /// Unix ms.
    pub created_at: i64,
    /// Unix ms; none for members.
    pub expires_at: Option<i64>,
}

/// An open invitation, as its token or its address finds it.
#[derive(Clone, Debug, FromRow)]
pub struct InvitationRow {
    /// Id.
    pub id: String,
    /// Where to.
    pub site_id: String,
    /// Its domain.
    pub domain: String,
    /// Who invites.
    pub inviter_id: String,
    /// Their name.
    pub inviter: String,
    /// `owner` or `viewer`.
    pub role: String,
    /// The only address that may accept.
    pub email: Option<String>,
    /// The token, sealed.
    pub token_sealed: String,
    /// Unix ms.
    pub created_at: i64,
    /// Unix ms.
    pub expires_at: i64,
}

/// The members and open invitations of a site, oldest first, after a position; `only` narrows to one id.
pub async fn list_members(
    link: &mut Link<'_>,
    site_id: &str,
    only: &str,
    now: i64,
    after: (i64, &str),
    limit: i64,
) -> Result<Vec<MemberRow>> {
    rows!(
        link,
        MemberRow,
        "SELECT id, email, name, role, token_sealed, created_at, expires_at
         FROM (
           SELECT a.id, a.email, a.name, m.role, NULL AS token_sealed, m.created_at, NULL AS expires_at
           FROM site_members m JOIN accounts a ON a.id = m.account_id
           WHERE m.site_id = $1
           UNION ALL
           SELECT i.id, i.email, NULL, i.role, i.token_sealed, i.created_at, i.expires_at
           FROM invitations i
           WHERE i.site_id = $1 AND i.expires_at > $3
         ) AS everyone
         WHERE ($2 = '' OR id = $2) AND (created_at > $4 OR (created_at = $4 AND id > $5))
         ORDER BY created_at, id
         LIMIT $6",
        site_id,
        only,
        now,
        after.0,
        after.1,
        limit,
    )
}

/// How many members and invitations a site has.
pub async fn count_members(link: &mut Link<'_>, site_id: &str) -> Result<i64> {
    let count: Result<Option<(i64,)>> = row!(
        link,
        (i64,),
        "SELECT (SELECT COUNT(*) FROM site_members WHERE site_id = $1)
           + (SELECT COUNT(*) FROM invitations WHERE site_id = $1)",
        site_id,
    );
    Ok(count?.map_or(0, |(count,)| count))
}

/// The role of an address on a site.
pub async fn find_role_of_email(link: &mut Link<'_>, site_id: &str, email: &str) -> Result<Option<String>> {
    let found: Result<Option<(String,)>> = row!(
        link,
        (String,),
        "SELECT m.role FROM site_members m JOIN accounts a ON a.id = m.account_id WHERE m.site_id = $1 AND a.email = $2",
        site_id,
        email,
    );
    Ok(found?.map(|(role,)| role))
}

/// Inserts an invitation; an address that has one already is a unique violation.
pub async fn insert_invitation(link: &mut Link<'_>, invitation: &InvitationRow, token_hash: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO invitations
           (id, site_id, inviter_id, role, email, token_hash, token_sealed, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &invitation.id,
        &invitation.site_id,
        &invitation.inviter_id,
        &invitation.role,
        invitation.email.as_deref(),
        token_hash,
        &invitation.token_sealed,
        invitation.created_at,
        invitation.expires_at,
    )
}

/// The open invitation of a token's hash.
pub async fn find_invitation(link: &mut Link<'_>, token_hash: &str, now: i64) -> Result<Option<InvitationRow>> {
    row!(
        link,
        InvitationRow,
        "SELECT i.id, i.site_id, s.domain, i.inviter_id, a.name AS inviter, i.role, i.email, i.token_sealed,
           i.created_at, i.expires_at
         FROM invitations i JOIN sites s ON s.id = i.site_id JOIN accounts a ON a.id = i.inviter_id
         WHERE i.token_hash = $1 AND i.expires_at > $2",
        token_hash,
        now,
    )
}

/// The open invitations to the address of an account that are not older than the account, oldest first, after a position.
pub async fn list_invitations_to(
    link: &mut Link<'_>,
    email: &str,
    account_created_at: i64,
    now: i64,
    after: (i64, &str),
    limit: i64,
) -> Result<Vec<InvitationRow>> {
    rows!(
        link,
        InvitationRow,
        "SELECT i.id, i.site_id, s.domain, i.inviter_id, a.name AS inviter, i.role, i.email, i.token_sealed,
           i.created_at, i.expires_at
         FROM invitations i JOIN sites s ON s.id = i.site_id JOIN accounts a ON a.id = i.inviter_id
         WHERE i.email = $1 AND i.created_at >= $2 AND i.expires_at > $3
           AND (i.created_at > $4 OR (i.created_at = $4 AND i.id > $5))
         ORDER BY i.created_at, i.id
         LIMIT $6",
        email,
        account_created_at,
        now,
        after.0,
        after.1,
        limit,
    )
}

/// Withdraws an invitation, or uses it up.
pub async fn delete_invitation(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM invitations WHERE site_id = $1 AND id = $2",
        site_id,
        id
    )
}

/// Forgets the invitations to view that an address has and needs no more.
pub async fn delete_invitations_to(link: &mut Link<'_>, site_id: &str, email: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM invitations WHERE site_id = $1 AND email = $2 AND role = 'viewer'",
        site_id,
        email,
    )
}

/// Withdraws the transfer that is under way, if any.
pub async fn delete_transfer(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM invitations WHERE site_id = $1 AND role = 'owner'",
        site_id
    )
}

/// Forgets invitations that are over.
pub async fn delete_expired_invitations(link: &mut Link<'_>, now: i64) -> Result<u64> {
    execute!(link, "DELETE FROM invitations WHERE expires_at <= $1", now)
}

/// Makes an account a viewer; changes nothing when it is a member.
pub async fn insert_viewer(link: &mut Link<'_>, site_id: &str, account_id: &str, created_at: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO site_members (site_id, account_id, role, created_at) VALUES ($1, $2, 'viewer', $3)
         ON CONFLICT (site_id, account_id) DO NOTHING",
        site_id,
        account_id,
        created_at,
    )
}

/// Makes the owner a viewer.
pub async fn update_owner_to_viewer(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE site_members SET role = 'viewer' WHERE site_id = $1 AND role = 'owner'",
        site_id,
    )
}

/// Makes an account the owner, member before or not.
pub async fn upsert_owner(link: &mut Link<'_>, site_id: &str, account_id: &str, created_at: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO site_members (site_id, account_id, role, created_at) VALUES ($1, $2, 'owner', $3)
         ON CONFLICT (site_id, account_id) DO UPDATE SET role = 'owner'",
        site_id,
        account_id,
        created_at,
    )
}

/// Hands the open invitations of a site to its new owner.
pub async fn update_inviter(link: &mut Link<'_>, site_id: &str, inviter_id: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE invitations SET inviter_id = $2 WHERE site_id = $1",
        site_id,
        inviter_id
    )
}

/// Removes a viewer.
pub async fn delete_viewer(link: &mut Link<'_>, site_id: &str, account_id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM site_members WHERE site_id = $1 AND account_id = $2 AND role = 'viewer'",
        site_id,
        account_id,
    )
}
