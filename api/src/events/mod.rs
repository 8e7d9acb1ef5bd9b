//! The event store: a durable inbox, an engine that answers questions, and the drain between them.
//!
//! Promise: [`Events::accept`] returns when the event is on disk, and from then on it is counted exactly once, whatever
//! crashes. The engine's file can be lost up to its last checkpoint and is filled again from the inbox. Nothing in here
//! holds an address or a user agent.
//!
//! Absent: what a visit or a bounce means to a question (`reports`), what an event looks like on the wire (`ingest`),
//! approximate counts.

mod answers;
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
use answers::{Answers, Rows};
use counters::Counters;
use dialect::Dialect;
use engine::Engine;
use error::EngineError;
pub use error::OpenError;
use event::InboxEvent;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::civil::Date;
pub use lock::FolderLock;
use prometheus_client::registry::Registry;
use rolled::{Days, RollUp};
use shared::ids::SiteId;
use statement::{Cell, Statement};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use together::Member;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// A stop waits so long for the drain.
const STOP_PATIENCE: Duration = Duration::from_secs(8);
/// Rows that are found once and kept in the engine's memory while several questions read them: some hundred bytes each.
const MOST_SHARED: i64 = 1_500_000;
/// Questions that are asked together may take as long as so many.
const MANY: u32 = 4;
const UNPOISONED: &str = "no thread panics with the lock";

/// A handle of the store; cheap to clone. The store stops when the last one is dropped.
#[derive(Clone, Debug)]
pub struct Events(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Arc<Engine>,
    answers: Answers,
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
    pub async fn ask(&self, site_id: &SiteId, statement: Statement) -> Result<Vec<Vec<Cell>>> {
        self.0.counters.questions.add(1);
        let Some(version) = self.0.engine.version(site_id.as_str()) else {
            self.0.counters.computed.add(1);
            return self.query(statement).await;
        };
        let ask = async {
            self.0.counters.computed.add(1);
            self.0.engine.query(statement.clone()).await
        };
        let answer = self.0.answers.get(version, statement.clone(), ask);
        match tokio::time::timeout(self.0.query_timeout, answer).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(EngineError::Interrupted.into()),
        }
    }

    /// Answers several questions about one site, in order, each when its future is awaited. Rows that several of them read are found once, where
    /// the engine does that and the rows are not too many to keep for as long.
    pub fn ask_together(&self, site_id: &SiteId, members: Vec<Member>) -> Vec<BoxFuture<'static, Result<Rows>>> {
        let version = self.0.engine.version(site_id.as_str());
        let is_missing = |member: &Member| version.is_some_and(|version| !self.0.answers.has(version, &member.alone));
        let missing: Vec<usize> = (0..members.len()).filter(|at| is_missing(&members[*at])).collect();
        let (Some(version), true) = (version, missing.len() > 1) else {
            let alone = members.into_iter().map(|member| {
                let (events, site_id) = (self.clone(), site_id.clone());
                async move { events.ask(&site_id, member.alone).await }.boxed()
            });
            return alone.collect();
        };
        let asked: Vec<Member> = missing.iter().map(|at| members[*at].clone()).collect();
        let (events, patience) = (self.clone(), self.0.query_timeout * MANY);
        let joint = async move {
            match tokio::time::timeout(patience, events.join(&asked)).await {
                Ok(Ok(answers)) => Ok(answers.map(Arc::new)),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "questions can't be asked together; each is asked alone");
                    Err(error)
                }
                Err(_) => Err(EngineError::Interrupted),
            }
        };
        let joint = joint.boxed().shared();
        let each = members.into_iter().enumerate().map(|(at, member)| {
            let (events, joint) = (self.clone(), joint.clone());
            let place = missing.iter().position(|known| *known == at);
            async move {
                events.0.counters.questions.add(1);
                let ask = async {
                    events.0.counters.computed.add(1);
                    let Some(place) = place else {
                        // It was kept a moment ago.
                        return events.0.engine.query(member.alone.clone()).await;
                    };
                    match joint.await {
                        Ok(Some(answers)) => Ok(answers[place].clone()),
                        Err(EngineError::Interrupted) => Err(EngineError::Interrupted),
                        // One that fails may be the others' fault, such as too little memory for all of them.
                        Ok(None) | Err(_) => events.0.engine.query(member.alone.clone()).await,
                    }
                };
                let answer = events.0.answers.get(version, member.alone.clone(), ask);
                match tokio::time::timeout(patience, answer).await {
                    Ok(answer) => Ok(answer?),
                    Err(_) => Err(EngineError::Interrupted.into()),
                }
            }
            .boxed()
        });
        each.collect()
    }

    /// The answers to all members at once; none when they have no rows in common, or too many.
    async fn join(&self, members: &[Member]) -> std::result::Result<Option<Vec<Rows>>, EngineError> {
        let members: Vec<&Member> = members.iter().collect();
        let mut hoisted = Vec::new();
        for (read, count) in together::shared(&members) {
            let counted = self.0.engine.query(count).await?;
            let rows = counted.first().and_then(|row| row.first()).and_then(Cell::as_int);
            if rows.is_some_and(|rows| rows <= MOST_SHARED) {
                hoisted.push(read);
            }
        }
        if hoisted.is_empty() {
            return Ok(None);
        }
        let rows = self.0.engine.query(together::together(&members, &hoisted)).await?;
        self.0.counters.shared.add(members.len());
        Ok(Some(together::apart(&members, rows)))
    }

    /// Answers a question; stopped in the engine when it takes too long or the future is dropped.
    pub async fn query(&self, statement: Statement) -> Result<Vec<Vec<Cell>>> {
        match tokio::time::timeout(self.0.query_timeout, self.0.engine.query(statement)).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(EngineError::Interrupted.into()),
        }
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

    /// The first day of each site that has visits.
    pub async fn first_days(&self) -> Result<Vec<(SiteId, Date)>> {
        let days = self.0.engine.first_days().await?.into_iter();
        Ok(days.map(|(site_id, day)| (SiteId(site_id), day)).collect())
    }

    /// Rolls a stretch of days of a site up, all or nothing.
    pub async fn roll(&self, site_id: &SiteId, days: (Date, Date), work: RollUp) -> Result<()> {
        Ok(self.0.engine.roll(site_id.0.clone(), days, work).await?)
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
