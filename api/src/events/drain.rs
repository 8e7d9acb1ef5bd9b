//! The one task that moves entries from the inbox into the engine.
//!
//! It keeps nothing in memory between batches: which visit goes on is read from the engine, and how far it came stands in
//! the engine, written in the transaction of the batch. So a crash anywhere neither loses nor doubles an event. Entries leave
//! the inbox after a checkpoint only, because until then the engine's file depends on a log that we do not trust.

use super::batch::{Batch, Entry};
use super::counters::Counters;
use super::engine::Engine;
use super::error::EngineError;
use super::inbox::{self, Kind, Reader, Stored};
use crate::kit::secret;
use shared::ids::SiteId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// A batch waits so long for company, unless it is full or somebody waits for it.
const LINGER: Duration = Duration::from_millis(200);
/// The engine's file is brought up to date after so many entries, or so much time.
const CHECKPOINT_ENTRIES: i64 = 50_000;
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
/// The same while the inbox is filling up, as after a time without the engine: what the engine has must not keep new events out.
const CHECKPOINT_FILLING_EVERY: Duration = Duration::from_secs(1);
/// Pauses after failures: the first, the second, and up to where they double.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_millis(100), Duration::from_secs(30)];
/// A server that is away is asked at most twice a second, and soon again when it is back.
const PAUSES_AWAY: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_millis(500),
    Duration::from_secs(3),
];

/// What the drain works with.
pub(super) struct Drain {
    pub(super) engine: Arc<Engine>,
    pub(super) reader: Reader,
    pub(super) writer: inbox::Writer,
    pub(super) counters: Arc<Counters>,
    /// The highest sequence number on disk.
    pub(super) committed: watch::Receiver<i64>,
    /// The highest sequence number that somebody waits for; closed when the store goes away.
    pub(super) awaited: watch::Receiver<i64>,
    /// The highest sequence number in the engine.
    pub(super) drained: watch::Sender<i64>,
}

impl Drain {
    pub(super) async fn run(mut self) {
        let mut checkpointed = *self.drained.borrow();
        let mut last_checkpoint = Instant::now();
        let mut failures = Failures::new(self.engine.batch_size());
        loop {
            let drained = *self.drained.borrow();
            let dirty = drained - checkpointed;
            let every = match self.writer.is_filling() {
                true => CHECKPOINT_FILLING_EVERY,
                false => CHECKPOINT_EVERY,
            };
            if dirty >= CHECKPOINT_ENTRIES || (dirty > 0 && last_checkpoint.elapsed() >= every) {
                last_checkpoint = Instant::now();
                if self.checkpoint(drained).await {
                    checkpointed = drained;
                }
            }
            let until = (dirty > 0).then_some(last_checkpoint + every);
            match self.wait_for_work(drained, until).await {
                Wait::Closed => return,
                Wait::Timer => continue,
                Wait::Work => {}
                Wait::Damage => {
                    self.reopen().await;
                    failures.pause(PAUSES).await;
                    continue;
                }
            }
            match self.step(drained, failures.batch_size).await {
                Ok(()) => failures.clear(),
                Err(error) => self.recover(error, drained, &mut failures).await,
            }
        }
    }

    /// Waits until there is something to drain and either enough of it, or long enough, or urgently.
    async fn wait_for_work(&mut self, drained: i64, timer: Option<Instant>) -> Wait {
        let far = Instant::now() + Duration::from_secs(24 * 3600);
        loop {
            let waiting = *self.committed.borrow_and_update() - drained;
            let awaited = *self.awaited.borrow_and_update() > drained;
            if waiting > 0 {
                if awaited || waiting >= self.engine.batch_size() as i64 {
                    return Wait::Work;
                }
                let linger = tokio::time::sleep(LINGER);
                tokio::pin!(linger);
                loop {
                    tokio::select! {
                        () = &mut linger => return Wait::Work,
                        () = self.engine.damaged() => return Wait::Damage,
                        changed = self.awaited.changed() => {
                            if changed.is_err() {
                                return Wait::Closed;
                            }
                            if *self.awaited.borrow_and_update() > drained {
                                return Wait::Work;
                            }
                        }
                    }
                }
            }
            tokio::select! {
                changed = self.committed.changed() => if changed.is_err() { return Wait::Closed },
                changed = self.awaited.changed() => if changed.is_err() { return Wait::Closed },
                () = tokio::time::sleep_until(timer.unwrap_or(far)) => return Wait::Timer,
                () = self.engine.damaged() => return Wait::Damage,
            }
        }
    }

