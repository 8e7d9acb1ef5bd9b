//! Reads of the same thing, shared by those who wait for it.
//!
//! A read serves only those who asked before it began, so each of them learns what held after he asked, and nothing is kept: who asks
//! while one goes on is served by the next. So a link that many have open costs one look-up at a time, however many ask.

use crate::error::{Error, Result};
use shared::problem::ProblemCode;
use std::collections::HashMap;
use std::fmt::{Debug, Formatter};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::oneshot::{Receiver, Sender, channel};

const UNPOISONED: &str = "nothing panics while it holds the lock";

/// Who waits for the next read, by what is read; an entry stands as long as somebody reads.
type Waiting<K, V> = HashMap<K, Vec<Sender<Told<K, V>>>>;

/// Reads that go on.
#[derive(Clone)]
pub struct SharedReads<K: Key, V>(Arc<Mutex<Waiting<K, V>>>);

/// What is read.
pub trait Key: Clone + Eq + Hash {}

impl<K: Clone + Eq + Hash> Key for K {}

/// What one who waits is told.
enum Told<K: Key, V> {
    Value(V),
    /// The cause is told, and logged, where the read was made.
    Failed(ProblemCode, Option<u32>),
    /// It is his turn to read, for all who wait by now.
    Turn(Turn<K, V>),
}

/// The turn to read a thing: one at a time. Dropped, it passes to the next who waits, also when its holder goes away before he has read.
struct Turn<K: Key, V> {
    home: SharedReads<K, V>,
    key: K,
    /// Who came before the read began.
    together: Vec<Sender<Told<K, V>>>,
    is_over: bool,
}

impl<K: Key, V: Clone> SharedReads<K, V> {
    /// Reads `key`, or waits for a read of it that begins after this call.
    pub async fn read(&self, key: K, read: impl AsyncFnOnce(&K) -> Result<V>) -> Result<V> {
        let mut turn = match self.enter(key) {
            Entered::First(turn) => turn,
            Entered::Waiting(told) => match told.await {
                Ok(Told::Value(value)) => return Ok(value),
                Ok(Told::Failed(code, retry_after_s)) => {
                    return Err(Error {
                        retry_after_s,
                        ..Error::new(code)
                    });
                }
                Ok(Told::Turn(turn)) => turn,
                Err(_) => return Err(Error::internal("who reads tells those who wait")),
            },
        };
        turn.begin();
        let result = read(&turn.key).await;
        if result.is_err() {
            // No answer is older than its question for that, and nobody waits for a store that is away twice.
            turn.begin();
        }
        for waiting in turn.together.drain(..) {
            let told = match &result {
                Ok(value) => Told::Value(value.clone()),
                Err(error) => Told::Failed(error.code, error.retry_after_s),
            };
            // Whoever has gone away needs nothing.
            let _gone = waiting.send(told);
        }
        result
    }

    fn enter(&self, key: K) -> Entered<K, V> {
        let mut all = self.lock();
        if let Some(waiting) = all.get_mut(&key) {
            let (sender, receiver) = channel();
            waiting.push(sender);
            return Entered::Waiting(receiver);
        }
        all.insert(key.clone(), Vec::new());
        drop(all);
        Entered::First(self.turn(key))
    }
}

impl<K: Key, V> SharedReads<K, V> {
    fn turn(&self, key: K) -> Turn<K, V> {
        Turn {
            home: Self(self.0.clone()),
            key,
            together: Vec::new(),
            is_over: false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<K, V>> {
        self.0.lock().expect(UNPOISONED)
    }

    /// The next who waits for a key; when there is none, nobody reads it any more.
    fn next(&self, key: &K) -> Option<Sender<Told<K, V>>> {
        let mut all = self.lock();
        let next = all.get_mut(key).and_then(Vec::pop);
        if next.is_none() {
            all.remove(key);
        }
        next
    }
}

enum Entered<K: Key, V> {
    First(Turn<K, V>),
    Waiting(Receiver<Told<K, V>>),
}

impl<K: Key, V> Turn<K, V> {
    /// What is told goes to all who wait by now; who comes from here on waits for the next read.
    fn begin(&mut self) {
        if let Some(waiting) = self.home.lock().get_mut(&self.key) {
            self.together.append(waiting);
        }
    }
}

impl<K: Key, V> Drop for Turn<K, V> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        if !self.together.is_empty()
            && let Some(waiting) = self.home.lock().get_mut(&self.key)
        {
            waiting.append(&mut self.together);
        }
        while let Some(next) = self.home.next(&self.key) {
            match next.send(Told::Turn(self.home.turn(self.key.clone()))) {
                Ok(()) => return,
                Err(Told::Turn(mut unheard)) => unheard.is_over = true,
                Err(_) => {}
            }
        }
    }
}

