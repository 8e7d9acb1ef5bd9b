//! The distributed engine: one ClickHouse database, fed by any number of servers.
//!
//! Promise: as with the embedded engine, an event that was accepted is counted exactly once, whatever crashes, and it does not matter at
//! which server it arrived. ClickHouse has no transactions, so a batch first becomes a plan: its rows, to the byte, written to the
//! metadata store in the transaction that says how far the inbox is drained (`plan`, `ledger`). Then it is carried out, by whoever has the
//! turn; one that was cut short is carried out again before anything else. That is harmless: inserts carry a token under which
//! ClickHouse drops what it has, a visit replaces itself, and deletions can be repeated. One server has the turn at a time, so that which
//! visit an event belongs to is decided on what all servers wrote before.
//!
//! Absent: days that are counted beforehand (`rolled` stays empty), a copy of what the server does by itself: replication, backups.

mod answer;
mod client;
mod ledger;
mod plan;
mod replace;
mod row;
mod schema;
mod store;

use super::batch::{Batch, Entry, ImportMark, Written};
use super::dialect::Dialect;
use super::engine::STREAMS;
use super::error::{EngineError, OpenError};
use super::event::InboxEvent;
use super::imported::ImportedDay;
use super::rolled::Rolled;
use super::statement::{Cell, Param, Statement};
use super::visits::{Stitched, TIMEOUT_MS, Visit, stitch};
use crate::db::Db;
use client::Client;
use jiff::Span;
use jiff::civil::Date;
use ledger::{Ledger, Turn};
use plan::Plan;
use row::{DayRow, EventRow, VisitRow, visit_columns, visit_of};
use schema::Layout;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

/// An event's number is its data folder's in the upper bits, and its own in the inbox in so many lower ones.
pub const SEQ_BITS: u32 = 40;
/// A visit that goes on without a pause of half an hour is one for so many days; then another begins.
const LONGEST_VISIT_DAYS: i64 = 7;
/// Tables whose rows go with their site, and with their import.
const TABLES: [&str; 3] = ["events", "visits", "imported_days"];

/// A database that several servers share.
#[derive(Debug)]
pub struct ClickHouse {
    client: Client,
    layout: Layout,
    ledger: Ledger,
    query_timeout: Duration,
    /// One writer at a time in this process.
    writing: tokio::sync::Mutex<()>,
    permits: Semaphore,
    streams: Semaphore,
    rolled: Mutex<Rolled>,
}

impl ClickHouse {
    /// How this engine spells what the engines spell differently.
    pub const DIALECT: Dialect = Dialect::ClickHouse;

    /// Connects, makes or updates the tables, and enters the data folder of that name.
    pub async fn open(url: &str, settings: &crate::config::Events, db: Db, node: String) -> Result<Self, OpenError> {
        let client = Client::new(url)?;
        let layout = Layout::of(&settings.cluster)?;
        schema::migrate(&client, &layout).await?;
        let ledger = Ledger::enter(db, node).await;
        Ok(Self {
            ledger: ledger.map_err(|error| OpenError::Settings(format!("the metadata store: {error}")))?,
            client,
            layout,
            query_timeout: Duration::from_millis(settings.query_timeout_ms),
            writing: tokio::sync::Mutex::default(),
            permits: Semaphore::new(settings.concurrent_queries.max(1)),
            streams: Semaphore::new(STREAMS),
            rolled: Mutex::default(),
        })
    }

    /// Answers a question; it is stopped when the future is dropped.
    pub async fn query(&self, statement: &Statement) -> Result<Vec<Vec<Cell>>, EngineError> {
        let _permit = permit(&self.permits).await?;
        self.client.query(statement, self.query_timeout).await
    }

    /// Answers a question some rows at a time.
    pub async fn query_each(
        &self,
        statement: &Statement,
        rows: mpsc::Sender<Vec<Vec<Cell>>>,
    ) -> Result<(), EngineError> {
        let _permit = permit(&self.streams).await?;
        self.client.query_each(statement, rows).await
    }

    /// Everything of this server's inbox up to this sequence number is stored.
    pub async fn drained_seq(&self) -> Result<i64, EngineError> {
        let drained = self.ledger.drained().await?;
        // Then the next turn begins with what is planned, and says so.
        let is_unfinished = self.ledger.is_unfinished().await?;
        Ok(drained - i64::from(is_unfinished))
    }

    /// Stores a batch, all or nothing once it is planned.
    pub async fn write_batch(&self, batch: Batch) -> Result<Written, EngineError> {
        let (_one, turn) = self.begin().await?;
        let done = self.write_in_turn(&turn, batch).await;
        turn.end().await;
        done
    }

