//! The event store: a durable inbox, an engine that answers questions, and the drain between them.
//!
//! Promise: [`Events::accept`] returns when the event is on disk, and from then on it is counted exactly once, whatever
//! crashes. The engine's file can be lost up to its last checkpoint and is filled again from the inbox. Nothing in here
//! holds an address or a user agent.
//!
//! Absent: what a visit or a bounce means to a question (`reports`), what an event looks like on the wire (`ingest`),
//! approximate counts.

mod answers;
mod asked_about;
mod batch;
mod clickhouse;
pub mod counters;
pub mod dialect;
mod drain;
mod duckdb;
mod engine;
pub mod error;
pub mod event;
pub mod hold;
pub mod imported;
mod inbox;
mod lock;
pub mod moving;
mod open;
pub mod rolled;
pub mod statement;
pub mod together;
mod versions;
pub mod visits;

use crate::error::{Error, Result};
use answers::Answers;
pub use answers::Rows;
pub use asked_about::Asked;
use asked_about::AskedAbout;
use counters::Counters;
use dialect::Dialect;
use engine::Engine;
use error::EngineError;
pub use error::OpenError;
use event::InboxEvent;
use futures_util::FutureExt;
use jiff::civil::Date;
pub use lock::FolderLock;
use prometheus_client::registry::Registry;
use rolled::{CatchUp, Days, RUNNING, RollUp, RunUp};
use shared::ids::SiteId;
use statement::{Cell, Statement};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{MutexGuard, mpsc, watch};
use tokio::task::JoinHandle;
pub use versions::Version;

/// A stop waits so long for the drain.
const STOP_PATIENCE: Duration = Duration::from_secs(8);
const UNPOISONED: &str = "no thread panics with the lock";

/// A handle of the store; cheap to clone. The store stops when the last one is dropped.
#[derive(Clone, Debug)]
pub struct Events(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Arc<Engine>,
    answers: Answers,
    asked_about: AskedAbout,
    inbox: inbox::Writer,
    counters: Arc<Counters>,
    committed: watch::Receiver<i64>,
    awaited: watch::Sender<i64>,
    drained: watch::Receiver<i64>,
    closing: AtomicBool,
    query_timeout: Duration,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    lock: Mutex<Option<FolderLock>>,
}

impl Events {
    /// Stores an event; returns once it is on disk. 503 with `Retry-After` when it can't be.
    pub async fn accept(&self, event: InboxEvent) -> Result<()> {
        let body = serde_json::to_string(&event).map_err(Error::internal)?;
        let stored = match self.0.closing.load(Ordering::Acquire) {
            true => Err(Error::unavailable(5)),
            false => self.0.inbox.insert(event.site_id.0, body).await,
        };
        let counter = if stored.is_ok() {
            &self.0.counters.accepted
        } else {
            &self.0.counters.refused
        };
        counter.add(1);
        stored
    }

    /// Answers a question about one site, from memory where it was asked of the same data before.
    pub async fn ask(&self, site_id: &SiteId, statement: Statement) -> Result<Rows> {
        let version = self.version(site_id);
        // A question on its way is large, and every layer around it would be too.
        let compute = self.in_time(1, self.0.engine.query(statement.clone())).boxed();
        Ok(self.answer(version, statement, compute).await?)
    }

    /// The version of a site's data: while it is the same, so are all answers. None where others write to the engine too.
    pub fn version(&self, site_id: &SiteId) -> Option<Version> {
        self.0.engine.version(site_id.as_str())
    }

    /// The answer that is kept of a version, or the one that `compute` brings.
    async fn answer(
        &self,
        version: Option<Version>,
        statement: Statement,
        compute: impl Future<Output = std::result::Result<Rows, EngineError>>,
    ) -> std::result::Result<Rows, EngineError> {
        self.0.counters.questions.add(1);
        let compute = async {
            self.0.counters.computed.add(1);
            compute.await
        };
        match version {
            Some(version) => self.0.answers.get(version, statement, compute).await,
            None => compute.await,
        }
    }

    /// Answers a question; stopped in the engine when it takes too long or the future is dropped.
    pub async fn query(&self, statement: Statement) -> Result<Vec<Vec<Cell>>> {
        Ok(self.in_time(1, self.0.engine.query(statement)).await?)
    }

    /// Waits for an answer for as long as so many questions may take.
    async fn in_time<T>(
        &self,
        questions: u32,
        answer: impl Future<Output = std::result::Result<T, EngineError>>,
    ) -> std::result::Result<T, EngineError> {
        let answer = tokio::time::timeout(self.0.query_timeout * questions, answer);
        answer.await.unwrap_or(Err(EngineError::Interrupted))
    }

