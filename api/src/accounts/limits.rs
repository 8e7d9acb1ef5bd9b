//! How often an address may try to sign in or up, and how often codes may be tried.

use crate::db::Db;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::shared_limit::SharedLimit;
use crate::kit::clock::Clock;
use crate::kit::secret::keyed_hash;

/// Codes an account and address, in any 60 seconds.
const CODES_BY_ADDRESS: u32 = 5;
/// Codes an account from all addresses, in any 60 seconds: one in a million is right, three are at a time.
const CODES_BY_ACCOUNT: u32 = 20;

/// Tries, in any 60 seconds. Passwords count by address only, so that no stranger can lock an account; codes are asked of
/// those who know the password.
#[derive(Clone, Debug)]
pub struct SignInLimits {
    by_address: SharedLimit,
    codes_by_address: SharedLimit,
    codes_by_account: SharedLimit,
}

impl SignInLimits {
    /// A limit of so many tries a minute and address.
    pub fn new(per_minute: u32, clock: Clock, db: &Db) -> Self {
        Self {
            by_address: SharedLimit::new("sign_in", per_minute, clock.clone(), db),
            codes_by_address: SharedLimit::new("codes_by_address", CODES_BY_ADDRESS, clock.clone(), db),
            codes_by_account: SharedLimit::new("codes_by_account", CODES_BY_ACCOUNT, clock, db),
        }
    }

    /// Counts a try, before any hashing.
    pub async fn charge(&self, address: ClientAddress) -> Result<()> {
        self.by_address.charge(address.limit_key()).await
    }

    /// Counts a code, before it is looked at.
    pub async fn charge_code(&self, account_id: &str, address: ClientAddress) -> Result<()> {
        self.codes_by_address
            .charge(key(&address.limit_key().to_be_bytes(), account_id))
            .await?;
        self.codes_by_account.charge(key(b"", account_id)).await
    }
}

fn key(address: &[u8], account_id: &str) -> u128 {
    let hash = keyed_hash(address, account_id.as_bytes());
    u128::from_be_bytes(*hash.first_chunk().expect("a SHA-256 has 32 bytes"))
}
