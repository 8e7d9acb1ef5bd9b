//! Taking over what another store had: a day of a site at a time.

use super::super::batch::ImportMark;
use super::super::moving::{Column, Kind, Table};
use super::super::rolled::Rolled;
use super::super::statement::Cell;
use super::{import, rollup, row};
use ::duckdb::types::Value;
use ::duckdb::{Connection, appender_params_from_iter, params};
use jiff::civil::Date;
use std::sync::Mutex;
use tokio::sync::mpsc;

/// Puts rows in the place of a table's rows of a site's day, in one transaction. `None` as the day is every day; then nothing comes.
pub(super) fn replace_day(
    conn: &mut Connection,
    rolled: &Mutex<Rolled>,
    (table, site_id, day): (Table, &str, Option<Date>),
    mut rows: mpsc::Receiver<Vec<Vec<Cell>>>,
) -> ::duckdb::Result<()> {
    conn.execute_batch(&row::staging_table())?;
    let tx = conn.transaction()?;
    // Visits and events of one day count on others too.
    rollup::take_out_before(&tx, rolled, site_id, None)?;
    let mut sql = format!("DELETE FROM {} WHERE site_id = ?", table.name());
    match day {
        Some(day) => {
            sql.push_str(" AND local_date = CAST(? AS DATE)");
            tx.execute(&sql, params![site_id, day.to_string()])?;
        }
        None => drop(tx.execute(&sql, params![site_id])?),
    }
    let columns = table.columns();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut appender = match table {
        Table::Events => tx.appender_to_catalog_and_db("batch", "temp", "main")?,
        Table::Visits | Table::ImportedDays => tx.appender_with_columns(table.name(), &names)?,
    };
    while let Some(some) = rows.blocking_recv() {
        for cells in some {
            let values = columns.iter().zip(cells).map(|(column, cell)| value(*column, cell));
            appender.append_row(appender_params_from_iter(values.collect::<Vec<_>>()))?;
        }
    }
    appender.flush()?;
    drop(appender);
    if table == Table::Events {
        tx.execute_batch(&row::take_staged())?;
    }
    tx.commit()
}

/// A cell as the appender takes it.
fn value((_, kind): Column, cell: Cell) -> Value {
    match (kind, cell) {
        (_, Cell::Null) => Value::Null,
        (Kind::Unsigned, Cell::Int(n)) => Value::UBigInt(n.cast_unsigned()),
        (Kind::Bool, Cell::Int(n)) => Value::Boolean(n != 0),
        (Kind::Day, Cell::Int(n)) => i32::try_from(n).map_or(Value::Null, Value::Date32),
        (_, Cell::Int(n)) => Value::BigInt(n),
        (_, Cell::Float(x)) => Value::Double(x),
        (_, Cell::Text(text)) => Value::Text(text),
    }
}

/// How far every import is.
pub(super) fn imports(conn: &Connection) -> ::duckdb::Result<Vec<ImportMark>> {
    let mut statement = conn.prepare("SELECT import_id, site_id, progress FROM import_progress")?;
    let rows = statement.query_map([], |row| {
        Ok(ImportMark {
            import_id: row.get(0)?,
            site_id: shared::ids::SiteId(row.get(1)?),
            progress: row.get(2)?,
        })
    })?;
    rows.collect()
}

/// Says how far the inbox and the imports are that other stores had.
pub(super) fn take_over(conn: &mut Connection, drained: i64, imports: &[ImportMark]) -> ::duckdb::Result<()> {
    let tx = conn.transaction()?;
    tx.execute_batch("DELETE FROM import_progress")?;
    for mark in imports {
        import::write_progress(&tx, mark)?;
    }
    tx.execute("UPDATE drained SET seq = greatest(seq, ?)", params![drained])?;
    tx.commit()
}
