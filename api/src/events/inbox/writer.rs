//! The one writer of the inbox: takes what is waiting, writes it in one transaction, answers everybody.

use super::store::{Failure, OpenInbox};
use crate::error::{Error, Result};
use shared::problem::ProblemCode;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Events that may wait for the disk; more are refused.
const MAX_WAITING: usize = 8192;
/// Events of one transaction.
const MAX_GROUP: usize = 1024;

enum Command {
    Insert {
        site_id: String,
        body: String,
        done: oneshot::Sender<Result<()>>,
    },
    DeleteSite {
        site_id: String,
        done: oneshot::Sender<Result<i64>>,
    },
    Reserve {
        count: i64,
        done: oneshot::Sender<Result<i64>>,
    },
    Prune {
        up_to: i64,
        done: oneshot::Sender<()>,
    },
    Probe {
        done: oneshot::Sender<Result<()>>,
    },
}

/// How full the inbox is.
#[derive(Debug, Default)]
pub struct Gauge {
    /// Entries on disk.
    pub entries: AtomicI64,
    /// Bytes of their bodies.
    pub bytes: AtomicI64,
}

/// A handle of the writer.
#[derive(Clone, Debug)]
pub struct Writer {
    commands: mpsc::Sender<Command>,
    gauge: Arc<Gauge>,
    max_bytes: i64,
}

/// Starts the writer. The channel tells the highest sequence number on disk.
pub async fn start(
    inbox: OpenInbox,
    path: PathBuf,
    max_bytes: u64,
) -> Result<(Writer, watch::Receiver<i64>, JoinHandle<()>)> {
    let mut task = Task {
        inbox: Some(inbox),
        path,
        gauge: Arc::default(),
        committed: watch::Sender::new(0),
    };
    let extent = task.measure().await?;
    task.committed.send_replace(extent.last_seq);
    let (commands, queue) = mpsc::channel(MAX_WAITING);
    let max_bytes = i64::try_from(max_bytes).unwrap_or(i64::MAX);
    let writer = Writer {
        commands,
        gauge: task.gauge.clone(),
        max_bytes,
    };
    let committed = task.committed.subscribe();
    Ok((writer, committed, tokio::spawn(task.run(queue))))
}

impl Writer {
    /// Adds an event; returns once it is on disk.
    pub async fn insert(&self, site_id: String, body: String) -> Result<()> {
        if self.gauge.bytes.load(Ordering::Relaxed) >= self.max_bytes {
            return Err(Error::unavailable(30).detail("the events that wait for the engine fill the inbox"));
        }
        let (done, answer) = oneshot::channel();
        let command = Command::Insert { site_id, body, done };
        self.commands.try_send(command).map_err(|_| Error::unavailable(1))?;
        answer.await.map_err(|_| Error::unavailable(5))?
    }

    /// Takes a site's entries out; answers the sequence number that the engine must reach.
    pub async fn delete_site(&self, site_id: String) -> Result<i64> {
        let (done, answer) = oneshot::channel();
        self.ask(Command::DeleteSite { site_id, done }, answer).await?
    }

    /// Sets `count` sequence numbers aside for events that do not pass the inbox; answers the last of them.
    pub async fn reserve(&self, count: i64) -> Result<i64> {
        let (done, answer) = oneshot::channel();
        self.ask(Command::Reserve { count, done }, answer).await?
    }

    /// Takes out what the engine keeps for good.
    pub async fn prune(&self, up_to: i64) -> Result<()> {
        let (done, answer) = oneshot::channel();
        self.ask(Command::Prune { up_to, done }, answer).await
    }

    /// Checks that the disk takes a write.
    pub async fn probe(&self) -> Result<()> {
        let (done, answer) = oneshot::channel();
        self.ask(Command::Probe { done }, answer).await?
    }

    async fn ask<T>(&self, command: Command, answer: oneshot::Receiver<T>) -> Result<T> {
        self.commands.send(command).await.map_err(|_| Error::unavailable(5))?;
        answer.await.map_err(|_| Error::unavailable(5))
    }

    /// How full the inbox is.
    pub fn gauge(&self) -> &Gauge {
        &self.gauge
    }
}

struct Task {
    /// None after a failure, until the file opens again.
    inbox: Option<OpenInbox>,
    path: PathBuf,
    gauge: Arc<Gauge>,
    committed: watch::Sender<i64>,
}

impl Task {
    async fn run(mut self, mut queue: mpsc::Receiver<Command>) {
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

    async fn measure(&mut self) -> Result<super::Extent> {
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