    async fn write_in_turn(&self, turn: &Turn<'_>, batch: Batch) -> Result<Written, EngineError> {
        let (drained, mut deleted) = (self.ledger.drained().await?, self.ledger.deleted_sites().await?);
        let is_import = batch.import.is_some() || batch.up_to == 0;
        let mut plan = Plan::default();
        let mut events: Vec<(i64, InboxEvent)> = Vec::new();
        for (seq, entry) in batch.entries {
            match entry {
                // Planned before a crash or a failure.
                _ if !is_import && seq <= drained => {}
                Entry::Event(event) => events.push((self.event_id(seq), event)),
                Entry::DeleteSite(site_id) => {
                    events.retain(|(_, event)| event.site_id != site_id);
                    plan.deleted_sites.push(site_id.0.clone());
                    deleted.push(site_id.0);
                }
            }
        }
        events.retain(|(_, event)| !deleted.contains(&event.site_id.0));
        let id = turn.next_plan().await?;
        let import_id = batch.import.as_ref().map(|mark| mark.import_id.as_str());
        let known = self.open_visits(&events, import_id).await?;
        let Stitched { events, visits, strays } = stitch(events, known);
        let written = Written {
            events: events.len(),
            strays,
        };
        let rows = events
            .iter()
            .map(|(event_id, at, event)| EventRow::of(*event_id, event, &visits[*at], import_id));
        plan.insert("events", rows).map_err(unwritable)?;
        let rows = visits.iter().map(|visit| VisitRow::of(visit, import_id, id));
        plan.insert("visits", rows).map_err(unwritable)?;
        turn.plan(id, &plan, batch.up_to, batch.import.as_ref()).await?;
        self.carry_out(turn, id, &plan).await?;
        Ok(written)
    }

    /// Stores days of totals with how far their import is, all or nothing once they are planned.
    pub async fn write_days(&self, days: Vec<ImportedDay>, mark: ImportMark) -> Result<(), EngineError> {
        let mut plan = Plan::default();
        let rows = days.iter().map(|day| DayRow {
            import_id: &mark.import_id,
            site_id: mark.site_id.as_str(),
            day,
        });
        plan.insert("imported_days", rows).map_err(unwritable)?;
        let (_one, turn) = self.begin().await?;
        let done = self.plan_and_carry_out(&turn, &plan, &mark).await;
        turn.end().await;
        done
    }

    async fn plan_and_carry_out(&self, turn: &Turn<'_>, plan: &Plan, mark: &ImportMark) -> Result<(), EngineError> {
        let id = turn.next_plan().await?;
        turn.plan(id, plan, 0, Some(mark)).await?;
        self.carry_out(turn, id, plan).await
    }

    /// How far an import is.
    pub async fn import_progress(&self, import_id: &str) -> Result<Option<String>, EngineError> {
        self.ledger.progress(import_id).await
    }

    /// Deletes what an import brought.
    pub async fn delete_import(&self, import_id: String) -> Result<(), EngineError> {
        let (_one, turn) = self.begin().await?;
        let mut condition = Statement::plain("import_id = ");
        condition.text(import_id.clone());
        let done = match self.delete_everywhere(&condition).await {
            Ok(()) => turn.forget_import(&import_id).await,
            Err(error) => Err(error),
        };
        turn.end().await;
        done
    }

    /// Deletes a site's days before a date; answers how many events went.
    pub async fn delete_before(&self, site_id: String, date: Date) -> Result<usize, EngineError> {
        let mut condition = Statement::plain("site_id = ");
        condition.text(site_id).push(" AND local_date < toDate32(");
        condition.text(date.to_string()).push(")");
        let (_one, turn) = self.begin().await?;
        let done = self.count_and_delete(&condition).await;
        turn.end().await;
        done
    }

    async fn count_and_delete(&self, condition: &Statement) -> Result<usize, EngineError> {
        let mut count = Statement::plain("SELECT count() FROM events WHERE ");
        count.append(condition);
        let rows = self.client.query(&count, self.query_timeout).await?;
        let events = rows.first().and_then(|row| row.first()?.as_int()).unwrap_or(0);
        self.delete_everywhere(condition).await?;
        Ok(usize::try_from(events).unwrap_or(0))
    }

    /// No day is rolled up.
    pub fn rolled(&self) -> &Mutex<Rolled> {
        &self.rolled
    }

