//! SQL of channels.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// A channel.
#[derive(Clone, Debug, FromRow)]
pub struct ChannelRow {
    pub id: String,
    pub site_id: String,
    pub slot: i64,
    pub kind: String,
    pub target_hash: String,
    pub target_sealed: String,
    pub secret_sealed: Option<String>,
    pub enabled: bool,
    pub gone: bool,
    pub ignores_quiet_hours: bool,
    pub confirmed_at: Option<i64>,
    pub code_sealed: Option<String>,
    pub code_expires_at: Option<i64>,
    pub code_tries: i64,
    pub created_at: i64,
}

/// The channels of a site, oldest first.
pub async fn list_channels(link: &mut Link<'_>, site_id: &str) -> Result<Vec<ChannelRow>> {
    rows!(
        link,
        ChannelRow,
        "SELECT id, site_id, slot, kind, target_hash, target_sealed, secret_sealed, enabled, gone, ignores_quiet_hours,
                confirmed_at, code_sealed, code_expires_at, code_tries, created_at
         FROM notice_channels WHERE site_id = $1 ORDER BY created_at, id",
        site_id,
    )
}

/// A channel of a site.
pub async fn find_channel(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<Option<ChannelRow>> {
    row!(
        link,
        ChannelRow,
        "SELECT id, site_id, slot, kind, target_hash, target_sealed, secret_sealed, enabled, gone, ignores_quiet_hours,
                confirmed_at, code_sealed, code_expires_at, code_tries, created_at
         FROM notice_channels WHERE site_id = $1 AND id = $2",
        site_id,
        id,
    )
}

/// The ids of the channels of a site that tell now.
pub async fn list_telling(link: &mut Link<'_>, site_id: &str) -> Result<Vec<String>> {
    let found: Result<Vec<(String,)>> = rows!(
        link,
        (String,),
        "SELECT id FROM notice_channels WHERE site_id = $1 AND enabled AND confirmed_at IS NOT NULL ORDER BY slot",
        site_id,
    );
    Ok(found?.into_iter().map(|(id,)| id).collect())
}

/// Inserts a channel; a slot or target that is taken is a unique violation.
pub async fn insert_channel(link: &mut Link<'_>, row: &ChannelRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO notice_channels (id, site_id, slot, kind, target_hash, target_sealed, secret_sealed, enabled, gone,
                                      ignores_quiet_hours, confirmed_at, code_sealed, code_expires_at, code_tries, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &row.id,
        &row.site_id,
        row.slot,
        &row.kind,
        &row.target_hash,
        &row.target_sealed,
        row.secret_sealed.as_deref(),
        row.enabled,
        row.gone,
        row.ignores_quiet_hours,
        row.confirmed_at,
        row.code_sealed.as_deref(),
        row.code_expires_at,
        row.code_tries,
        row.created_at,
    )
}

/// Writes what may change of a channel.
pub async fn update_channel(link: &mut Link<'_>, row: &ChannelRow) -> Result<u64> {
    execute!(
        link,
        "UPDATE notice_channels SET enabled = $3, gone = $4, ignores_quiet_hours = $5, confirmed_at = $6, code_sealed = $7,
                code_expires_at = $8, code_tries = $9
         WHERE site_id = $1 AND id = $2",
        &row.site_id,
        &row.id,
        row.enabled,
        row.gone,
        row.ignores_quiet_hours,
        row.confirmed_at,
        row.code_sealed.as_deref(),
        row.code_expires_at,
        row.code_tries,
    )
}

/// Turns a channel off whose receiver wants nothing more.
pub async fn update_gone(link: &mut Link<'_>, id: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE notice_channels SET enabled = FALSE, gone = TRUE WHERE id = $1",
        id
    )
}

/// Deletes a channel, and its notices with it.
pub async fn delete_channel(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM notice_channels WHERE site_id = $1 AND id = $2",
        site_id,
        id
    )
}

/// Deletes the channels of a site.
pub async fn delete_channels(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM notice_channels WHERE site_id = $1", site_id)
}

/// True when the address was confirmed for another site of the account.
pub async fn is_confirmed_for(link: &mut Link<'_>, account_id: &str, target_hash: &str) -> Result<bool> {
    let found: Result<Option<(String,)>> = row!(
        link,
        (String,),
        "SELECT c.id FROM notice_channels c
         JOIN site_members m ON m.site_id = c.site_id AND m.role = 'owner' AND m.account_id = $1
         WHERE c.target_hash = $2 AND c.confirmed_at IS NOT NULL LIMIT 1",
        account_id,
        target_hash,
    );
    Ok(found?.is_some())
}
