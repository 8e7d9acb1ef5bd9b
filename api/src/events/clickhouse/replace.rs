//! Taking over what another store had: a day of a site at a time.

use super::ClickHouse;
use crate::events::batch::ImportMark;
use crate::events::error::EngineError;
use crate::events::moving::{Column, Kind, Table};
use crate::events::statement::{Cell, Statement};
use crate::kit::secret;
use jiff::Span;
use jiff::civil::{Date, date};
use serde::Serialize;
use serde::ser::{Error as _, SerializeMap, Serializer};
use tokio::sync::mpsc;

/// Bytes of rows that are written at once.
const BYTES_AT_ONCE: usize = 8 << 20;

impl ClickHouse {
    /// The data folder's number.
    pub fn number(&self) -> i64 {
        self.ledger.number
    }

    /// Carries out what is planned, so that everything that was accepted can be read.
    pub async fn settle(&self) -> Result<(), EngineError> {
        let (_one, turn) = self.begin().await?;
        turn.end().await;
        Ok(())
    }

    /// Puts rows in the place of a table's rows of a site's day; whether there are any is known. `None` as the day is every day; then
    /// nothing comes. What is cut short leaves some of the rows, and is done again.
    pub async fn replace_day(
        &self,
        (table, site_id, day): (Table, &str, Option<Date>),
        has_rows: bool,
        mut rows: mpsc::Receiver<Vec<Vec<Cell>>>,
    ) -> Result<(), EngineError> {
        if has_rows {
            let stored = self.layout.stored(table.name());
            let mut delete = Statement::plain(format!("ALTER TABLE {stored} DELETE WHERE site_id = "));
            delete.text(site_id);
            if let Some(day) = day {
                delete
                    .push(" AND local_date = toDate32(")
                    .text(day.to_string())
                    .push(")");
            }
            self.client.change(&delete).await?;
        }
        let columns = table.columns();
        let mut lines = String::new();
        loop {
            let some = rows.recv().await;
            let is_end = some.is_none();
            for cells in some.unwrap_or_default() {
                let line = serde_json::to_string(&Line(table, &columns, &cells));
                lines.push_str(&line.map_err(super::unwritable)?);
                lines.push('\n');
            }
            if !lines.is_empty() && (is_end || lines.len() >= BYTES_AT_ONCE) {
                // A token of its own: rows that were deleted must not pass for those that are there.
                let token = secret::text(20, &secret::BASE32);
                self.client.insert(table.name(), &token, &lines).await?;
                lines.clear();
            }
            if is_end {
                return Ok(());
            }
        }
    }

    /// How far every import is.
    pub async fn imports(&self) -> Result<Vec<ImportMark>, EngineError> {
        self.ledger.imports().await
    }

    /// Says how far the inbox and the imports are that another store had.
    pub async fn take_over(&self, drained: i64, imports: &[ImportMark]) -> Result<(), EngineError> {
        let (_one, turn) = self.begin().await?;
        let done = turn.take_over(drained, imports).await;
        turn.end().await;
        done
    }
}

/// A row in `JSONEachRow`.
struct Line<'a>(Table, &'a [Column], &'a [Cell]);

/// Properties as one object, in their order.
struct Props<'a>(&'a str, &'a str);

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Line(table, columns, cells) = self;
        let mut map = serializer.serialize_map(None)?;
        for (at, ((name, kind), cell)) in columns.iter().zip(*cells).enumerate() {
            match (kind, cell) {
                (Kind::PropKeys, Cell::Text(keys)) => match cells.get(at + 1) {
                    Some(Cell::Text(values)) => map.serialize_entry("props", &Props(keys, values))?,
                    _ => return Err(S::Error::custom("properties without values")),
                },
                (Kind::PropKeys | Kind::PropValues | Kind::Thousandths, Cell::Null) | (Kind::PropValues, _) => {}
                (_, Cell::Null) => map.serialize_entry(name, &None::<i64>)?,
                (Kind::Thousandths, Cell::Int(n)) => map.serialize_entry("revenue", &super::row::decimal(*n))?,
                (Kind::Unsigned, Cell::Int(n)) => map.serialize_entry(name, &n.cast_unsigned())?,
                (Kind::Bool, Cell::Int(n)) => map.serialize_entry(name, &(*n != 0))?,
                (Kind::Day, Cell::Int(n)) => {
                    let day = Span::new().try_days(*n).map_err(S::Error::custom)?;
                    map.serialize_entry(name, &date(1970, 1, 1).saturating_add(day))?;
                }
                (_, Cell::Int(n)) => map.serialize_entry(name, n)?,
                (_, Cell::Float(x)) => map.serialize_entry(name, x)?,
                (_, Cell::Text(text)) => map.serialize_entry(name, text)?,
            }
        }
        if *table == Table::Visits {
            // Every plan's is higher.
            map.serialize_entry("version", &0)?;
        }
        map.end()
    }
}

impl Serialize for Props<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in self.0.split('\u{1e}').zip(self.1.split('\u{1e}')) {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
