//! Limits that hold in any window, not only on average.
//!
//! GCRA with a burst of 30 and 30 a minute lets about 60 calls through in the first minute. Where the promise is "at
//! most 30 in any 60 seconds", each key keeps the times of its calls. Memory: about 100 bytes a key with few calls; keys
//! whose calls are all older than the window are dropped as others come in.

use crate::error::Error;
use crate::kit::clock::Clock;
use shared::problem::ProblemCode;
use smallvec::SmallVec;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const MINUTE_MS: u64 = 60_000;
/// So many keys are swept when the map has grown by a quarter since the last sweep.
const SWEEP_AT_LEAST: usize = 1024;

/// At most `limit` calls a key in any window of the monotonic clock.
#[derive(Clone, Debug)]
pub struct WindowLimit {
    limit: usize,
    window_ms: u64,
    clock: Clock,
    calls: Arc<Mutex<Calls>>,
}

#[derive(Debug, Default)]
struct Calls {
    /// Monotonic milliseconds, oldest first. 32 bits wrap after 49 days; differences stay right.
    by_key: HashMap<u128, SmallVec<[u32; 4]>>,
    sweep_at: usize,
}

impl WindowLimit {
    /// A limit of so many calls in any 60 seconds.
    pub fn new(limit: u32, clock: Clock) -> Self {
        Self::in_any(MINUTE_MS, limit, clock)
    }

    /// A limit of so many calls in any `window_ms` milliseconds, at most 24 days.
    pub fn in_any(window_ms: u64, limit: u32, clock: Clock) -> Self {
        Self {
            limit: limit as usize,
            window_ms,
            clock,
            calls: Arc::default(),
        }
    }

    /// Counts a call; 429 with the true wait when the window is full (a refused call does not count).
    pub fn charge(&self, key: u128) -> Result<(), Error> {
        self.look(key, true)
    }

    /// 429 when the window is full; counts nothing.
    pub fn check(&self, key: u128) -> Result<(), Error> {
        self.look(key, false)
    }

    /// Takes the key's latest call back.
    pub fn forgive(&self, key: u128) {
        let mut calls = self.calls.lock().expect("nothing panics while it holds the lock");
        if let Some(times) = calls.by_key.get_mut(&key) {
            times.pop();
        }
    }

    fn look(&self, key: u128, count: bool) -> Result<(), Error> {
        let now = self.clock.monotonic_ms() as u32;
        let mut calls = self.calls.lock().expect("nothing panics while it holds the lock");
        calls.sweep(now, self.window_ms);
        let Some(times) = calls.by_key.get_mut(&key) else {
            if count {
                calls.by_key.insert(key, SmallVec::from_slice(&[now]));
            }
            return Ok(());
        };
        times.retain(|time| is_recent(*time, now, self.window_ms));
        if times.len() >= self.limit {
            let oldest = times[times.len() - self.limit];
            let wait_ms = self.window_ms - u64::from(now.wrapping_sub(oldest));
            return Err(Error::new(ProblemCode::RateLimited).retry_after(wait_ms.div_ceil(1000).max(1) as u32));
        }
        if count {
            times.push(now);
        }
        Ok(())
    }
}

impl Calls {
    fn sweep(&mut self, now: u32, window_ms: u64) {
        if self.by_key.len() < self.sweep_at.max(SWEEP_AT_LEAST) {
            return;
        }
        self.by_key
            .retain(|_, times| times.last().is_some_and(|time| is_recent(*time, now, window_ms)));
        self.sweep_at = self.by_key.len() + self.by_key.len() / 4;
    }
}

fn is_recent(time: u32, now: u32, window_ms: u64) -> bool {
    u64::from(now.wrapping_sub(time)) < window_ms
}
