//! The only source of time, ids, randomness, hashing and sealing.
//!
//! Everything that makes two runs differ enters the server here, so that a test can step the clock and count the ids.
//! `clippy.toml` bans taking them elsewhere.

pub mod clock;
pub mod framing;
pub mod glob;
pub mod ids;
pub mod name;
pub mod one_at_a_time;
pub mod password;
pub mod seal;
pub mod secret;
pub mod shared_reads;
pub mod stopping;
pub mod tally;