    /// Answers a question some rows at a time, for as long as somebody takes them; the answer as a whole is not held in memory
    /// here. Stopped when the future is dropped.
    pub async fn query_each(&self, statement: Statement, rows: mpsc::Sender<Vec<Vec<Cell>>>) -> Result<()> {
        Ok(self.0.engine.query_each(statement, rows).await?)
    }

    /// How the engine spells its SQL.
    pub fn dialect(&self) -> Dialect {
        self.0.engine.dialect()
    }

    /// Returns once everything accepted so far can be asked for.
    pub async fn drained(&self) {
        self.reach(*self.0.committed.borrow()).await;
    }

    async fn reach(&self, seq: i64) {
        self.0.awaited.send_modify(|awaited| *awaited = seq.max(*awaited));
        // Fails only when the drain is gone, with the process.
        let _ = self.0.drained.clone().wait_for(|drained| *drained >= seq).await;
    }

    /// Forgets everything of a site that was accepted so far; returns when it is gone from every answer.
    pub async fn delete_site(&self, site_id: &SiteId) -> Result<()> {
        let seq = self.0.inbox.delete_site(site_id.0.clone()).await?;
        self.reach(seq).await;
        Ok(())
    }

    /// Forgets a site's days before a date of its zone, for good once this returns; answers how many events went. A visit that
    /// began before and went on is forgotten, its later events stay.
    pub async fn delete_before(&self, site_id: &SiteId, date: Date) -> Result<usize> {
        let events = self.0.engine.delete_before(site_id.0.clone(), date).await?;
        self.checkpoint().await?;
        Ok(events)
    }

    /// Stores events without the inbox, for filling a store at once; they are safe only once this returns.
    pub async fn fill(&self, events: Vec<InboxEvent>) -> Result<()> {
        let mut entries = self.numbered(events).await?.into_iter();
        loop {
            let entries: Vec<_> = entries.by_ref().take(10_000).collect();
            if entries.is_empty() {
                break;
            }
            self.write(entries, None).await?;
        }
        self.checkpoint().await
    }

    /// The days of a period of a site that are rolled up now.
    pub fn rolled_days(&self, site_id: &SiteId, first: Date, last: Date) -> Days {
        let rolled = self.0.engine.rolled().lock().expect(UNPOISONED);
        rolled.within(site_id.as_str(), first, last)
    }

    /// Changes when a day is not rolled up any more: a question that took its days before must be asked anew.
    pub fn rolled_generation(&self) -> u64 {
        self.0.engine.rolled().lock().expect(UNPOISONED).generation()
    }

    /// The days that changed and are not rolled up since, of each site up to a last one.
    pub fn waiting_days(&self, last_of: impl Fn(&str) -> Option<Date>) -> Vec<(String, Date)> {
        self.0.engine.rolled().lock().expect(UNPOISONED).waiting(last_of)
    }

    /// The first day of each site that has visits.
    pub async fn first_days(&self) -> Result<Vec<(SiteId, Date)>> {
        let days = self.0.engine.first_days().await?.into_iter();
        Ok(days.map(|(site_id, day)| (SiteId(site_id), day)).collect())
    }

    /// Rolls a stretch of days of a site up, all or nothing.
    pub async fn roll(&self, site_id: &SiteId, days: (Date, Date), work: RollUp) -> Result<()> {
        Ok(self.0.engine.roll(site_id.0.clone(), days, work).await?)
    }

    /// Notes that a day is asked about that is not over. Set when it is running and events came since it was counted: how many it had when it
    /// began to be.
    pub fn note_asked(&self, site_id: &SiteId, day: Date) -> Option<i64> {
        self.0.asked_about.note(site_id, day);
        self.behind(site_id, day)
    }

    /// Set when a day is running and events came since it was counted: how many it had when it began to be.
    pub fn behind(&self, site_id: &SiteId, day: Date) -> Option<i64> {
        let rolled = self.0.engine.rolled().lock().expect(UNPOISONED);
        rolled.behind(site_id.as_str(), day)
    }

    /// The days that are not over and were asked about lately.
    pub fn asked_about(&self) -> Vec<Asked> {
        self.0.asked_about.lately()
    }

    /// Returns once a day is asked about that was not, or events came of a running day that is looked at.
    pub async fn asked_about_more(&self) {
        let mut drained = self.0.drained.clone();
        let fell_behind = async {
            loop {
                // Fails when the drain is gone, with the process.
                if drained.changed().await.is_err() {
                    return std::future::pending().await;
                }
                let mut looked_at = self.asked_about().into_iter().filter(|asked| asked.is_looked_at);
                if looked_at.any(|asked| self.behind(&asked.site_id, asked.day).is_some()) {
                    return;
                }
            }
        };
        tokio::select! {
            () = self.0.asked_about.more() => {}
            () = fell_behind => {}
        }
    }

