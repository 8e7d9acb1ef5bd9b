//! The writer's task: takes what is waiting, writes it in one transaction, answers everybody.

use super::Extent;
use super::store::{Failure, OpenInbox};
use super::writer::{Command, Gauge};
use crate::error::{Error, Result};
use shared::problem::ProblemCode;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{mpsc, oneshot, watch};

/// Events of one transaction.
const MAX_GROUP: usize = 1024;

pub(super) struct Task {
    /// None after a failure, until the file opens again.
    inbox: Option<OpenInbox>,
    path: PathBuf,
    gauge: Arc<Gauge>,
    committed: watch::Sender<i64>,
}

impl Task {
    /// A task on an open file, which it measures.
    pub(super) async fn new(inbox: OpenInbox, path: PathBuf) -> Result<Self> {
        let mut task = Self {
            inbox: Some(inbox),
            path,
            gauge: Arc::default(),
            committed: watch::Sender::new(0),
        };
        let extent = task.measure().await?;
        task.committed.send_replace(extent.last_seq);
        Ok(task)
    }

    /// How full the inbox is.
    pub(super) fn gauge(&self) -> Arc<Gauge> {
        self.gauge.clone()
    }

    /// The highest sequence number on disk.
    pub(super) fn committed(&self) -> watch::Receiver<i64> {
        self.committed.subscribe()
    }

    /// Works until nobody can ask any more.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Command>) {
        let mut group = Vec::new();
        while queue.recv_many(&mut group, MAX_GROUP).await > 0 {
            let mut inserts = Vec::new();
            for command in group.drain(..) {
                match command {
                    Command::Insert { site_id, body, done } => inserts.push((site_id, body, done)),
                    other => {
                        self.insert(std::mem::take(&mut inserts)).await;
                        self.other(other).await;
                    }
                }
            }
            self.insert(inserts).await;
        }
        if let Some(inbox) = self.inbox {
            // Everything is on disk already; closing only tidies SQLite's own log.
            let _ = inbox.close().await;
        }
    }

    async fn insert(&mut self, inserts: Vec<(String, String, oneshot::Sender<Result<()>>)>) {
        if inserts.is_empty() {
            return;
        }
        let rows: Vec<(&str, &str)> = inserts
            .iter()
            .map(|(site_id, body, _)| (site_id.as_str(), body.as_str()))
            .collect();
        let stored = async { self.inbox().await?.insert(&rows).await }.await;
        match stored {
            Ok(last) => {
                let bytes: usize = rows.iter().map(|(_, body)| body.len()).sum();
                self.gauge.entries.fetch_add(rows.len() as i64, Ordering::Relaxed);
                self.gauge.bytes.fetch_add(bytes as i64, Ordering::Relaxed);
                self.committed.send_replace(last);
                inserts.into_iter().for_each(|(_, _, done)| answer(done, Ok(())));
            }
            Err(error) => {
                let code = self.failed(&error);
                inserts
                    .into_iter()
                    .for_each(|(_, _, done)| answer(done, Err(refusal(code))));
            }
        }
    }

    async fn other(&mut self, command: Command) {
        match command {
            Command::Insert { .. } => unreachable!("inserts are grouped"),
            Command::DeleteSite { site_id, done } => {
                let deleted = async { self.inbox().await?.delete_site(&site_id).await }.await;
                let seq = deleted.map_err(|error| refusal(self.failed(&error)));
                self.commit_to(seq.as_ref().ok()).await;
                answer(done, seq);
            }
            Command::Reserve { count, done } => {
                let floor = *self.committed.borrow() + count;
                let raised = async { self.inbox().await?.raise(floor).await }.await;
                let seq = raised.map(|()| floor).map_err(|error| refusal(self.failed(&error)));
                self.commit_to(seq.as_ref().ok()).await;
                answer(done, seq);
            }
            Command::Probe { done } => {
                let probed = async { self.inbox().await?.probe().await }.await;
                answer(done, probed.map_err(|error| refusal(self.failed(&error))));
            }
            Command::Prune { up_to, done } => {
                let pruned = async { self.inbox().await?.delete_up_to(up_to).await }.await;
                if let Err(error) = pruned {
                    self.failed(&error);
                }
                self.commit_to(None).await;
                answer(done, ());
            }
        }
    }

    /// Measures the inbox anew, and tells the drain of a new sequence number.
    async fn commit_to(&mut self, seq: Option<&i64>) {
        if let Err(error) = self.measure().await {
            tracing::warn!(%error, "the inbox can't be measured");
        }
        if let Some(seq) = seq {
            self.committed.send_replace(*seq);
        }
    }

    /// The open file; opened anew after a failure, so that nothing is built on a sync that failed.
    async fn inbox(&mut self) -> Result<&mut OpenInbox, Failure> {
        if self.inbox.is_none() {
            self.inbox = Some(OpenInbox::open(&self.path).await?);
        }
        Ok(self.inbox.as_mut().expect("it was opened above"))
    }

    fn failed(&mut self, error: &Failure) -> ProblemCode {
        tracing::error!(%error, "the inbox can't store");
        self.inbox = None;
        if error.is_storage() {
            ProblemCode::StorageFull
        } else {
            ProblemCode::Unavailable
        }
    }

    async fn measure(&mut self) -> Result<Extent> {
        let measured = async { self.inbox().await?.extent().await }.await;
        let extent = measured.map_err(|error| refusal(self.failed(&error)))?;
        self.gauge.entries.store(extent.entries, Ordering::Relaxed);
        self.gauge.bytes.store(extent.bytes, Ordering::Relaxed);
        Ok(extent)
    }
}

fn refusal(code: ProblemCode) -> Error {
    Error::new(code).retry_after(30)
}

/// Answers a waiting request, or nobody when it went away.
fn answer<T>(done: oneshot::Sender<T>, with: T) {
    let _ = done.send(with);
}
