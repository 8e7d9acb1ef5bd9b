//! Reading an event file that no server has open.

use super::open::{Failure, MIGRATIONS, OpenAs, connect};
use super::read::Job;
use super::{import, rollup};
use crate::events::error::{EngineError, OpenError};
use crate::events::statement::{Cell, Statement};
use ::duckdb::Connection;
use std::path::{Path, PathBuf};

/// An event file, open for reading only. DuckDB's log is not read, as the server does not trust it either.
#[derive(Debug)]
pub struct Inspection {
    // Closed before its folder goes.
    conn: Connection,
    _apart: Option<Apart>,
}

/// A second name of the file, in a folder without a log: DuckDB replays the one that lies beside the name.
#[derive(Debug)]
struct Apart(PathBuf);

impl Apart {
    fn of(path: &Path) -> std::io::Result<(Self, PathBuf)> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".read-{}", std::process::id()));
        let apart = Apart(PathBuf::from(name));
        std::fs::create_dir(&apart.0)?;
        let second = apart.0.join("events.duckdb");
        std::fs::hard_link(path, &second)?;
        Ok((apart, second))
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        // What stays is a second name of a file that is there anyhow.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Inspection {
    /// The schema that this program writes.
    pub const SCHEMA: usize = MIGRATIONS.len();

    /// The tables whose rows are of sites.
    pub fn tables() -> impl Iterator<Item = &'static str> {
        let rolled = rollup::TABLES.into_iter().chain(rollup::MONTHS);
        import::TABLES.into_iter().chain(rolled)
    }

    /// Opens a file that no process has open for writing.
    pub fn open(path: &Path, settings: &crate::config::Events) -> Result<Self, OpenError> {
        let unreadable = |cause: String| OpenError::Unreadable {
            path: path.to_owned(),
            cause,
        };
        let mut log = path.as_os_str().to_owned();
        log.push(".wal");
        let (apart, name) = match Path::new(&log).exists() {
            true => {
                let (apart, name) = Apart::of(path).map_err(|error| unreadable(error.to_string()))?;
                (Some(apart), name)
            }
            false => (None, path.to_owned()),
        };
        let conn = connect(&name, settings, OpenAs::Reader).map_err(|failure| match failure {
            Failure::Newer => OpenError::Newer(path.to_owned()),
            failure => unreadable(failure.into_words()),
        })?;
        Ok(Self { conn, _apart: apart })
    }

    /// Answers a question.
    pub fn query(&self, statement: &Statement) -> Result<Vec<Vec<Cell>>, EngineError> {
        Job::new(&self.conn).run(&self.conn, statement)
    }

    /// The first number of an answer; 0 when there is none.
    pub fn number(&self, sql: &str) -> Result<i64, EngineError> {
        let rows = self.query(&Statement::plain(sql))?;
        let cell = rows.first().and_then(|row| row.first());
        Ok(cell.and_then(Cell::as_int).unwrap_or(0))
    }

    /// The version of the file's schema.
    pub fn schema(&self) -> Result<i64, EngineError> {
        self.number("SELECT max(version) FROM schema_version")
    }

    /// Everything up to this sequence number of the inbox is in the file.
    pub fn drained(&self) -> Result<i64, EngineError> {
        self.number("SELECT seq FROM drained")
    }
}
