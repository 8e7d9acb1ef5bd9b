//! Moving to another engine: everything of one store becomes everything of the other.
//!
//! Promise: a day of a site that is the same in both stores, to the byte, is left alone, and one that is not is written anew. So a move that was
//! cut short, however, goes on by being started again; a second one copies what has changed since the first; and the check is the question
//! with which both begin. Each event keeps its number, its visit and its import. An event of the embedded engine gets its data folder's
//! number in front of its own, as the other engine gives it, and keeps it on the way back, so that numbers of the inbox that
//! come later are never among those that were moved.
//!
//! Which store is ahead is told by how far the inbox is drained into each; nothing is moved over a store that is ahead.
//!
//! Absent: days that were counted beforehand, which are counted again; moving several data folders into one store that has
//! no servers yet, and anything from the inbox, which is drained into whichever store the server starts with.

mod compare;
mod table;

use super::clickhouse::SEQ_BITS;
use super::engine::Engine;
use super::error::{EngineError, OpenError};
use super::lock::FolderLock;
use super::open::{INBOX, folder_name, is_clickhouse, open_engine};
use super::statement::Statement;
use super::{Events, inbox};
use crate::db::Db;
use compare::Days;
pub use compare::Difference;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
pub use table::{Column, Kind, Table};
use tokio::sync::mpsc;

/// Chunks of rows that wait between the stores.
const CHUNKS: usize = 4;
/// A server that is away or has too much to merge is tried again, with pauses that double.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(16);

/// Why a move does not go on.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// A store does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A store fails.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Both URLs name the same engine.
    #[error("of --from and --to one has to begin with duckdb:// and the other with clickhouse://")]
    SameEngine,
    /// The target was used since.
    #[error("{to} has taken events that {from} does not have, so that moving would lose them")]
    Behind {
        /// Where from.
        from: &'static str,
        /// Where to.
        to: &'static str,
    },
}

/// How far a move is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Sites that are done.
    pub sites: usize,
    /// All sites.
    pub of_sites: usize,
    /// Days of a table that were copied.
    pub copied: usize,
    /// Days of a table that were the same.
    pub same: usize,
}

/// Two open stores.
#[derive(Debug)]
pub struct Move {
    source: Arc<Engine>,
    target: Engine,
    /// The data folder's.
    number: i64,
    _lock: Option<FolderLock>,
}

impl Move {
    /// Opens both stores of a data folder that no server uses.
    pub async fn open(
        settings: &crate::config::Events,
        (from, to): (&str, &str),
        data_dir: &Path,
        db: &Db,
    ) -> Result<Self, MoveError> {
        if is_clickhouse(from) == is_clickhouse(to) {
            return Err(MoveError::SameEngine);
        }
        let lock = FolderLock::take(data_dir)?;
        let mut inbox = inbox::OpenInbox::open(&data_dir.join(INBOX)).await?;
        let source = open_engine(settings, from, data_dir, &mut inbox, Some(db)).await?;
        let target = open_engine(settings, to, data_dir, &mut inbox, Some(db)).await?;
        Ok(Self::of(Arc::new(source), target, Some(lock)))
    }

    fn of(source: Arc<Engine>, target: Engine, lock: Option<FolderLock>) -> Self {
        Self {
            number: source.number().or(target.number()).unwrap_or(0),
            source,
            target,
            _lock: lock,
        }
    }

    /// Makes the target equal to the source, and closes it. Days from `closed` on are left out, where it is given: then the source is in use,
    /// and what says how far it is is left out too.
    pub async fn run(&self, closed: Option<Date>, tell: &mut dyn FnMut(&Moved)) -> Result<Moved, MoveError> {
        self.source.settle().await?;
        self.target.settle().await?;
        self.refuse_when_behind().await?;
        if closed.is_none() {
            let imports = self.source.imports().await?;
            self.target.take_over(self.source.drained_seq().await?, imports).await?;
        }
        let sites = sites(&self.source).await?;
        let mut moved = Moved {
            of_sites: sites.len(),
            ..Moved::default()
        };
        for site_id in sites {
            for table in Table::ALL {
                self.table_of(table, &site_id, closed, &mut moved, tell).await?;
            }
            moved.sites += 1;
            tell(&moved);
        }
        self.target.checkpoint().await?;
        Ok(moved)
    }

    async fn refuse_when_behind(&self) -> Result<(), MoveError> {
        match self.target.drained_seq().await? > self.source.drained_seq().await? {
            true => Err(MoveError::Behind {
                from: self.source.name(),
                to: self.target.name(),
            }),
            false => Ok(()),
        }
    }

