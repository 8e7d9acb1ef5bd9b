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
    /// By halves of the key: an entry aligned to 16 bytes would be a fifth larger.
    by_key: HashMap<[u64; 2], SmallVec<[u32; 4]>>,
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
        self.look(key, true).map(drop)
    }

    /// For how many calls the window has room; 429 when it is full. Counts nothing.
    pub fn room(&self, key: u128) -> Result<usize, Error> {
        self.look(key, false)
    }

    /// Takes the key's latest call back.
    pub fn forgive(&self, key: u128) {
        let mut calls = self.calls.lock().expect("nothing panics while it holds the lock");
        if let Some(times) = calls.by_key.get_mut(&halves(key)) {
            times.pop();
        }
    }

    fn look(&self, key: u128, count: bool) -> Result<usize, Error> {
        let mut calls = self.calls.lock().expect("nothing panics while it holds the lock");
        // Asked for under the lock, so that times are in order.
        let now = self.clock.monotonic_ms() as u32;
        calls.sweep(now, self.window_ms);
        let Some(times) = calls.by_key.get_mut(&halves(key)) else {
            if count {
                calls.by_key.insert(halves(key), SmallVec::from_slice(&[now]));
            }
            return Ok(self.limit);
        };
        // Taking one from the front moves all the others, so that is done for many at once.
        let gone = times.partition_point(|time| !is_recent(*time, now, self.window_ms));
        let recent = times.len() - gone;
        if recent >= self.limit {
            let oldest = times[times.len() - self.limit];
            let wait_ms = self.window_ms - u64::from(now.wrapping_sub(oldest));
            return Err(Error::new(ProblemCode::RateLimited).retry_after(wait_ms.div_ceil(1000).max(1) as u32));
        }
        if gone * 2 >= times.len() {
            times.drain(..gone);
        }
        if count {
            times.push(now);
        }
        Ok(self.limit - recent)
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

fn halves(key: u128) -> [u64; 2] {
    [(key >> 64) as u64, key as u64]
}

fn is_recent(time: u32, now: u32, window_ms: u64) -> bool {
    u64::from(now.wrapping_sub(time)) < window_ms
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_window_moves_on_call_by_call() {
        let clock = Clock::stepped("2026-03-10T12:00:00Z".parse().unwrap());
        let limit = WindowLimit::new(30, clock.clone());
        let mut let_in = Vec::new();
        for second in 0..400_u64 {
            if limit.charge(1).is_ok() {
                let_in.push(second);
            }
            clock.step(Duration::from_secs(1));
        }
        let most = (0..400).map(|from| {
            let_in
                .iter()
                .filter(|second| (from..from + 60).contains(*second))
                .count()
        });
        assert_eq!(most.max(), Some(30));
        assert_eq!(let_in.len(), 7 * 30, "the first half of each minute");
    }

    fn resident_bytes() -> Option<u64> {
        let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
        Some(statm.split(' ').nth(1)?.parse::<u64>().ok()? * 4096)
    }

    /// T26: a flood of keys takes bounded memory, unlocks nobody, and is forgotten when its window has passed.
    #[test]
    fn t26_a_flood_of_keys_takes_little_and_unlocks_nobody() {
        let clock = Clock::stepped("2026-03-10T12:00:00Z".parse().unwrap());
        let limit = WindowLimit::new(30, clock.clone());
        for _ in 0..30 {
            limit.charge(0).unwrap();
        }
        let before = resident_bytes();
        for key in 1..=1_000_000 {
            limit.charge(key).unwrap();
        }
        if let (Some(before), Some(after)) = (before, resident_bytes()) {
            let taken = after.saturating_sub(before);
            assert!(taken <= 100_000_000, "{taken} bytes");
        }
        assert_eq!(limit.charge(0).unwrap_err().retry_after_s, Some(60));
        clock.step(Duration::from_secs(60));
        for key in 2_000_000..2_000_000 + 1_300_000 {
            limit.charge(key).unwrap();
        }
        let kept = limit.calls.lock().unwrap().by_key.len();
        assert!(kept <= 1_300_000, "{kept} keys: the first flood is gone");
        limit.charge(0).unwrap();
    }
}
