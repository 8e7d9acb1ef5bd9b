//! SQL of API keys.

use super::model;
use crate::db::{Link, Result, execute, row, rows};
use shared::api_key::ApiScope;
use sqlx::FromRow;

/// A row of `api_keys`.
#[derive(Clone, Debug, FromRow)]
pub struct ApiKeyRow {
    /// Id.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// The only site that it reaches.
    pub site_id: Option<String>,
    /// Name.
    pub name: String,
    /// First characters of the secret.
    pub hint: String,
    /// Scopes, with blanks between.
    pub scopes: String,
    /// Unix ms.
    pub created_at: i64,
    /// Unix ms, to the minute.
    pub last_used_at: Option<i64>,
}

impl ApiKeyRow {
    /// The scopes.
    pub fn scopes(&self) -> Vec<ApiScope> {
        model::scopes_from_text(&self.scopes)
    }
}

/// Inserts a key.
pub async fn insert_api_key(link: &mut Link<'_>, key: &ApiKeyRow, key_hash: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO api_keys (id, account_id, site_id, name, hint, key_hash, scopes, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &key.id,
        &key.account_id,
        key.site_id.as_deref(),
        &key.name,
        &key.hint,
        key_hash,
        &key.scopes,
        key.created_at,
    )
}

/// The key of a secret's hash.
pub async fn find_api_key_by_hash(link: &mut Link<'_>, key_hash: &str) -> Result<Option<ApiKeyRow>> {
    row!(
        link,
        ApiKeyRow,
        "SELECT id, account_id, site_id, name, hint, scopes, created_at, last_used_at
         FROM api_keys WHERE key_hash = $1",
        key_hash,
    )
}

/// An account's keys, oldest first, after a position.
pub async fn list_api_keys(
    link: &mut Link<'_>,
    account_id: &str,
    after: (i64, &str),
    limit: i64,
) -> Result<Vec<ApiKeyRow>> {
    rows!(
        link,
        ApiKeyRow,
        "SELECT id, account_id, site_id, name, hint, scopes, created_at, last_used_at
         FROM api_keys
         WHERE account_id = $1 AND (created_at > $2 OR (created_at = $2 AND id > $3))
         ORDER BY created_at, id
         LIMIT $4",
        account_id,
        after.0,
        after.1,
        limit,
    )
}

/// How many keys an account has.
pub async fn count_api_keys(link: &mut Link<'_>, account_id: &str) -> Result<i64> {
    let count: Result<Option<(i64,)>> = row!(
        link,
        (i64,),
        "SELECT COUNT(*) FROM api_keys WHERE account_id = $1",
        account_id
    );
    Ok(count?.map_or(0, |(count,)| count))
}

/// Notes a use.
pub async fn update_last_used(link: &mut Link<'_>, id: &str, at: i64) -> Result<u64> {
    execute!(link, "UPDATE api_keys SET last_used_at = $2 WHERE id = $1", id, at)
}

/// Deletes a key of an account.
pub async fn delete_api_key(link: &mut Link<'_>, id: &str, account_id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM api_keys WHERE id = $1 AND account_id = $2",
        id,
        account_id
    )
}
