//! Time: the system's, or one that a test steps.

use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// A source of time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The system's clocks; the instant is the start of the process.
    System(Instant),
    /// Unix milliseconds that only [`Clock::step`] moves.
    Stepped(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clocks.
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// A clock that stands at `start` until it is stepped.
    pub fn stepped(start: Timestamp) -> Self {
        Self(Source::Stepped(Arc::new(AtomicI64::new(start.as_millisecond()))))
    }

    /// The time now, to the millisecond.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    pub fn now(&self) -> Timestamp {
        let now_ms = match &self.0 {
            Source::System(_) => Timestamp::now().as_millisecond(),
            Source::Stepped(now_ms) => now_ms.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(now_ms).expect("the clock stays within jiff's years −9999 to 9999")
    }

    /// Unix milliseconds now.
    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// Milliseconds on a clock that never goes back; only differences have a meaning.
    pub fn monotonic_ms(&self) -> u64 {
        match &self.0 {
            Source::System(start) => start.elapsed().as_millis() as u64,
            Source::Stepped(now_ms) => now_ms.load(Ordering::SeqCst) as u64,
        }
    }

    /// Moves a stepped clock; the system's clock stays as it is.
    pub fn step(&self, by: std::time::Duration) {
        if let Source::Stepped(now_ms) = &self.0 {
            now_ms.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
        }
    }
}

/// RFC 3339 in UTC, to the millisecond, as the API prints instants.
pub fn rfc3339(unix_ms: i64) -> String {
    match Timestamp::from_millisecond(unix_ms) {
        Ok(instant) => format!("{instant:.3}"),
        Err(_) => String::new(),
    }
}
