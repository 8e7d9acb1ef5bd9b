//! SQL of notices.

pub mod channels;
pub mod outbox;
pub mod quiet;
