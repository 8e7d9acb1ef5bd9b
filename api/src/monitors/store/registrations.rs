//! SQL of registrations and of the list of registries.

use crate::db::{Link, Result, execute, row};
use sqlx::FromRow;

/// What a registry told of a domain.
#[derive(Clone, Debug, FromRow)]
pub struct RegistrationRow {
    pub reason: Option<String>,
    pub facts: Option<String>,
}

/// Takes the right to ask for a domain that was not asked for since `before`; none when it was.
pub async fn reserve(link: &mut Link<'_>, domain: &str, now: i64, before: i64, reason: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO registrations (domain, asked_at, reason) VALUES ($1, $2, $4)
         ON CONFLICT (domain) DO UPDATE SET asked_at = excluded.asked_at, reason = excluded.reason
             WHERE registrations.asked_at <= $3",
        domain,
        now,
        before,
        reason,
    )
}

/// What was told of a domain.
pub async fn find_registration(link: &mut Link<'_>, domain: &str) -> Result<Option<RegistrationRow>> {
    row!(
        link,
        RegistrationRow,
        "SELECT reason, facts FROM registrations WHERE domain = $1",
        domain,
    )
}

/// Keeps what was told of a domain.
pub async fn keep_facts(link: &mut Link<'_>, domain: &str, facts: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE registrations SET reason = NULL, facts = $2 WHERE domain = $1",
        domain,
        facts,
    )
}

/// Keeps why nothing was told; `asked_at` is in the past when nobody was asked after all.
pub async fn keep_reason(link: &mut Link<'_>, domain: &str, reason: &str, asked_at: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE registrations SET reason = $2, asked_at = $3 WHERE domain = $1",
        domain,
        reason,
        asked_at,
    )
}

/// Deletes what nobody asked for since `before`.
pub async fn delete_old_registrations(link: &mut Link<'_>, before: i64) -> Result<u64> {
    execute!(link, "DELETE FROM registrations WHERE asked_at < $1", before)
}

/// Takes the right to fetch a list that was not fetched since `stale` and not tried for since `before`; none when it was.
pub async fn reserve_list(link: &mut Link<'_>, name: &str, now: i64, stale: i64, before: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO registries (name, tried_at) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET tried_at = excluded.tried_at
             WHERE registries.tried_at <= $4 AND (registries.fetched_at IS NULL OR registries.fetched_at <= $3)",
        name,
        now,
        stale,
        before,
    )
}

/// Keeps a list that was fetched.
pub async fn keep_list(link: &mut Link<'_>, name: &str, services: &str, at: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE registries SET services = $2, fetched_at = $3 WHERE name = $1",
        name,
        services,
        at,
    )
}

/// A list that was fetched.
pub async fn find_list(link: &mut Link<'_>, name: &str) -> Result<Option<String>> {
    let found: Result<Option<(Option<String>,)>> = row!(
        link,
        (Option<String>,),
        "SELECT services FROM registries WHERE name = $1",
        name,
    );
    Ok(found?.and_then(|(services,)| services))
}
