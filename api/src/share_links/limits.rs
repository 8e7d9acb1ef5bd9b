//! How often an address may try tokens, and anybody passwords.

use crate::db::Db;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::shared_limit::SharedLimit;
use crate::http::shared_limit::tries::{Tries, Try};
use crate::kit::clock::Clock;
use crate::kit::secret::keyed_hash;

const HOUR_MS: u64 = 60 * 60 * 1000;
/// Wrong passwords of one link, in any minute and from one address.
const GUESSES_A_MINUTE: u32 = 5;
/// Wrong passwords of one link, in any hour and from everywhere.
const GUESSES_AN_HOUR: u32 = 60;

/// Two counts with one limit: every resolve call counts, and so does every failed token on any call. A call that would
/// exceed its count is 429 before the token is looked at, so that the limit is no oracle; calls that come at once are no way around it.
#[derive(Clone, Debug)]
pub struct TokenLimits {
    resolved: SharedLimit,
    failed: Tries,
}

impl TokenLimits {
    /// A limit of so many tries in any 60 seconds.
    pub fn new(per_minute: u32, clock: Clock, db: &Db) -> Self {
        Self {
            resolved: SharedLimit::new("resolved", per_minute, clock.clone(), db),
            failed: Tries::new(SharedLimit::new("failed_tokens", per_minute, clock, db)),
        }
    }

    /// Counts a resolve call, right or wrong.
    pub async fn charge_resolve(&self, address: ClientAddress) -> Result<()> {
        self.resolved.charge(address.limit_key()).await
    }

    /// Lets a token be looked at, in its turn; refused when the address has failed too often.
    pub async fn begin(&self, address: ClientAddress) -> Result<Try<'_>> {
        self.failed.begin(address.limit_key()).await
    }

    /// Drops what counts no more.
    pub async fn forget_ended(&self) -> Result<()> {
        self.resolved.forget_ended().await
    }

    /// Counts a failed token, on resolving too; the answer to this call stays what it is.
    pub async fn note_failure(&self, token: Try<'_>, resolving: bool) {
        let key = token.key();
        let counted = token.fail().await;
        if !resolving && counted.is_ok() {
            // The count of resolve calls is already full when this fails; nothing more can be counted then.
            let _full = self.resolved.charge(key).await;
        }
    }
}

/// Guesses of links' passwords. A right password is no guess; who holds a grant is never limited here.
#[derive(Clone, Debug)]
pub struct UnlockLimits {
    by_address: SharedLimit,
    by_link: SharedLimit,
}

/// A guess that was counted.
#[derive(Debug)]
pub struct Guess<'a> {
    limits: &'a UnlockLimits,
    by_address: u128,
    by_link: u128,
}

impl UnlockLimits {
    /// The limits of the product.
    pub fn new(clock: Clock, db: &Db) -> Self {
        Self {
            by_address: SharedLimit::new("guesses_by_address", GUESSES_A_MINUTE, clock.clone(), db),
            by_link: SharedLimit::in_any(HOUR_MS, "guesses_by_link", GUESSES_AN_HOUR, clock, db),
        }
    }

    /// Counts a guess of a link's password; 429 when there were too many.
    pub async fn charge(&self, link_id: &str, address: ClientAddress) -> Result<Guess<'_>> {
        let by_link = key(link_id, &[]);
        let by_address = key(link_id, &address.limit_key().to_be_bytes());
        self.by_link.check(by_link).await?;
        self.by_address.charge(by_address).await?;
        self.by_link.charge(by_link).await?;
        Ok(Guess {
            limits: self,
            by_address,
            by_link,
        })
    }
}

impl Guess<'_> {
    /// It was none.
    pub async fn forgive(self) -> Result<()> {
        self.limits.by_address.forgive(self.by_address).await?;
        self.limits.by_link.forgive(self.by_link).await
    }
}

fn key(link_id: &str, address: &[u8]) -> u128 {
    let hash = keyed_hash(link_id.as_bytes(), address);
    let half = hash.first_chunk().expect("a hash is longer than half of it");
    u128::from_be_bytes(*half)
}
