//! What the event store counts about itself.

use std::sync::atomic::{AtomicU64, Ordering};

/// A count that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to the count.
    pub fn add(&self, n: usize) {
        self.0.fetch_add(n as u64, Ordering::Relaxed);
    }

    /// The count.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts since the start of the process.
#[derive(Debug, Default)]
pub struct Counters {
    /// Events on disk and answered with 202.
    pub accepted: Counter,
    /// Events that could not be stored and were answered with 503.
    pub refused: Counter,
    /// Events dropped on purpose: bots.
    pub dropped: Counter,
    /// Events moved into the engine.
    pub drained: Counter,
    /// Engagement events without a visit, left out.
    pub strays: Counter,
    /// Entries that the engine could not take.
    pub rejected: Counter,
    /// Batches that failed and were tried again.
    pub failures: Counter,
}
