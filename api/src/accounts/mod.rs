//! Accounts and sessions: sign up, sign in, sign out, change the password, leave.
//!
//! Promises: a password is kept as an argon2id hash; a session's cookie as a keyed hash. Sign-in answers an unknown
//! address and a wrong password alike, in words and in time. A new session has a new id; signing out kills it; changing
//! the password ends every other session; leaving deletes the account, its sites, keys and links in one transaction.
//!
//! Absent: roles beyond owner, a second factor, mail.

pub mod limits;
mod model;
mod routes;
pub mod service;
pub mod store;

pub use routes::configure;