    /// Waits until nobody else brings a day up to date, and keeps the others waiting.
    pub async fn turn_to_catch_up(&self) -> MutexGuard<'_, ()> {
        self.0.asked_about.turn.lock().await
    }

    /// True when a day is counted while it goes on.
    pub fn is_running(&self, site_id: &SiteId, day: Date) -> bool {
        let rolled = self.0.engine.rolled().lock().expect(UNPOISONED);
        rolled.is_running(site_id.as_str(), day)
    }

    /// True when a day is rolled up as one that is over.
    pub fn is_over(&self, site_id: &SiteId, day: Date) -> bool {
        !self.rolled_days(site_id, day, day).split(RUNNING).rolled.is_empty()
    }

    /// How many days are counted while they go on.
    fn running_days(&self) -> i64 {
        let rolled = self.0.engine.rolled().lock().expect(UNPOISONED);
        i64::try_from(rolled.running().count()).unwrap_or(i64::MAX)
    }

    /// Counts a day that goes on, all or nothing; false when it can't be brought up to date.
    pub async fn run(&self, site_id: &SiteId, day: Date, work: RunUp) -> Result<bool> {
        Ok(self.0.engine.run(site_id.0.clone(), day, work).await?)
    }

    /// Brings a running day up to date, all or nothing; nothing happens where it is.
    pub async fn catch_up(&self, site_id: &SiteId, day: Date, work: CatchUp) -> Result<()> {
        Ok(self.0.engine.catch_up(site_id.0.clone(), day, work).await?)
    }

    /// Stops counting days that go on and are none of these.
    pub async fn stop_running_others(&self, kept: &[Asked]) -> Result<()> {
        let kept = kept.iter().map(|asked| (asked.site_id.0.clone(), asked.day));
        Ok(self.0.engine.stop_running(kept.collect()).await?)
    }

    /// Adds a month of a site up from its days by statements that fill the tables of months; nothing happens where one of its days is not
    /// rolled up.
    pub async fn add_up(&self, site_id: &SiteId, month: Date, inserts: Vec<Statement>) -> Result<()> {
        Ok(self.0.engine.add_up(site_id.0.clone(), month, inserts).await?)
    }

    /// Forgets every day of every site that is rolled up; questions ask the rows until they are rolled up again.
    pub async fn forget_rolled(&self) -> Result<()> {
        Ok(self.0.engine.forget_rolled().await?)
    }

    /// Checks that questions are answered and that events can be taken.
    pub async fn ready(&self) -> Result<()> {
        if self.0.closing.load(Ordering::Acquire) {
            return Err(Error::unavailable(5));
        }
        self.query(Statement::plain("SELECT 1")).await?;
        self.0.inbox.probe().await
    }

    /// Takes no more events, moves what is there into the engine and brings its file up to date. Gives up after
    /// eight seconds; nothing is lost then either, the next start goes on.
    pub async fn shutdown(&self) {
        self.0.closing.store(true, Ordering::Release);
        let finish = async {
            self.drained().await;
            let drained = *self.0.drained.borrow();
            match self.0.engine.checkpoint().await {
                Ok(()) => drop(self.0.inbox.prune(drained).await),
                Err(error) => tracing::warn!(%error, "the event file is not up to date; the inbox keeps its entries"),
            }
        };
        if tokio::time::timeout(STOP_PATIENCE, finish).await.is_err() {
            tracing::warn!("events are left in the inbox; the next start goes on with them");
        }
        self.close().await;
    }

    /// Lets go of the files as they are. What is not in the engine yet waits in the inbox.
    pub async fn close(&self) {
        self.0.closing.store(true, Ordering::Release);
        let tasks = std::mem::take(&mut *self.0.tasks.lock().expect(UNPOISONED));
        for task in tasks {
            task.abort();
            // An error says that it was stopped, which is what was asked for.
            let _ = task.await;
        }
        self.0.engine.close().await;
        drop(self.0.lock.lock().expect(UNPOISONED).take());
    }

    /// Counts since the start.
    pub fn counters(&self) -> &Counters {
        &self.0.counters
    }

    /// Adds the store's counts and gauges to the registry.
    pub fn register_metrics(&self, registry: &mut Registry) {
        registry.register_collector(Box::new(self.clone()));
    }

    /// Entries and bytes in the inbox.
    pub fn inbox_depth(&self) -> (i64, i64) {
        let gauge = self.0.inbox.gauge();
        (
            gauge.entries.load(Ordering::Relaxed),
            gauge.bytes.load(Ordering::Relaxed),
        )
    }
}