    async fn step(&mut self, drained: i64, batch_size: usize) -> Result<(), StepError> {
        let committed = *self.committed.borrow();
        let stored = self
            .reader
            .after(drained, batch_size as i64)
            .await
            .map_err(StepError::Inbox)?;
        // Numbers without an entry were set aside or belonged to a deleted site.
        let up_to = match stored.last() {
            Some(last) if stored.len() == batch_size => last.seq,
            last => committed.max(last.map_or(0, |last| last.seq)),
        };
        let entries = stored.into_iter().filter_map(|stored| self.entry(stored)).collect();
        let written = self
            .engine
            .write_batch(Batch {
                entries,
                up_to,
                import: None,
            })
            .await
            .map_err(StepError::Engine)?;
        self.counters.drained.add(written.events);
        self.counters.strays.add(written.strays);
        self.drained.send_replace(up_to);
        Ok(())
    }

    /// An entry of the inbox as the engine takes it. One that can't be read is left out and logged; it stays in the inbox's
    /// file until the next checkpoint.
    fn entry(&self, stored: Stored) -> Option<(i64, Entry)> {
        match stored.kind {
            Kind::DeleteSite => Some((stored.seq, Entry::DeleteSite(SiteId(stored.site_id)))),
            Kind::Event => match serde_json::from_str(&stored.body) {
                Ok(event) => Some((stored.seq, Entry::Event(event))),
                Err(error) => {
                    tracing::error!(seq = stored.seq, %error, "an entry of the inbox can't be read and is left out");
                    self.counters.rejected.add(1);
                    None
                }
            },
        }
    }

    async fn checkpoint(&self, drained: i64) -> bool {
        match self.engine.checkpoint().await {
            Ok(()) => self.writer.prune(drained).await.is_ok(),
            Err(error) => {
                tracing::warn!(%error, "the event file can't be brought up to date now; the inbox keeps its entries");
                false
            }
        }
    }

    async fn reopen(&mut self) {
        if let Err(error) = self.engine.reopen().await {
            tracing::error!(%error, "the event file does not open again");
        } else if let Ok(seq) = self.engine.drained_seq().await {
            // What was not in the file itself is drained again.
            self.drained.send_replace(seq);
        }
    }

    async fn recover(&mut self, error: StepError, drained: i64, failures: &mut Failures) {
        tracing::error!(%error, drained, "events can't be moved into the engine; they wait in the inbox");
        self.counters.failures.add(1);
        let mut pauses = PAUSES;
        match error {
            StepError::Engine(EngineError::Away(_)) => pauses = PAUSES_AWAY,
            StepError::Engine(EngineError::Storage(_) | EngineError::Damaged(_)) => self.reopen().await,
            // Something in the batch does not fit the engine: find it by halves, and leave it out.
            StepError::Engine(_) if failures.batch_size > 1 => failures.batch_size /= 2,
            // That others have the memory now is no reason to leave an event out.
            StepError::Engine(EngineError::Memory(_)) => {}
            StepError::Engine(_) => {
                if let Ok(stored) = self.reader.after(drained, 1).await {
                    let up_to = stored.last().map_or(drained, |stored| stored.seq);
                    let skipped = Batch {
                        entries: Vec::new(),
                        up_to,
                        import: None,
                    };
                    if self.engine.write_batch(skipped).await.is_ok() {
                        tracing::error!(seq = up_to, "the engine refuses an entry of the inbox; it is left out");
                        self.counters.rejected.add(1);
                        self.drained.send_replace(up_to);
                        failures.clear();
                    }
                }
            }
            StepError::Inbox(_) => {}
        }
        failures.pause(pauses).await;
    }
}

enum Wait {
    Work,
    Timer,
    Damage,
    Closed,
}

#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    Inbox(inbox::Failure),
    #[error(transparent)]
    Engine(EngineError),
}

/// How the drain behaves after failures in a row.
struct Failures {
    best_size: usize,
    batch_size: usize,
    next_pause: Duration,
}

impl Failures {
    fn new(best_size: usize) -> Self {
        Self {
            best_size,
            batch_size: best_size,
            next_pause: Duration::ZERO,
        }
    }

    fn clear(&mut self) {
        *self = Self::new(self.best_size);
    }

    /// Waits; up to a quarter longer than it must, so that several servers do not come at once.
    async fn pause(&mut self, [first, second, most]: [Duration; 3]) {
        let [jitter] = secret::bytes::<1>();
        let pause = self.next_pause.max(first);
        tokio::time::sleep(pause + pause * u32::from(jitter) / 1024).await;
        self.next_pause = (pause * 2).clamp(second, most);
    }
}
