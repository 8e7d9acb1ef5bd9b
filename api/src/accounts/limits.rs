//! How often an address may try to sign in or up, and how often codes may be tried.

use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::limits::WindowLimit;
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
    by_address: WindowLimit,
    codes_by_address: WindowLimit,
    codes_by_account: WindowLimit,
}

impl SignInLimits {
    /// A limit of so many tries a minute and address.
    pub fn new(per_minute: u32, clock: Clock) -> Self {
        Self {
            by_address: WindowLimit::new(per_minute, clock.clone()),
            codes_by_address: WindowLimit::new(CODES_BY_ADDRESS, clock.clone()),
            codes_by_account: WindowLimit::new(CODES_BY_ACCOUNT, clock),
        }
    }

    /// Counts a try, before any hashing.
    pub fn charge(&self, address: ClientAddress) -> Result<()> {
        self.by_address.charge(address.limit_key())
    }

    /// Counts a code, before it is looked at.
    pub fn charge_code(&self, account_id: &str, address: ClientAddress) -> Result<()> {
        self.codes_by_address
            .charge(key(&address.limit_key().to_be_bytes(), account_id))?;
        self.codes_by_account.charge(key(b"", account_id))
    }
}

fn key(address: &[u8], account_id: &str) -> u128 {
    let hash = keyed_hash(address, account_id.as_bytes());
    u128::from_be_bytes(*hash.first_chunk().expect("a SHA-256 has 32 bytes"))
}
