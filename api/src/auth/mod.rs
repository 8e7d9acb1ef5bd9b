//! Who asks, and what the request may see. The only place that decides it.
//!
//! Three keys to the same doors: an owner's session cookie, a script's API key, a recipient's share token. A handler
//! names the right that it needs in its signature ([`access::Access`], [`account_access::AccountAccess`],
//! [`signed_in::SignedIn`]); a handler without one serves anyone. Nothing is cached: sessions, keys and links are looked
//! up in the store for each request, so that what was revoked is refused by the next request.
//!
//! A thing that belongs to someone else is 404. A share token is believed only where a right says so.

pub mod access;
pub mod account_access;
pub mod browser;
pub mod caller;
pub mod cookie;
pub mod origin;
pub mod rights;
pub mod scope;
pub mod sender;
pub mod signed_in;
pub mod turns;
