//! The embedded engine: one DuckDB file, one writer, several readers.
//!
//! DuckDB's own write-ahead log is never replayed. Whatever is not in the file yet is in the inbox, which is the log that
//! this store trusts; so at start the WAL is set aside, and a crash while replaying one, a torn one, or one that does not fit the
//! memory, can't happen. A file that is damaged is set aside too, never deleted, and a new one is filled with what can be read of it and
//! with what waits in the inbox: at start where the damage is met then, and by the drain where a question or a batch meets it.

mod hold;
mod import;
mod inspect;
mod mend;
mod open;
mod read;
mod rebuild;
mod replace;
mod rollup;
mod row;
mod running;
mod write;

pub use hold::Held;
pub use inspect::Inspection;

use super::batch::{Batch, ImportMark, Written};
use super::dialect::Dialect;
use super::engine::STREAMS;
use super::error::{EngineError, OpenError};
use super::imported::ImportedDay;
use super::moving::Table;
use super::rolled::{CatchUp, RollUp, Rolled, RunUp};
use super::statement::{Cell, Statement};
use super::versions::{Version, Versions};
use ::duckdb::Connection;
use jiff::civil::Date;
use read::{Job, StopOnDrop};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};
use tokio::sync::{RwLock, Semaphore, mpsc, watch};

/// Rows that are handed over together.
const ROWS_AT_ONCE: usize = 1000;

/// A DuckDB file.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    settings: crate::config::Events,
    /// Taken for writing only to open the file anew.
    instance: Arc<RwLock<Option<Instance>>>,
    /// The days that the file has rolled up.
    rolled: Arc<Mutex<Rolled>>,
    versions: Arc<Mutex<Versions>>,
    permits: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    /// What was said of a damage that was met and is not mended yet.
    damage: Arc<watch::Sender<Option<String>>>,
    rebuilds: AtomicU32,
}

#[derive(Debug)]
struct Instance {
    writer: Arc<Mutex<Connection>>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Database {
    /// Opens or makes the file, locked down and up to date.
    pub fn open(path: &Path, settings: &crate::config::Events) -> Result<Self, OpenError> {
        let rolled = Arc::default();
        let instance = Instance::open(path, settings, &rolled)?;
        Ok(Self {
            rolled,
            versions: Arc::default(),
            path: path.to_owned(),
            settings: settings.clone(),
            instance: Arc::new(RwLock::new(Some(instance))),
            permits: Arc::new(Semaphore::new(settings.concurrent_queries.max(1))),
            streams: Arc::new(Semaphore::new(STREAMS)),
            damage: Arc::new(watch::Sender::new(None)),
            rebuilds: AtomicU32::new(0),
        })
    }

    /// How this engine spells what the engines spell differently.
    pub const DIALECT: Dialect = Dialect::DuckDb;

    /// Runs a question on a reader; it is stopped when the future is dropped.
    pub async fn query(&self, statement: Statement) -> Result<Vec<Vec<Cell>>, EngineError> {
        self.read(&self.permits, move |job, conn| job.run(conn, &statement))
            .await
    }

    /// Runs a question whose rows are handed over some at a time, so that few of them are in memory at once.
    pub async fn query_each(
        &self,
        statement: Statement,
        rows: mpsc::Sender<Vec<Vec<Cell>>>,
    ) -> Result<(), EngineError> {
        self.read(&self.streams, move |job, conn| {
            let mut some = Vec::with_capacity(ROWS_AT_ONCE);
            job.run_each(conn, &statement, &mut |row| {
                some.push(row);
                // The receiver goes when nobody wants the rows any more.
                some.len() < ROWS_AT_ONCE || rows.blocking_send(std::mem::take(&mut some)).is_ok()
            })?;
            let _ = rows.blocking_send(some);
            Ok(())
        })
        .await
    }

    async fn read<T: Send + 'static>(
        &self,
        permits: &Arc<Semaphore>,
        work: impl FnOnce(&Job, &Connection) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let permit = permits.clone().acquire_owned().await.map_err(closed)?;
        let instance = self.instance.clone().read_owned().await;
        let idle = instance.as_ref().ok_or_else(being_mended)?.idle.clone();
        let conn = idle
            .lock()
            .expect("no reader panics with the lock")
            .pop()
            .ok_or_else(not_open)?;
        let job = Job::new(&conn);
        let stop = StopOnDrop(job.clone());
        let answer = tokio::task::spawn_blocking(move || {
            let answer = work(&job, &conn);
            idle.lock().expect("no reader panics with the lock").push(conn);
            // Held until here, so that the file is never opened anew under a running question.
            drop((permit, instance));
            answer
        });
        let answer = answer.await.map_err(panicked)?;
        drop(stop);
        answer.map_err(|error| self.noted(error))
    }

