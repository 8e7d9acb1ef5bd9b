//! Accounts and sessions: sign up, sign in, sign out, change the password, leave.
//!
//! Promises: a password is kept as an argon2id hash; a session's cookie as a keyed hash. Sign-in answers an unknown
//! address and a wrong password alike, in words and in time. A new session has a new secret and ends the one that the
//! browser had; signing out kills it; changing the password ends every other session; leaving deletes the account, its
//! sites, keys, links, memberships and invitations in one transaction.
//!
//! A session's list names browser and system in words; the `User-Agent` header and the address are kept nowhere. The
//! time of last use is kept to the minute, best effort.
//!
//! The second factor is TOTP (RFC 6238). Its secret is sealed at rest and in force only after a code proved that it
//! arrived. A code is good once, a recovery code too; these are kept as keyed hashes. Tries are counted before they are
//! looked at: five a minute an account and address, twenty a minute an account. The password alone turns it off from
//! within a session, so that a lost authenticator locks nobody out who is signed in.
//!
//! Absent: mail, and with it verified addresses and forgotten passwords.

pub mod limits;
pub mod model;
mod routes;
pub mod service;
pub mod store;
mod totp;

pub use routes::configure;
