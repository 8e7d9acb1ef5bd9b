//! What the rest of the store asks of the inbox's one writer.

use super::store::OpenInbox;
use super::task::Task;
use crate::error::{Error, Result};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Events that may wait for the disk; more are refused.
const MAX_WAITING: usize = 8192;
/// A wish, and who waits for its answer.
pub(super) enum Command {
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
    let task = Task::new(inbox, path).await?;
    let (commands, queue) = mpsc::channel(MAX_WAITING);
    let max_bytes = i64::try_from(max_bytes).unwrap_or(i64::MAX);
    let writer = Writer {
        commands,
        gauge: task.gauge(),
        max_bytes,
    };
    let committed = task.committed();
    Ok((writer, committed, tokio::spawn(task.run(queue))))
}

impl Writer {
    /// True when half of what the inbox may hold is in it.
    pub fn is_filling(&self) -> bool {
        self.gauge.bytes.load(Ordering::Relaxed) >= self.max_bytes / 2
    }

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