    async fn table_of(
        &self,
        table: Table,
        site_id: &str,
        closed: Option<Date>,
        moved: &mut Moved,
        tell: &mut dyn FnMut(&Moved),
    ) -> Result<(), MoveError> {
        let (there, here) = self.days(table, site_id, closed).await?;
        let all: BTreeSet<Date> = there.keys().chain(here.keys()).copied().collect();
        for day in all {
            if there.get(&day) == here.get(&day) {
                moved.same += 1;
                continue;
            }
            self.copy_patiently(table, site_id, day, here.contains_key(&day))
                .await?;
            moved.copied += 1;
            tell(moved);
        }
        Ok(())
    }

    /// What both stores say of the days of a site: the source, the target.
    async fn days(&self, table: Table, site_id: &str, closed: Option<Date>) -> Result<(Days, Days), EngineError> {
        let there = compare::days(&self.source, table, self.number, site_id, closed);
        let here = compare::days(&self.target, table, self.number, site_id, closed);
        Ok((there.await?, here.await?))
    }

    async fn copy_patiently(
        &self,
        table: Table,
        site_id: &str,
        day: Date,
        mut has_rows: bool,
    ) -> Result<(), EngineError> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.copy(table, site_id, day, has_rows).await {
                Err(EngineError::Away(cause)) if pause <= LONGEST_PAUSE => {
                    tracing::warn!(site_id, %day, cause, "a day was not moved and is tried again");
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                    // What was written may be there.
                    has_rows = true;
                }
                done => return done,
            }
        }
    }

    async fn copy(&self, table: Table, site_id: &str, day: Date, has_rows: bool) -> Result<(), EngineError> {
        let (sender, rows) = mpsc::channel(CHUNKS);
        let question = table.rows(self.source.dialect(), self.number, site_id, day);
        let (read, written) = tokio::join!(
            self.source.query_each(question, sender),
            self.target.replace_day((table, site_id, Some(day)), has_rows, rows)
        );
        written.and(read)
    }

    /// Sites that only the target has something of.
    pub async fn strangers(&self) -> Result<Vec<String>, EngineError> {
        let known = sites(&self.source).await?;
        let mut strangers = sites(&self.target).await?;
        strangers.retain(|site_id| !known.contains(site_id));
        Ok(strangers)
    }

    /// Forgets a site in the target.
    pub async fn forget(&self, site_id: &str) -> Result<(), EngineError> {
        for table in Table::ALL {
            let (_, nothing) = mpsc::channel(1);
            self.target.replace_day((table, site_id, None), true, nothing).await?;
        }
        Ok(())
    }

    /// Asks both stores for every day of every site; answers where they differ.
    pub async fn check(&self) -> Result<Vec<Difference>, EngineError> {
        let mut all: BTreeSet<String> = sites(&self.source).await?.into_iter().collect();
        all.extend(sites(&self.target).await?);
        let mut differences = Vec::new();
        for site_id in all {
            for table in Table::ALL {
                let (there, here) = self.days(table, &site_id, None).await?;
                let words = table.words(self.source.dialect());
                differences.extend(compare::differences(table, &site_id, &words, &there, &here));
            }
        }
        Ok(differences)
    }

    /// Closes both stores.
    pub async fn close(self) {
        self.target.close().await;
        // A server goes on with the source.
        if self._lock.is_some() {
            self.source.close().await;
        }
    }
}

impl Events {
    /// The store as the source of a move to another one while it is in use.
    pub async fn moving_to(
        &self,
        settings: &crate::config::Events,
        to: &str,
        data_dir: &Path,
        db: &Db,
    ) -> Result<Move, MoveError> {
        if matches!(*self.0.engine, Engine::ClickHouse(_)) == is_clickhouse(to) {
            return Err(MoveError::SameEngine);
        }
        let mut inbox = inbox::OpenInbox::open(&data_dir.join(INBOX)).await?;
        let target = open_engine(settings, to, data_dir, &mut inbox, Some(db)).await?;
        Ok(Move::of(self.0.engine.clone(), target, None))
    }

    /// The name of a data folder, by which servers that share a metadata store are told apart.
    pub async fn folder_name(data_dir: &Path) -> Result<String, MoveError> {
        let path = data_dir.join(INBOX);
        let mut inbox = inbox::OpenInbox::open(&path).await?;
        Ok(folder_name(&mut inbox, &path).await?)
    }
}

/// The sites that a store has something of.
async fn sites(engine: &Engine) -> Result<Vec<String>, EngineError> {
    let tables = Table::ALL.map(|table| format!("SELECT DISTINCT site_id FROM {}", table.name()));
    let statement = Statement::plain(tables.join(" UNION DISTINCT ") + " ORDER BY site_id");
    let rows = compare::all(engine, statement).await?.into_iter();
    Ok(rows
        .filter_map(|row| row.into_iter().next())
        .map(super::statement::Cell::into_text)
        .collect())
}
