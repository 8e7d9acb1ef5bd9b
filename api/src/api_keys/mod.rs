//! API keys for scripts.
//!
//! Promises: the secret is in the answer of its creation and nowhere else; the store keeps a keyed hash. A key has
//! scopes and may be bound to one site; it can't make keys or widen itself. A revoked key is refused by the next
//! request. The time of last use is kept to the minute.

mod model;
mod routes;
pub mod service;
pub mod store;

pub use routes::configure;
