//! How often an address may try to sign in or up.

use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::limits::WindowLimit;
use crate::kit::clock::Clock;

/// Tries an address, in any 60 seconds. Accounts are never locked, so that no stranger can lock one.
#[derive(Clone, Debug)]
pub struct SignInLimits {
    by_address: WindowLimit,
}

impl SignInLimits {
    /// A limit of so many tries a minute and address.
    pub fn new(per_minute: u32, clock: Clock) -> Self {
        Self {
            by_address: WindowLimit::new(per_minute, clock),
        }
    }

    /// Counts a try, before any hashing.
    pub fn charge(&self, address: ClientAddress) -> Result<()> {
        self.by_address.charge(address.limit_key())
    }
}