    /// Runs `work` on the writer.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> ::duckdb::Result<T> + Send + 'static,
    ) -> Result<T, EngineError> {
        let instance = self.instance.clone().read_owned().await;
        let writer = instance.as_ref().ok_or_else(not_open)?.writer.clone();
        let done = tokio::task::spawn_blocking(move || {
            let mut conn = writer.lock().expect("no writer panics with the lock");
            let done = work(&mut conn);
            drop(instance);
            done
        });
        done.await
            .map_err(panicked)?
            .map_err(|error| self.noted(engine_error(error)))
    }

    /// Runs `work` that changes what some sites' questions are answered from, or any site's. The version changes while the writer is still
    /// held, also when the work fails, because then nobody knows.
    async fn change<T: Send + 'static>(
        &self,
        sites: Option<Vec<String>>,
        work: impl FnOnce(&mut Connection) -> ::duckdb::Result<T> + Send + 'static,
    ) -> Result<T, EngineError> {
        let versions = self.versions.clone();
        self.write(move |conn| {
            let done = work(conn);
            let mut versions = versions.lock().expect("nothing panics with the lock");
            match sites {
                Some(sites) => versions.change(sites),
                None => versions.change_all(),
            }
            done
        })
        .await
    }

    /// The version of a site's data.
    pub fn version(&self, site_id: &str) -> Version {
        self.versions.lock().expect("nothing panics with the lock").of(site_id)
    }

    /// Everything up to this sequence number of the inbox is stored.
    pub async fn drained_seq(&self) -> Result<i64, EngineError> {
        self.write(|conn| write::drained_seq(conn)).await
    }

    /// Stores a batch in one transaction, with the sequence number up to which it goes.
    pub async fn write_batch(&self, batch: Batch) -> Result<Written, EngineError> {
        let rolled = self.rolled.clone();
        self.change(Some(batch.sites()), move |conn| {
            rollup::changing(conn, &rolled, |conn| write::write_batch(conn, batch, &rolled))
        })
        .await
    }

    /// Deletes a site's days before a date in one transaction.
    pub async fn delete_before(&self, site_id: String, date: Date) -> Result<usize, EngineError> {
        let rolled = self.rolled.clone();
        self.change(Some(vec![site_id.clone()]), move |conn| {
            rollup::changing(conn, &rolled, |conn| {
                write::delete_before(conn, &rolled, &site_id, date)
            })
        })
        .await
    }

    /// Stores days of totals in one transaction, with how far their import is.
    pub async fn write_days(&self, days: Vec<ImportedDay>, mark: ImportMark) -> Result<(), EngineError> {
        let sites = vec![mark.site_id.0.clone()];
        self.change(Some(sites), move |conn| import::write_days(conn, &days, &mark))
            .await
    }

    /// How far an import is.
    pub async fn import_progress(&self, import_id: &str) -> Result<Option<String>, EngineError> {
        let mut statement = Statement::plain("SELECT progress FROM import_progress WHERE import_id = ");
        statement.text(import_id);
        let rows = self.query(statement).await?;
        let cell = rows.into_iter().next().and_then(|row| row.into_iter().next());
        Ok(cell.map(Cell::into_text))
    }

    /// Deletes what an import brought, in one transaction.
    pub async fn delete_import(&self, import_id: String) -> Result<(), EngineError> {
        let rolled = self.rolled.clone();
        self.change(None, move |conn| {
            rollup::changing(conn, &rolled, |conn| import::delete_import(conn, &rolled, &import_id))
        })
        .await
    }

    /// Puts rows in the place of a table's rows of a site's day (`None`: of all its days), in one transaction.
    pub async fn replace_day(
        &self,
        (table, site_id, day): (Table, &str, Option<Date>),
        rows: mpsc::Receiver<Vec<Vec<Cell>>>,
    ) -> Result<(), EngineError> {
        let (rolled, site_id) = (self.rolled.clone(), site_id.to_owned());
        self.change(Some(vec![site_id.clone()]), move |conn| {
            rollup::changing(conn, &rolled, |conn| {
                replace::replace_day(conn, &rolled, (table, &site_id, day), rows)
            })
        })
        .await
    }

    /// How far every import is.
    pub async fn imports(&self) -> Result<Vec<ImportMark>, EngineError> {
        self.write(|conn| replace::imports(conn)).await
    }

    /// Says how far the inbox and the imports are that another store had.
    pub async fn take_over(&self, drained: i64, imports: Vec<ImportMark>) -> Result<(), EngineError> {
        self.write(move |conn| replace::take_over(conn, drained, &imports))
            .await
    }

    /// The days that are rolled up.
    pub fn rolled(&self) -> &Mutex<Rolled> {
        &self.rolled
    }

    /// The first day of each site that has visits.
    pub async fn first_days(&self) -> Result<Vec<(String, Date)>, EngineError> {
        self.write(|conn| rollup::first_days(conn)).await
    }

    /// Rolls a stretch of days of a site up.
    pub async fn roll(&self, site_id: String, days: (Date, Date), work: RollUp) -> Result<(), EngineError> {
        let rolled = self.rolled.clone();
        self.change(Some(vec![site_id.clone()]), move |conn| {
            rollup::changing(conn, &rolled, |conn| rollup::roll(conn, &rolled, &site_id, days, &work))
        })
        .await
    }

    /// Counts a day of a site that goes on; false when it can't be brought up to date later.
    pub async fn run(&self, site_id: String, day: Date, work: RunUp) -> Result<bool, EngineError> {
        let rolled = self.rolled.clone();
        self.change(Some(vec![site_id.clone()]), move |conn| {
            rollup::changing(conn, &rolled, |conn| {
                running::run(conn, &rolled, (&site_id, day), &work)
            })
        })
        .await
    }

    /// Brings a running day up to date. No answer changes.
    pub async fn catch_up(&self, site_id: String, day: Date, work: CatchUp) -> Result<(), EngineError> {
        let rolled = self.rolled.clone();
        self.write(move |conn| {
            rollup::changing(conn, &rolled, |conn| {
                running::catch_up(conn, &rolled, (&site_id, day), &work)
            })
        })
        .await
    }

    /// Days stop running that are none of these.
    pub async fn stop_running(&self, kept: HashSet<(String, Date)>) -> Result<(), EngineError> {
        let rolled = self.rolled.clone();
        self.write(move |conn| rollup::changing(conn, &rolled, |conn| running::stop_others(conn, &rolled, &kept)))
            .await
    }

    /// Adds a month of a site up by statements that fill the tables of months, unless one of its days is not rolled up any more.
    pub async fn add_up(&self, site_id: String, month: Date, inserts: Vec<Statement>) -> Result<(), EngineError> {
        let rolled = self.rolled.clone();
        self.change(Some(vec![site_id.clone()]), move |conn| {
            rollup::add_up(conn, &rolled, (&site_id, month), &inserts)
        })
        .await
    }

    /// Forgets every day that is rolled up.
    pub async fn forget_rolled(&self) -> Result<(), EngineError> {
        let rolled = self.rolled.clone();
        self.change(None, move |conn| {
            rollup::changing(conn, &rolled, |conn| rollup::take_out_all(conn, &rolled))
        })
        .await
    }

    /// Brings everything that was written into the file itself.
    pub async fn checkpoint(&self) -> Result<(), EngineError> {
        self.write(|conn| conn.execute_batch("CHECKPOINT")).await
    }

    /// Closes the file, once no question runs.
    pub async fn close(&self) {
        let instance = self.instance.write().await.take();
        // Closing waits for the disk.
        let _ = tokio::task::spawn_blocking(move || drop(instance)).await;
    }
}

