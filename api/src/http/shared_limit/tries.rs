//! Tries of a secret whose outcome is not known yet.
//!
//! Only failures count, and only when they are known, so that a right secret costs its limit nothing. Until then a try may become a
//! failure: of one key no more are under way at once than the limit has room for. The others wait, which is as long as a look-up takes,
//! and learn then whether there is room. With several servers each lets in as many as there is room for.

use super::SharedLimit;
use crate::error::Result;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

const UNPOISONED: &str = "nothing panics while it holds the lock";

/// At most so many failures a key in any window, those included that are still to be known.
#[derive(Clone, Debug)]
pub struct Tries {
    limit: SharedLimit,
    /// An entry stands as long as a try of its key does.
    keys: Arc<Mutex<HashMap<u128, Key>>>,
}

#[derive(Debug, Default)]
struct Key {
    present: usize,
    under_way: usize,
    /// Failures that were counted while the entry stands.
    failures: u64,
    turn: Arc<Notify>,
}

/// A try that may go on. Dropped, it was no failure.
#[derive(Debug)]
pub struct Try<'a> {
    tries: &'a Tries,
    key: u128,
    is_under_way: bool,
}

impl Tries {
    /// Tries whose failures a limit counts.
    pub fn new(limit: SharedLimit) -> Self {
        Self {
            limit,
            keys: Arc::default(),
        }
    }

    /// Begins a try; 429 when too many have failed.
    pub async fn begin(&self, key: u128) -> Result<Try<'_>> {
        self.with(key, |entry| entry.present += 1);
        let mut begun = Try {
            tries: self,
            key,
            is_under_way: false,
        };
        loop {
            let failures = self.with(key, |entry| entry.failures);
            let room = self.limit.room(key).await?;
            let wait = self.with(key, |entry| {
                if entry.failures != failures {
                    // One more may have been counted after the limit was asked.
                    return None;
                }
                if entry.under_way >= room {
                    return Some(entry.turn.clone());
                }
                entry.under_way += 1;
                begun.is_under_way = true;
                // There may be room for whoever waits next, too.
                entry.turn.notify_one();
                None
            });
            if begun.is_under_way {
                return Ok(begun);
            }
            if let Some(turn) = wait {
                turn.notified().await;
            }
        }
    }

    fn with<T>(&self, key: u128, change: impl FnOnce(&mut Key) -> T) -> T {
        change(self.keys.lock().expect(UNPOISONED).entry(key).or_default())
    }
}

impl Try<'_> {
    /// Whose try it is.
    pub fn key(&self) -> u128 {
        self.key
    }

    /// Counts it as a failure; 429 when another server's failures have filled the window meanwhile.
    pub async fn fail(self) -> Result<()> {
        let counted = self.tries.limit.charge(self.key).await;
        self.tries.with(self.key, |entry| entry.failures += 1);
        counted
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        let mut keys = self.tries.keys.lock().expect(UNPOISONED);
        let Some(entry) = keys.get_mut(&self.key) else { return };
        entry.present -= 1;
        entry.under_way -= usize::from(self.is_under_way);
        entry.turn.notify_one();
        if entry.present == 0 {
            keys.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::kit::clock::Clock;
    use futures_util::future::join_all;

    async fn tries_of(limit: u32) -> (Tries, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("db.sqlite").display());
        let db = Db::connect(&url).await.unwrap();
        let clock = Clock::stepped("2026-03-10T12:00:00Z".parse().unwrap());
        let limit = SharedLimit::new("tries", limit, clock, &db);
        (Tries::new(limit), folder)
    }

    #[tokio::test]
    async fn of_many_wrong_tries_at_once_as_many_are_made_as_may_fail() {
        let (tries, _folder) = tries_of(30).await;
        let wrong = (0..400).map(|_| async {
            let begun = tries.begin(1).await?;
            tokio::task::yield_now().await;
            begun.fail().await
        });
        let made = join_all(wrong).await;
        assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 30);
        assert!(tries.begin(1).await.is_err());
        assert!(tries.begin(2).await.is_ok());
        assert!(tries.keys.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn right_tries_wait_for_their_turn_and_count_for_nothing() {
        let (tries, _folder) = tries_of(3).await;
        tries.begin(1).await.unwrap().fail().await.unwrap();
        let right = (0..200).map(|_| async {
            let begun = tries.begin(1).await?;
            tokio::task::yield_now().await;
            assert!(tries.with(1, |entry| entry.under_way) <= 2);
            drop(begun);
            Ok::<_, crate::error::Error>(())
        });
        assert!(join_all(right).await.iter().all(Result::is_ok));
        // One who goes away while he waits keeps nobody from going on.
        let held = [tries.begin(1).await.unwrap(), tries.begin(1).await.unwrap()];
        let (mut gone, mut next) = (Box::pin(tries.begin(1)), Box::pin(tries.begin(1)));
        assert!(futures_util::poll!(&mut gone).is_pending());
        assert!(futures_util::poll!(&mut next).is_pending());
        drop(held);
        drop(gone);
        assert!(next.await.is_ok());
    }
}
