//! SQL of sessions.

use super::AccountRow;
use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// A live session and its account, as the cookie finds them.
#[derive(Clone, Debug, FromRow)]
pub struct OpenRow {
    /// The account.
    #[sqlx(flatten)]
    pub account: AccountRow,
    /// The session's public id.
    pub session_id: String,
    /// Unix ms, to the minute.
    pub last_used_at: i64,
}

/// A live session, as its account's holder sees it.
#[derive(Clone, Debug, FromRow)]
pub struct SessionRow {
    /// Public id.
    pub id: String,
    /// Unix ms.
    pub created_at: i64,
    /// Unix ms, to the minute.
    pub last_used_at: i64,
    /// Words on the program that signed in.
    pub user_agent: Option<String>,
}

/// Inserts a session.
pub async fn insert_session(
    link: &mut Link<'_>,
    id_hash: &str,
    account_id: &str,
    session: &SessionRow,
    expires_at: i64,
) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO sessions (id_hash, id, account_id, created_at, last_used_at, user_agent, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id_hash,
        &session.id,
        account_id,
        session.created_at,
        session.last_used_at,
        session.user_agent.as_deref(),
        expires_at,
    )
}

/// The live session of a hash, with its account.
pub async fn find_session(link: &mut Link<'_>, id_hash: &str, now: i64) -> Result<Option<OpenRow>> {
    row!(
        link,
        OpenRow,
        "SELECT a.id, a.email, a.name, a.password_hash, f.confirmed_at IS NOT NULL AS totp, a.created_at,
           s.id AS session_id, s.last_used_at
         FROM sessions s JOIN accounts a ON a.id = s.account_id
           LEFT JOIN second_factors f ON f.account_id = a.id
         WHERE s.id_hash = $1 AND s.expires_at > $2",
        id_hash,
        now,
    )
}

/// The live sessions of an account, newest first, before a position.
pub async fn list_sessions(
    link: &mut Link<'_>,
    account_id: &str,
    now: i64,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<SessionRow>> {
    rows!(
        link,
        SessionRow,
        "SELECT id, created_at, last_used_at, user_agent
         FROM sessions
         WHERE account_id = $1 AND expires_at > $2 AND (created_at < $3 OR (created_at = $3 AND id < $4))
         ORDER BY created_at DESC, id DESC
         LIMIT $5",
        account_id,
        now,
        before.0,
        before.1,
        limit,
    )
}

/// Notes a use.
pub async fn update_last_used(link: &mut Link<'_>, id: &str, at: i64) -> Result<u64> {
    execute!(link, "UPDATE sessions SET last_used_at = $2 WHERE id = $1", id, at)
}

/// Ends the session of a hash.
pub async fn delete_session(link: &mut Link<'_>, id_hash: &str) -> Result<u64> {
    execute!(link, "DELETE FROM sessions WHERE id_hash = $1", id_hash)
}

/// Ends a session of an account.
pub async fn delete_session_of(link: &mut Link<'_>, account_id: &str, id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM sessions WHERE account_id = $1 AND id = $2",
        account_id,
        id
    )
}

/// Ends every session of an account but one.
pub async fn delete_other_sessions(link: &mut Link<'_>, account_id: &str, kept_id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM sessions WHERE account_id = $1 AND id <> $2",
        account_id,
        kept_id
    )
}

/// Forgets sessions that are over.
pub async fn delete_expired_sessions(link: &mut Link<'_>, now: i64) -> Result<u64> {
    execute!(link, "DELETE FROM sessions WHERE expires_at <= $1", now)
}
