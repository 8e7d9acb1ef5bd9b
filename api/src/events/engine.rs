//! The engines behind the inbox: one enum, a few calls.

use super::batch::{Batch, ImportMark, Written};
use super::clickhouse::ClickHouse;
use super::dialect::Dialect;
use super::duckdb::{Database, Held};
use super::error::{EngineError, OpenError};
use super::imported::ImportedDay;
use super::moving::Table;
use super::rolled::{CatchUp, RollUp, Rolled, RunUp};
use super::statement::{Cell, Statement};
use super::versions::Version;
use jiff::civil::Date;
use std::collections::HashSet;
use std::sync::Mutex;
use tokio::sync::mpsc;

/// Questions at once whose rows wait for who takes them, beside those that are answered as a whole: who takes slowly keeps no
/// statistics from others.
pub(super) const STREAMS: usize = 2;

/// Where events live.
#[derive(Debug)]
pub enum Engine {
    /// A DuckDB file.
    DuckDb(Database),
    /// A ClickHouse database.
    ClickHouse(Box<ClickHouse>),
}

impl Engine {
    /// How the engine spells its SQL.
    pub fn dialect(&self) -> Dialect {
        match self {
            Engine::DuckDb(_) => Database::DIALECT,
            Engine::ClickHouse(_) => ClickHouse::DIALECT,
        }
    }

    /// Entries of the inbox that it takes best at once.
    pub fn batch_size(&self) -> usize {
        match self {
            Engine::DuckDb(_) => 1000,
            Engine::ClickHouse(_) => 4000,
        }
    }

    /// Answers a question; dropping the future stops it.
    pub async fn query(&self, statement: Statement) -> Result<Vec<Vec<Cell>>, EngineError> {
        match self {
            Engine::DuckDb(database) => database.query(statement).await,
            Engine::ClickHouse(server) => server.query(&statement).await,
        }
    }

