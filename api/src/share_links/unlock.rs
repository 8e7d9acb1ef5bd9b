//! Unlocking a protected link: a password for a grant.

use super::grant::{Grant, LIFETIME_MS};
use super::opening;
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::kit::clock::rfc3339;
use crate::kit::password::MAX_PASSWORD_BYTES;
use crate::state::State;
use shared::problem::ProblemCode;
use shared::share_link::ShareGrant;

/// Exchanges the link's password for a grant of this version of the link.
///
/// A wrong password is 401 `invalid_password` and counts; guesses are counted before anything is hashed.
pub async fn unlock(
    state: &State,
    address: ClientAddress,
    token: &str,
    domain: &str,
    password: &str,
) -> Result<ShareGrant> {
    let tried = state.token_limits.begin(address).await?;
    let found = opening::by_token(state, token).await?;
    let Some(row) = found.filter(|row| row.domain.eq_ignore_ascii_case(domain)) else {
        state.token_limits.note_failure(tried, false).await;
        return Err(ProblemCode::LinkNotFound.into());
    };
    // Guesses of the password have a count of their own.
    drop(tried);
    if password.len() > MAX_PASSWORD_BYTES {
        let detail = format!("At most {MAX_PASSWORD_BYTES} bytes");
        return Err(Error::field("/password", "too_long", detail));
    }
    if let Some(hash) = &row.password_hash {
        let guess = state.unlock_limits.charge(&row.link_id, address).await?;
        let verified = state.passwords.verify(password, Some(hash)).await;
        if !matches!(verified, Ok(false)) {
            // Right, or never looked at because the queue is full: no guess.
            guess.forgive().await?;
        }
        if !verified? {
            return Err(Error::new(ProblemCode::InvalidPassword).detail("Incorrect password. Please try again."));
        }
    }
    let ends = state.clock.now_ms() + LIFETIME_MS;
    let grant = Grant {
        expires_at: row.link_expires_at.map_or(ends, |at| at.min(ends)),
        link_id: row.link_id,
        version: row.version,
    };
    Ok(ShareGrant {
        grant: grant.seal(&state.seal),
        expires_at: rfc3339(grant.expires_at),
    })
}
