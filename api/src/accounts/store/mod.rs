//! SQL of accounts.

pub mod second_factors;
pub mod sessions;

use crate::db::{Link, Result, execute, row};
use sqlx::FromRow;

/// A row of `accounts`.
#[derive(Clone, Debug, FromRow)]
pub struct AccountRow {
    /// Id.
    pub id: String,
    /// Address, lower-case.
    pub email: String,
    /// Name.
    pub name: String,
    /// PHC string.
    pub password_hash: String,
    /// Whether a second factor is in force.
    pub totp: bool,
    /// Unix ms.
    pub created_at: i64,
}

/// How many accounts there are.
pub async fn count_accounts(link: &mut Link<'_>) -> Result<i64> {
    let count: Result<Option<(i64,)>> = row!(link, (i64,), "SELECT COUNT(*) FROM accounts");
    Ok(count?.map_or(0, |(count,)| count))
}

/// The account of an address.
pub async fn find_account_by_email(link: &mut Link<'_>, email: &str) -> Result<Option<AccountRow>> {
    row!(
        link,
        AccountRow,
        "SELECT a.id, a.email, a.name, a.password_hash, f.confirmed_at IS NOT NULL AS totp, a.created_at
         FROM accounts a LEFT JOIN second_factors f ON f.account_id = a.id
         WHERE a.email = $1",
        email,
    )
}

/// Inserts an account; a taken address is a unique violation.
pub async fn insert_account(link: &mut Link<'_>, account: &AccountRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO accounts (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
        &account.id,
        &account.email,
        &account.name,
        &account.password_hash,
        account.created_at,
    )
}

/// Takes the row that lets only one first sign-up through; false when another has it.
pub async fn claim_first_account(link: &mut Link<'_>, account_id: &str) -> Result<bool> {
    let inserted: Result<u64> = execute!(
        link,
        "INSERT INTO server_facts (name, value) VALUES ('first_account', $1) ON CONFLICT (name) DO NOTHING",
        account_id,
    );
    Ok(inserted? == 1)
}

/// Lets the next sign-up be the first again; called when the last account is gone.
pub async fn release_first_account(link: &mut Link<'_>) -> Result<u64> {
    execute!(link, "DELETE FROM server_facts WHERE name = 'first_account'")
}

/// Holds the account's row until the transaction ends, so that what it may do changes either before or after.
pub async fn lock_account(link: &mut Link<'_>, id: &str) -> Result<bool> {
    let locked: Result<u64> = execute!(link, "UPDATE accounts SET name = name WHERE id = $1", id);
    Ok(locked? == 1)
}

/// Sets the password hash.
pub async fn update_password(link: &mut Link<'_>, id: &str, password_hash: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE accounts SET password_hash = $2 WHERE id = $1",
        id,
        password_hash
    )
}

/// Deletes the account; its sessions, second factor, memberships, invitations and keys go with it.
pub async fn delete_account(link: &mut Link<'_>, id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM accounts WHERE id = $1", id)
}