    /// Answers a question some rows at a time; dropping the future stops it.
    pub async fn query_each(
        &self,
        statement: Statement,
        rows: mpsc::Sender<Vec<Vec<Cell>>>,
    ) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.query_each(statement, rows).await,
            Engine::ClickHouse(server) => server.query_each(&statement, rows).await,
        }
    }

    /// Everything up to this sequence number of the inbox is stored.
    pub async fn drained_seq(&self) -> Result<i64, EngineError> {
        match self {
            Engine::DuckDb(database) => database.drained_seq().await,
            Engine::ClickHouse(server) => server.drained_seq().await,
        }
    }

    /// Stores a batch and its last sequence number, all or nothing.
    pub async fn write_batch(&self, batch: Batch) -> Result<Written, EngineError> {
        match self {
            Engine::DuckDb(database) => database.write_batch(batch).await,
            Engine::ClickHouse(server) => server.write_batch(batch).await,
        }
    }

    /// Stores days of totals and how far their import is, all or nothing.
    pub async fn write_days(&self, days: Vec<ImportedDay>, mark: ImportMark) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.write_days(days, mark).await,
            Engine::ClickHouse(server) => server.write_days(days, mark).await,
        }
    }

    /// How far an import is, as its latest mark says.
    pub async fn import_progress(&self, import_id: &str) -> Result<Option<String>, EngineError> {
        match self {
            Engine::DuckDb(database) => database.import_progress(import_id).await,
            Engine::ClickHouse(server) => server.import_progress(import_id).await,
        }
    }

    /// Deletes what an import brought.
    pub async fn delete_import(&self, import_id: String) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.delete_import(import_id).await,
            Engine::ClickHouse(server) => server.delete_import(import_id).await,
        }
    }

    /// Deletes a site's days before a date; answers how many events went.
    pub async fn delete_before(&self, site_id: String, date: Date) -> Result<usize, EngineError> {
        match self {
            Engine::DuckDb(database) => database.delete_before(site_id, date).await,
            Engine::ClickHouse(server) => server.delete_before(site_id, date).await,
        }
    }

    /// Returns when a damage of the engine's file was met, which opening it anew mends.
    pub async fn damaged(&self) {
        match self {
            Engine::DuckDb(database) => database.damaged().await,
            Engine::ClickHouse(_) => std::future::pending().await,
        }
    }

    /// The version of a site's data; none where others may write too.
    pub fn version(&self, site_id: &str) -> Option<Version> {
        match self {
            Engine::DuckDb(database) => Some(database.version(site_id)),
            Engine::ClickHouse(_) => None,
        }
    }

    /// The days that are rolled up.
    pub fn rolled(&self) -> &Mutex<Rolled> {
        match self {
            Engine::DuckDb(database) => database.rolled(),
            Engine::ClickHouse(server) => server.rolled(),
        }
    }

    /// The first day of each site that has visits.
    pub async fn first_days(&self) -> Result<Vec<(String, Date)>, EngineError> {
        match self {
            Engine::DuckDb(database) => database.first_days().await,
            Engine::ClickHouse(_) => Ok(Vec::new()),
        }
    }

    /// Rolls a stretch of days of a site up, all or nothing.
    pub async fn roll(&self, site_id: String, days: (Date, Date), work: RollUp) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.roll(site_id, days, work).await,
            Engine::ClickHouse(_) => Err(EngineError::Other("no day is rolled up there".into())),
        }
    }

    /// Counts a day of a site that goes on; false when it can't be.
    pub async fn run(&self, site_id: String, day: Date, work: RunUp) -> Result<bool, EngineError> {
        match self {
            Engine::DuckDb(database) => database.run(site_id, day, work).await,
            Engine::ClickHouse(_) => Ok(false),
        }
    }

    /// Brings a running day up to date.
    pub async fn catch_up(&self, site_id: String, day: Date, work: CatchUp) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.catch_up(site_id, day, work).await,
            Engine::ClickHouse(_) => Ok(()),
        }
    }

    /// Days stop running that are none of these.
    pub async fn stop_running(&self, kept: HashSet<(String, Date)>) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.stop_running(kept).await,
            Engine::ClickHouse(_) => Ok(()),
        }
    }

    /// Adds a month of a site up.
    pub async fn add_up(&self, site_id: String, month: Date, inserts: Vec<Statement>) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.add_up(site_id, month, inserts).await,
            Engine::ClickHouse(_) => Err(EngineError::Other("no month is added up there".into())),
        }
    }

    /// Forgets every day that is rolled up.
    pub async fn forget_rolled(&self) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.forget_rolled().await,
            Engine::ClickHouse(_) => Ok(()),
        }
    }

    /// The data folder's number, where the engine has one for it.
    pub fn number(&self) -> Option<i64> {
        match self {
            Engine::DuckDb(_) => None,
            Engine::ClickHouse(server) => Some(server.number()),
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Engine::DuckDb(_) => "DuckDB",
            Engine::ClickHouse(_) => "ClickHouse",
        }
    }

    /// Finishes what was begun, so that everything that was stored can be read.
    pub async fn settle(&self) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(_) => Ok(()),
            Engine::ClickHouse(server) => server.settle().await,
        }
    }

    /// Puts rows in the place of a table's rows of a site's day, or (`None`) takes those of all days out. `has_rows` is false where there is nothing.
    pub async fn replace_day(
        &self,
        day: (Table, &str, Option<Date>),
        has_rows: bool,
        rows: mpsc::Receiver<Vec<Vec<Cell>>>,
    ) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.replace_day(day, rows).await,
            Engine::ClickHouse(server) => server.replace_day(day, has_rows, rows).await,
        }
    }

    /// How far every import is.
    pub async fn imports(&self) -> Result<Vec<ImportMark>, EngineError> {
        match self {
            Engine::DuckDb(database) => database.imports().await,
            Engine::ClickHouse(server) => server.imports().await,
        }
    }

    /// Says how far the inbox and the imports are that another store had.
    pub async fn take_over(&self, drained: i64, imports: Vec<ImportMark>) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.take_over(drained, imports).await,
            Engine::ClickHouse(server) => server.take_over(drained, &imports).await,
        }
    }

    /// Makes what was written so far independent of the inbox.
    pub async fn checkpoint(&self) -> Result<(), EngineError> {
        match self {
            Engine::DuckDb(database) => database.checkpoint().await,
            Engine::ClickHouse(_) => Ok(()),
        }
    }

    /// Keeps what is stored as it is until the answer is dropped.
    pub async fn hold(&self) -> Result<Held, EngineError> {
        match self {
            Engine::DuckDb(database) => database.hold().await,
            Engine::ClickHouse(_) => Err(EngineError::Other(
                "events are in ClickHouse, which has BACKUP of its own".to_owned(),
            )),
        }
    }

    /// Starts over after a failure of the disk.
    pub async fn reopen(&self) -> Result<(), OpenError> {
        match self {
            Engine::DuckDb(database) => database.reopen().await,
            Engine::ClickHouse(_) => Ok(()),
        }
    }

    /// Closes the files, once no question runs.
    pub async fn close(&self) {
        match self {
            Engine::DuckDb(database) => database.close().await,
            Engine::ClickHouse(_) => (),
        }
    }
}