    /// Waits for the turn, and carries out what was left.
    async fn begin(&self) -> Result<(tokio::sync::MutexGuard<'_, ()>, Turn<'_>), EngineError> {
        let one = self.writing.lock().await;
        let turn = self.ledger.turn().await?;
        match self.finish_others(&turn).await {
            Ok(()) => Ok((one, turn)),
            Err(error) => {
                turn.end().await;
                Err(error)
            }
        }
    }

    async fn finish_others(&self, turn: &Turn<'_>) -> Result<(), EngineError> {
        match turn.unfinished().await? {
            Some((id, plan)) => {
                tracing::info!(id, "carrying out what was planned before");
                self.carry_out(turn, id, &plan).await
            }
            None => Ok(()),
        }
    }

    /// Carries a plan out; it may have been carried out before, as a whole or in part.
    async fn carry_out(&self, turn: &Turn<'_>, id: i64, plan: &Plan) -> Result<(), EngineError> {
        if plan.is_empty() {
            return Ok(());
        }
        for site_id in &plan.deleted_sites {
            let mut condition = Statement::plain("site_id = ");
            condition.text(site_id.clone());
            self.delete_everywhere(&condition).await?;
        }
        for insert in &plan.inserts {
            let token = format!("{}-{id}-{}", self.ledger.name, insert.table);
            self.client.insert(&insert.table, &token, &insert.rows).await?;
        }
        turn.finish(id).await
    }

    async fn delete_everywhere(&self, condition: &Statement) -> Result<(), EngineError> {
        for table in TABLES {
            let mut delete = Statement::plain(format!("ALTER TABLE {} DELETE WHERE ", self.layout.stored(table)));
            delete.append(condition);
            self.client.change(&delete).await?;
        }
        Ok(())
    }

    fn event_id(&self, seq: i64) -> i64 {
        self.ledger.number << SEQ_BITS | seq
    }

    /// The visits that an event of the batch may go on with: of the same import, or collected as it was.
    async fn open_visits(
        &self,
        events: &[(i64, InboxEvent)],
        import_id: Option<&str>,
    ) -> Result<Vec<Visit>, EngineError> {
        let (Some(first), Some(last)) = (
            events.iter().map(|(_, event)| event.local_date).min(),
            events.iter().map(|(_, event)| event.local_date).max(),
        ) else {
            return Ok(Vec::new());
        };
        let times = || events.iter().map(|(_, event)| event.time_ms);
        let (from_ms, to_ms) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
        let mut sites: Vec<&str> = events.iter().map(|(_, event)| event.site_id.as_str()).collect();
        let mut visitors: Vec<u64> = events
            .iter()
            .flat_map(|(_, event)| [Some(event.visitor), event.visitor_before])
            .flatten()
            .collect();
        sites.sort_unstable();
        sites.dedup();
        visitors.sort_unstable();
        visitors.dedup();

        let columns = visit_columns(&Self::DIALECT.day_number("local_date"));
        let mut select = Statement::plain(format!("SELECT {columns} FROM visits WHERE site_id IN ("));
        for (at, site_id) in sites.into_iter().enumerate() {
            select.push(if at > 0 { ", " } else { "" }).text(site_id);
        }
        let earliest = first.saturating_sub(Span::new().days(LONGEST_VISIT_DAYS));
        let date = Self::DIALECT.date_value();
        select.push(&format!(") AND local_date BETWEEN {date} AND {date}"));
        // A late event may go on with a visit that began on the day after.
        let latest = last.saturating_add(Span::new().days(1));
        select
            .params
            .extend([earliest, latest].map(|date| Param::Text(date.to_string())));
        select.push(" AND end_ms >= ").int(from_ms - TIMEOUT_MS);
        select.push(" AND start_ms <= ").int(to_ms + TIMEOUT_MS);
        match import_id {
            Some(import_id) => select.push(" AND import_id = ").text(import_id),
            None => select.push(" AND import_id IS NULL"),
        };
        let visitors: Vec<String> = visitors.iter().map(u64::to_string).collect();
        select.push(&format!(" AND last_visitor IN ({})", visitors.join(", ")));
        // The order of rows decides which of two equal visits goes on.
        select.push(" ORDER BY visit_id");
        let rows = self.client.query(&select, self.query_timeout).await?;
        rows.into_iter()
            .map(visit_of)
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| EngineError::Other("a visit has all of its columns".into()))
    }
}

fn unwritable(error: serde_json::Error) -> EngineError {
    EngineError::Other(error.to_string())
}

async fn permit(permits: &Semaphore) -> Result<tokio::sync::SemaphorePermit<'_>, EngineError> {
    let permit = permits.acquire().await;
    permit.map_err(|error| EngineError::Other(error.to_string()))
}