impl<K: Key, V> Debug for SharedReads<K, V> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} reads go on", self.lock().len())
    }
}

impl<K: Key, V> Default for SharedReads<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{join, poll};
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::sync::Semaphore;

    /// Reads that wait to be let on, and tell which one each was.
    struct Store {
        reads: SharedReads<&'static str, u32>,
        begun: AtomicU32,
        gate: Semaphore,
    }

    impl Store {
        fn new() -> Self {
            Self {
                reads: SharedReads::default(),
                begun: AtomicU32::new(0),
                gate: Semaphore::new(0),
            }
        }

        async fn read(&self, key: &'static str) -> Result<u32> {
            let read = async |_: &&str| {
                let nth = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
                let permit = self.gate.acquire().await.map_err(Error::internal)?;
                permit.forget();
                Ok(nth)
            };
            self.reads.read(key, read).await
        }
    }

    #[tokio::test]
    async fn a_read_serves_those_who_came_before_it_began() {
        let store = Store::new();
        let (one, two, three, other, ()) = join!(
            store.read("a"),
            store.read("a"),
            store.read("a"),
            store.read("b"),
            async { store.gate.add_permits(3) }
        );
        let told = [one, two, three, other].map(|told| told.expect("it is read"));
        // The first began before the second came; the second and third share one.
        assert_eq!(told, [1, 3, 3, 2]);
        assert!(store.reads.lock().is_empty());
    }

    #[tokio::test]
    async fn the_turn_passes_on_when_who_has_it_goes_away() {
        let store = Store::new();
        let mut all = (0..5).map(|_| Box::pin(store.read("a"))).collect::<Vec<_>>();
        for read in &mut all {
            assert!(poll!(read).is_pending());
        }
        // The first reads, and goes away meanwhile; the last is told that it is his turn, and is gone before he hears it.
        drop(all.remove(0));
        drop(all.pop());
        store.gate.add_permits(1);
        for told in futures_util::future::join_all(all).await {
            assert_eq!(told.expect("it is read"), 2);
        }
        assert!(store.reads.lock().is_empty());
    }

    #[tokio::test]
    async fn all_are_told_of_a_failure_and_the_next_reads_anew() {
        let store = Store::new();
        let failing = async |_: &&'static str| {
            tokio::task::yield_now().await;
            Err(Error::unavailable(2))
        };
        let first = store.reads.read("a", failing);
        let (first, second) = join!(first, store.reads.read("a", failing));
        for told in [first, second] {
            let error = told.expect_err("it failed");
            assert_eq!((error.code, error.retry_after_s), (ProblemCode::Unavailable, Some(2)));
        }
        store.gate.add_permits(1);
        assert_eq!(store.read("a").await.expect("it is read"), 1);
    }

    #[tokio::test]
    async fn who_goes_away_while_reading_leaves_the_others_of_his_read_to_the_next() {
        let store = Store::new();
        let mut first = Box::pin(store.read("a"));
        let mut second = Box::pin(store.read("a"));
        let mut third = Box::pin(store.read("a"));
        assert!(poll!(&mut first).is_pending());
        assert!(poll!(&mut second).is_pending());
        assert!(poll!(&mut third).is_pending());
        store.gate.add_permits(1);
        assert_eq!(first.await.expect("it is read"), 1);
        // Now one of the two reads for both.
        assert!(poll!(&mut second).is_pending());
        assert!(poll!(&mut third).is_pending());
        drop(third);
        store.gate.add_permits(1);
        assert!(second.await.is_ok());
        assert!(store.reads.lock().is_empty());
    }
}
