//! SQL of authenticators' secrets and recovery codes.

use crate::db::{Link, Result, execute, row};
use sqlx::FromRow;

/// A row of `second_factors`.
#[derive(Clone, Debug, FromRow)]
pub struct SecondFactorRow {
    /// The secret, sealed.
    pub secret_sealed: String,
    /// Unix ms; none before it is in force.
    pub confirmed_at: Option<i64>,
}

/// The second factor of an account.
pub async fn find_second_factor(link: &mut Link<'_>, account_id: &str) -> Result<Option<SecondFactorRow>> {
    row!(
        link,
        SecondFactorRow,
        "SELECT secret_sealed, confirmed_at FROM second_factors WHERE account_id = $1",
        account_id,
    )
}

/// Keeps a new secret, in place of one that was never confirmed. Changes nothing when one is in force.
pub async fn upsert_second_factor(
    link: &mut Link<'_>,
    account_id: &str,
    secret_sealed: &str,
    created_at: i64,
) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO second_factors (account_id, secret_sealed, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, created_at = excluded.created_at
         WHERE second_factors.confirmed_at IS NULL",
        account_id,
        secret_sealed,
        created_at,
    )
}

/// Puts a secret in force, unless it is already or another one has taken its place.
pub async fn update_confirmed(link: &mut Link<'_>, account_id: &str, secret_sealed: &str, at: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE second_factors SET confirmed_at = $3
         WHERE account_id = $1 AND secret_sealed = $2 AND confirmed_at IS NULL",
        account_id,
        secret_sealed,
        at,
    )
}

/// Takes the code of a step; changes nothing when that step's code, or a later one's, was taken before.
pub async fn update_last_step(link: &mut Link<'_>, account_id: &str, step: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE second_factors SET last_step = $2 WHERE account_id = $1 AND last_step < $2",
        account_id,
        step,
    )
}

/// Holds the row of a second factor in force until the transaction ends.
pub async fn lock_confirmed(link: &mut Link<'_>, account_id: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE second_factors SET last_step = last_step WHERE account_id = $1 AND confirmed_at IS NOT NULL",
        account_id,
    )
}

/// Turns a second factor off; its recovery codes go with it.
pub async fn delete_second_factor(link: &mut Link<'_>, account_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM second_factors WHERE account_id = $1", account_id)
}

/// Adds a recovery code.
pub async fn insert_recovery_code(link: &mut Link<'_>, account_id: &str, code_hash: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO recovery_codes (account_id, code_hash) VALUES ($1, $2)",
        account_id,
        code_hash,
    )
}

/// Uses a recovery code up; changes nothing when there is none such.
pub async fn delete_recovery_code(link: &mut Link<'_>, account_id: &str, code_hash: &str) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2",
        account_id,
        code_hash,
    )
}

/// Forgets every recovery code of an account.
pub async fn delete_recovery_codes(link: &mut Link<'_>, account_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM recovery_codes WHERE account_id = $1", account_id)
}
