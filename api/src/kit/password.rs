//! Password hashing: argon2id, off the async threads, at most two at once, a short queue, then refusal.
//!
//! The crate's defaults (19 MiB, two passes, one lane) are OWASP's first choice; two permits hold about 38 MiB.

use super::secret::bytes;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Longer passwords are refused before any hashing.
pub const MAX_PASSWORD_BYTES: usize = 1024;
/// Shorter account passwords are refused.
pub const MIN_PASSWORD_CHARS: usize = 10;

const AT_ONCE: usize = 2;
const QUEUE: usize = 16;

/// The queue is full: answer 503 and let the client come back.
#[derive(Debug, thiserror::Error)]
#[error("the password queue is full")]
pub struct Busy;

/// Hashes and verifies passwords within its bounds.
#[derive(Clone, Debug)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// A hash of nothing that anyone knows, so that an unknown user costs as much as a known one.
    dummy: Arc<str>,
}

impl Passwords {
    /// A new queue.
    pub fn new() -> Self {
        Self {
            running: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(AT_ONCE + QUEUE)),
            dummy: hash(&bytes::<16>()).into(),
        }
    }

    /// The PHC string of a password.
    pub async fn hash(&self, password: &str) -> Result<String, Busy> {
        let password = password.to_owned();
        self.run(move || hash(password.as_bytes())).await
    }

    /// True when `password` is the one behind `stored`. Without a stored hash the same work is done and the answer is no.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, Busy> {
        let password = password.to_owned();
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy).to_owned();
        self.run(move || verify(password.as_bytes(), &stored) && known).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let _place = self.waiting.try_acquire().map_err(|_| Busy)?;
        let permit = self
            .running
            .clone()
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        Ok(done.await.expect("hashing does not panic"))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn hash(password: &[u8]) -> String {
    let salt = bytes::<16>();
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password, &salt)
        .expect("16 bytes are a valid salt");
    hash.to_string()
}

/// A stored hash that asks for more memory or passes than ours was tampered with: it verifies nothing.
fn verify(password: &[u8], stored: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else {
        return false;
    };
    let within = Params::try_from(&parsed)
        .is_ok_and(|p| p.m_cost() <= Params::DEFAULT_M_COST && p.t_cost() <= 4 && p.p_cost() <= 4);
    within && Argon2::default().verify_password(password, &parsed).is_ok()
}
