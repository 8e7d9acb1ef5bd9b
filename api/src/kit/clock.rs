//! Time: the system's, or one that a test steps.

use jiff::Timestamp;
use jiff::civil::Date;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// Nothing is reported of days before this one: what claims to be from then comes from a clock that was never set.
pub const FIRST_DAY: Date = jiff::civil::date(1990, 1, 1);

/// A source of time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The system's clocks; the instant is the start of the process.
    System(Instant),
    /// Time that only a test moves.
    Stepped(Arc<Stepped>),
}

#[derive(Debug)]
struct Stepped {
    /// Unix milliseconds.
    wall_ms: AtomicI64,
    /// Of the clock that never goes back.
    monotonic_ms: AtomicI64,
}

impl Clock {
    /// The system's clocks.
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// A clock that stands at `start` until it is stepped.
    pub fn stepped(start: Timestamp) -> Self {
        let start_ms = || AtomicI64::new(start.as_millisecond());
        Self(Source::Stepped(Arc::new(Stepped {
            wall_ms: start_ms(),
            monotonic_ms: start_ms(),
        })))
    }

    /// The time now, to the millisecond.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    pub fn now(&self) -> Timestamp {
        let now_ms = match &self.0 {
            Source::System(_) => Timestamp::now().as_millisecond(),
            Source::Stepped(stepped) => stepped.wall_ms.load(Ordering::SeqCst),
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
            Source::Stepped(stepped) => stepped.monotonic_ms.load(Ordering::SeqCst) as u64,
        }
    }

    /// Moves a stepped clock; the system's clock stays as it is.
    pub fn step(&self, by: std::time::Duration) {
        if let Source::Stepped(stepped) = &self.0 {
            stepped.wall_ms.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
            stepped.monotonic_ms.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
        }
    }

    /// Sets the wall clock of a stepped clock forward or back, as a correction of the machine's time does.
    pub fn jump(&self, by_ms: i64) {
        if let Source::Stepped(stepped) = &self.0 {
            stepped.wall_ms.fetch_add(by_ms, Ordering::SeqCst);
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
