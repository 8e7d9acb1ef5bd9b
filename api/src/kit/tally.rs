//! Counts that are kept in memory and written now and then: a write for each would cost a disk sync each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::{Mutex as Turn, MutexGuard as TurnGuard};

const UNPOISONED: &str = "nothing panics while it holds the lock";

/// How often things happened, and when last, since they were last taken.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    counted: Arc<Mutex<HashMap<String, Counted>>>,
    turn: Arc<Turn<()>>,
}

/// How often a thing happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// So often.
    pub count: i64,
    /// The last time (Unix ms).
    pub last_at: i64,
}

impl Tally {
    /// Waits until nobody else writes what was counted: whoever finds nothing to write, at the server's end, may be sure that all of it is
    /// written.
    pub async fn turn(&self) -> TurnGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Counts once at `now` (Unix ms).
    pub fn count(&self, id: &str, now: i64) {
        self.add(id.to_owned(), Counted { count: 1, last_at: now });
    }

    fn add(&self, id: String, more: Counted) {
        let mut all = self.counted.lock().expect(UNPOISONED);
        let counted = all.entry(id).or_default();
        counted.count += more.count;
        counted.last_at = counted.last_at.max(more.last_at);
    }

    /// Takes what was counted, by id: rows that are written in one order can't make two servers wait for each other.
    pub fn take(&self) -> Vec<(String, Counted)> {
        let taken = std::mem::take(&mut *self.counted.lock().expect(UNPOISONED));
        let mut taken = taken.into_iter().collect::<Vec<_>>();
        taken.sort_by(|one, other| one.0.cmp(&other.0));
        taken
    }

    /// Gives back what could not be written.
    pub fn give_back(&self, taken: Vec<(String, Counted)>) {
        for (id, counted) in taken {
            self.add(id, counted);
        }
    }
}
