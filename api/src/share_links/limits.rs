//! How often an address may try tokens.

use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::limits::WindowLimit;
use crate::kit::clock::Clock;

/// Two counts with one limit: every resolve call counts, and so does every failed token on any call. A call that would
/// exceed its count is 429 before the token is looked at, so that the limit is no oracle.
#[derive(Clone, Debug)]
pub struct TokenLimits {
    resolved: WindowLimit,
    failed: WindowLimit,
}

impl TokenLimits {
    /// A limit of so many tries in any 60 seconds.
    pub fn new(per_minute: u32, clock: Clock) -> Self {
        Self {
            resolved: WindowLimit::new(per_minute, clock.clone()),
            failed: WindowLimit::new(per_minute, clock),
        }
    }

    /// Counts a resolve call, right or wrong.
    pub fn charge_resolve(&self, address: ClientAddress) -> Result<()> {
        self.resolved.charge(address.limit_key())
    }

    /// Refuses when the address has failed too often.
    pub fn check(&self, address: ClientAddress) -> Result<()> {
        self.failed.check(address.limit_key())
    }

    /// Counts a failed token, on resolving too; the answer to this call stays what it is.
    pub fn note_failure(&self, address: ClientAddress, resolving: bool) {
        let key = address.limit_key();
        let counted = self.failed.charge(key);
        if !resolving && counted.is_ok() {
            // The count of resolve calls is already full when this fails; nothing more can be counted then.
            let _full = self.resolved.charge(key);
        }
    }
}