impl Instance {
    fn open(path: &Path, settings: &crate::config::Events, rolled: &Mutex<Rolled>) -> Result<Self, OpenError> {
        let (writer, days) = open::open(path, settings)?;
        rolled.lock().expect("nothing panics with the lock").replace(days);
        let readers = (0..settings.concurrent_queries.max(1) + STREAMS).map(|_| writer.try_clone());
        let readers = readers
            .collect::<Result<_, _>>()
            .map_err(|error| OpenError::Settings(error.to_string()))?;
        Ok(Self {
            writer: Arc::new(Mutex::new(writer)),
            idle: Arc::new(Mutex::new(readers)),
        })
    }
}

fn being_mended() -> EngineError {
    EngineError::Away("the file is opened anew".into())
}

fn not_open() -> EngineError {
    EngineError::Storage("the file is not open".into())
}

fn closed(error: tokio::sync::AcquireError) -> EngineError {
    EngineError::Other(error.to_string())
}

fn closed_early(error: tokio::sync::oneshot::error::RecvError) -> EngineError {
    EngineError::Other(error.to_string())
}

fn panicked(error: tokio::task::JoinError) -> EngineError {
    EngineError::Other(error.to_string())
}

/// Sorts DuckDB's errors by their words; the C interface carries no codes.
fn engine_error(error: ::duckdb::Error) -> EngineError {
    let words = error.to_string();
    let says = |word: &str| words.contains(word);
    if says("INTERRUPT") || says("Interrupted") {
        EngineError::Interrupted
    } else if mend::is_damage(&words) {
        EngineError::Damaged(words)
    } else if says("IO Error") || says("No space left") || says("FATAL") || says("invalidated") {
        EngineError::Storage(words)
    } else if says("Invalid Input Error") {
        EngineError::Input(words)
    } else if words.starts_with("Out of Memory Error") {
        EngineError::Memory(words)
    } else {
        EngineError::Other(words)
    }
}
