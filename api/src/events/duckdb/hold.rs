//! Holding the file still, so that it can be copied from outside.

use super::{Database, closed_early, engine_error, not_open, panicked, write};
use crate::events::engine::STREAMS;
use crate::events::error::EngineError;
use ::duckdb::Connection;
use std::path::Path;
use std::time::Duration;
use tokio::sync::{AcquireError, oneshot};
use tokio::task::JoinHandle;

/// A file that questions keep from being brought up to date is tried again so often.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_secs(1);
/// From the second time on questions that come wait for so long until those that run have ended.
const QUIET: Duration = Duration::from_secs(5);

/// The file does not change until this is released or dropped. Questions are answered meanwhile, batches wait.
#[derive(Debug)]
pub struct Held {
    drained: i64,
    release: oneshot::Sender<()>,
    holding: JoinHandle<()>,
}

impl Held {
    /// The file has everything up to this sequence number of the inbox.
    pub fn drained(&self) -> i64 {
        self.drained
    }

    /// Lets the writer go on; returns when it may.
    pub async fn release(self) -> Result<(), EngineError> {
        // Fails when the task is gone, which the join tells.
        let _ = self.release.send(());
        self.holding.await.map_err(panicked)
    }
}

impl Database {
    /// Brings everything into the file and keeps the writer until the answer is dropped. The file alone, without DuckDB's log, is
    /// then what the store holds.
    pub async fn hold(&self) -> Result<Held, EngineError> {
        for n in 0..TRIES {
            // A question sees the rows as they were when it began; while one of before the latest batch runs, DuckDB makes no checkpoint.
            let quiet = match n {
                0 => None,
                _ => tokio::time::timeout(QUIET, self.quiet()).await.ok(),
            };
            let held = self.try_hold().await;
            drop(quiet);
            match held {
                Err(EngineError::Other(words)) if words.contains("Cannot CHECKPOINT") => {}
                held => return held,
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(EngineError::Other(
            "questions keep the event file from being brought up to date; try again".to_owned(),
        ))
    }

    /// No question runs while this is held.
    async fn quiet(&self) -> Result<impl Sized, AcquireError> {
        let all = u32::try_from(self.settings.concurrent_queries.max(1)).unwrap_or(u32::MAX);
        let questions = self.permits.acquire_many(all).await?;
        Ok((questions, self.streams.acquire_many(STREAMS as u32).await?))
    }

    async fn try_hold(&self) -> Result<Held, EngineError> {
        let instance = self.instance.clone().read_owned().await;
        let writer = instance.as_ref().ok_or_else(not_open)?.writer.clone();
        let path = self.path.clone();
        let (ready, is_ready) = oneshot::channel();
        let (release, released) = oneshot::channel::<()>();
        let holding = tokio::task::spawn_blocking(move || {
            let conn = writer.lock().expect("no writer panics with the lock");
            let folded = fold(&conn, &path);
            let is_folded = folded.is_ok();
            if ready.send(folded).is_ok() && is_folded {
                // An error says that the holder went away, which ends the hold as well.
                let _ = released.blocking_recv();
            }
            drop(instance);
        });
        let drained = is_ready.await.map_err(closed_early)??;
        Ok(Held {
            drained,
            release,
            holding,
        })
    }
}

/// Brings the file up to date; answers how far it goes.
fn fold(conn: &Connection, path: &Path) -> Result<i64, EngineError> {
    conn.execute_batch("CHECKPOINT").map_err(engine_error)?;
    let mut log = path.as_os_str().to_owned();
    log.push(".wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Err(EngineError::Other("Cannot CHECKPOINT: the log is not empty".to_owned()));
    }
    write::drained_seq(conn).map_err(engine_error)
}
