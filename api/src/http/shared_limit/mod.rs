//! Limits that hold over all servers together.
//!
//! Promise: what guards a secret (tokens, passwords, codes) is counted once, at whichever server it is tried. With PostgreSQL, which several
//! servers may share, each key has a row with the times of its calls; whoever counts holds the row. With SQLite there is one server, and
//! the count is in memory. Limits that only spread load stay each server's own (`limits`, `rate`).
//!
//! Times are those of a clock that does not jump, set by the wall clock at the start: servers whose clocks differ by seconds see windows
//! that differ by as much. When the store is away, what is limited is refused with it.

mod store;
pub mod tries;

use super::limits::WindowLimit;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::kit::clock::Clock;
use moka::sync::Cache;
use shared::problem::ProblemCode;
use std::time::Duration;

const MINUTE_MS: u64 = 60_000;
/// Keys that are known to be full, so that a flood is refused without the store.
const MOST_FULL: u64 = 100_000;

/// At most `limit` calls a key in any window.
#[derive(Clone, Debug)]
pub struct SharedLimit {
    name: &'static str,
    limit: usize,
    window_ms: i64,
    here: WindowLimit,
    together: Option<Together>,
}

#[derive(Clone, Debug)]
struct Together {
    db: Db,
    clock: Clock,
    /// From the monotonic clock to Unix milliseconds.
    offset_ms: i64,
    /// Until when keys are full.
    full: Cache<u128, i64>,
}

impl SharedLimit {
    /// A limit of so many calls in any 60 seconds, under a name that no other limit has.
    pub fn new(name: &'static str, limit: u32, clock: Clock, db: &Db) -> Self {
        Self::in_any(MINUTE_MS, name, limit, clock, db)
    }

    /// A limit of so many calls in any `window_ms` milliseconds, at most 24 days.
    pub fn in_any(window_ms: u64, name: &'static str, limit: u32, clock: Clock, db: &Db) -> Self {
        let together = matches!(db, Db::Postgres(..)).then(|| Together {
            offset_ms: clock.now_ms() - clock.monotonic_ms() as i64,
            clock: clock.clone(),
            db: db.clone(),
            full: Cache::builder()
                .max_capacity(MOST_FULL)
                .time_to_live(Duration::from_millis(window_ms))
                .build(),
        });
        Self {
            name,
            limit: limit as usize,
            window_ms: window_ms as i64,
            here: WindowLimit::in_any(window_ms, limit, clock),
            together,
        }
    }

    /// Counts a call; 429 with the true wait when the window is full (a refused call does not count).
    pub async fn charge(&self, key: u128) -> Result<()> {
        let Some(together) = &self.together else {
            return self.here.charge(key);
        };
        let now = together.now_ms();
        together.refuse_full(key, now)?;
        let text = text_of(key);
        let mut tx = together.db.begin_relaxed().await?;
        let calls = store::take_window(&mut tx.link(), self.name, &text, now + self.window_ms).await?;
        let mut calls = self.recent(calls, now);
        let room = self.until_room(&calls, now);
        if room.is_ok() {
            calls.push(now);
        }
        store::update_window(&mut tx.link(), self.name, &text, &joined(&calls)).await?;
        tx.commit().await?;
        self.remember(together, key, room)
    }

    /// 429 when the window is full; counts nothing.
    pub async fn check(&self, key: u128) -> Result<()> {
        self.room(key).await.map(drop)
    }

    /// For how many calls the window has room; 429 when it is full. Counts nothing.
    pub async fn room(&self, key: u128) -> Result<usize> {
        let Some(together) = &self.together else {
            return self.here.room(key);
        };
        let now = together.now_ms();
        together.refuse_full(key, now)?;
        let mut conn = together.db.read().await?;
        let calls = store::find_window(&mut conn.link(), self.name, &text_of(key)).await?;
        let calls = self.recent(calls, now);
        self.remember(together, key, self.until_room(&calls, now))?;
        Ok(self.limit.saturating_sub(calls.len()))
    }

    /// Takes the key's latest call back.
    pub async fn forgive(&self, key: u128) -> Result<()> {
        let Some(together) = &self.together else {
            self.here.forgive(key);
            return Ok(());
        };
        let now = together.now_ms();
        let text = text_of(key);
        let mut tx = together.db.begin_relaxed().await?;
        let calls = store::take_window(&mut tx.link(), self.name, &text, now + self.window_ms).await?;
        let mut calls = self.recent(calls, now);
        calls.pop();
        store::update_window(&mut tx.link(), self.name, &text, &joined(&calls)).await?;
        tx.commit().await?;
        together.full.invalidate(&key);
        Ok(())
    }

    /// Drops the store's rows that count no more.
    pub async fn forget_ended(&self) -> Result<()> {
        if let Some(together) = &self.together {
            let mut tx = together.db.begin_relaxed().await?;
            store::delete_ended(&mut tx.link(), together.now_ms()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The times of calls that still count, oldest first.
    fn recent(&self, calls: Option<(String,)>, now: i64) -> Vec<i64> {
        let calls = calls.map_or(String::new(), |(calls,)| calls);
        let times = calls.split(',').filter_map(|time| time.parse().ok());
        times.filter(|time| now - time < self.window_ms).collect()
    }

    /// Until when there is no room; the time at which there is.
    fn until_room(&self, calls: &[i64], now: i64) -> Result<(), (i64, Error)> {
        let Some(at) = calls.len().checked_sub(self.limit) else {
            return Ok(());
        };
        // Another server's call may have been counted after this one began to wait for its turn.
        let call = calls.get(at).copied().unwrap_or(now).min(now);
        let until = call + self.window_ms;
        Err((until, limited(until - now)))
    }

    fn remember(&self, together: &Together, key: u128, room: Result<(), (i64, Error)>) -> Result<()> {
        room.map_err(|(until, error)| {
            together.full.insert(key, until);
            error
        })
    }
}

impl Together {
    fn now_ms(&self) -> i64 {
        self.clock.monotonic_ms() as i64 + self.offset_ms
    }

    fn refuse_full(&self, key: u128, now: i64) -> Result<()> {
        match self.full.get(&key) {
            Some(until) if until > now => Err(limited(until - now)),
            _ => Ok(()),
        }
    }
}

fn limited(wait_ms: i64) -> Error {
    let seconds = u32::try_from(wait_ms).unwrap_or(0).div_ceil(1000).max(1);
    Error::new(ProblemCode::RateLimited).retry_after(seconds)
}

fn text_of(key: u128) -> String {
    format!("{key:032x}")
}

fn joined(calls: &[i64]) -> String {
    calls.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}
