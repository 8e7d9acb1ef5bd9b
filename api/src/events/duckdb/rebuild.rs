//! A damaged file: what can be read of it is copied into a new one, which takes its place; the old one is kept under another name.
//!
//! Each block of the file carries a checksum, so that what is read is what was written. A block that fails it takes the rows with it that have
//! a value there, and nothing else. What came after the last checkpoint is drained from the inbox again, as after every start. Days that were
//! rolled up are left behind: they are counted anew from the rows.

use super::super::clickhouse::SEQ_BITS;
use super::super::error::OpenError;
use super::open::{Failure, OpenAs, beside, connect, free_name, migrate, set_aside, set_logs_aside};
use super::rollup;
use ::duckdb::{Connection, params};
use std::path::Path;

/// Rows that are copied at once, which DuckDB keeps together, and those below which a failure is not looked into further.
const ROWS_AT_ONCE: i64 = 122_880;
const FEWEST_ROWS: i64 = 2_048;

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default)]
struct Copied {
    rows: i64,
    lost: i64,
}

/// Puts a new file in the place of a damaged one that nobody has open. Until everything is copied, the old one stays where it is, so that
/// a rebuild that is cut short is begun anew.
pub(super) fn rebuild(path: &Path, settings: &crate::config::Events, cause: &str) -> Result<(), OpenError> {
    set_logs_aside(path)?;
    let (kept, fresh) = (free_name(path), beside(path, "rebuilding"));
    tracing::error!(file = %path.display(), kept = %kept.display(), cause, "the event file is damaged; it is set aside, and a new one is filled with what can be read of it and what waits in the inbox");
    remove(&fresh)?;
    let copied = copy_all(path, &fresh, settings).map_err(|failure| failure.into_error(&fresh))?;
    let failed = |error: std::io::Error| OpenError::Unwritable {
        path: kept.clone(),
        cause: error.to_string(),
    };
    let Some(copied) = copied else {
        remove(&fresh)?;
        return set_aside(path, &kept);
    };
    // At no moment is there no file: a second name for the old one, then the new one in its place.
    std::fs::hard_link(path, &kept).map_err(failed)?;
    std::fs::rename(&fresh, path).map_err(failed)?;
    remove(&fresh)?;
    tracing::warn!(file = %path.display(), rows = copied.rows, lost = copied.lost, "the event file is rebuilt");
    Ok(())
}

/// Removes an unfinished copy.
fn remove(fresh: &Path) -> Result<(), OpenError> {
    for file in [fresh.to_owned(), beside(fresh, "wal")] {
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let cause = error.to_string();
                return Err(OpenError::Unwritable { path: file, cause });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Copies everything that can be read; none when the file does not even tell its tables.
fn copy_all(from: &Path, to: &Path, settings: &crate::config::Events) -> Result<Option<Copied>, Failure> {
    let conn = connect(to, settings, OpenAs::Rebuilder)?;
    migrate(&conn)?;
    // The schema is in the file from here on, whatever becomes of the rest.
    let attach = format!(
        "ATTACH '{}' AS damaged (READ_ONLY)",
        from.display().to_string().replace('\'', "''")
    );
    let Some(tables) = readable(conn.execute_batch(&attach).and_then(|()| tables(&conn)))? else {
        return Ok(None);
    };
    let mut all = Copied::default();
    for table in tables {
        let copied = copy(&conn, &table)?;
        all.rows += copied.rows;
        all.lost += copied.lost;
    }
    let told = conn.query_row("SELECT seq FROM damaged.drained", [], |row| row.get::<_, i64>(0));
    let drained = match readable(told)? {
        Some(seq) => seq,
        // The last event that was collected here. Imports have numbers too, and those of other folders are higher than any of ours.
        None => conn
            .query_row(
                "SELECT coalesce(max(event_id), 0) FROM events WHERE import_id IS NULL AND event_id < ?",
                params![1_i64 << SEQ_BITS],
                |row| row.get(0),
            )
            .map_err(Failure::of)?,
    };
    conn.execute("UPDATE drained SET seq = ?", params![drained])
        .map_err(Failure::of)?;
    conn.execute_batch("DETACH damaged; CHECKPOINT").map_err(Failure::of)?;
    conn.close().map_err(|(_, error)| Failure::of(error))?;
    Ok(Some(all))
}

/// What was read, or nothing where that is damaged.
fn readable<T>(read: ::duckdb::Result<T>) -> Result<Option<T>, Failure> {
    match read.map_err(Failure::of) {
        Ok(read) => Ok(Some(read)),
        Err(Failure::Damaged(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The tables with rows of their own.
fn tables(conn: &Connection) -> ::duckdb::Result<Vec<String>> {
    let mut statement = conn.prepare(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'damaged'
            AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE database_name <> 'damaged' AND NOT temporary)
            AND table_name NOT IN ('drained', 'schema_version')
         ORDER BY table_name",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    let is_counted_anew = |name: &String| {
        let mut rolled = rollup::TABLES.iter().chain(&rollup::MONTHS);
        rolled.any(|table| table == name)
    };
    names.filter(|name| !name.as_ref().is_ok_and(is_counted_anew)).collect()
}

/// Copies a table, some rows at a time, and fewer where some can't be read.
fn copy(conn: &Connection, table: &str) -> Result<Copied, Failure> {
    let mut copied = Copied::default();
    let last = format!("SELECT coalesce(max(rowid) + 1, 0) FROM damaged.{table}");
    let Some(end) = readable(conn.query_row(&last, [], |row| row.get::<_, i64>(0)))? else {
        tracing::error!(table, "nothing of the table can be read");
        return Ok(copied);
    };
    let insert = format!("INSERT INTO {table} BY NAME SELECT * FROM damaged.{table} WHERE rowid >= ? AND rowid < ?");
    let mut ranges: Vec<(i64, i64)> = (0..end)
        .step_by(usize::try_from(ROWS_AT_ONCE).expect("a small number"))
        .map(|from| (from, end.min(from + ROWS_AT_ONCE)))
        .collect();
    while let Some((from, to)) = ranges.pop() {
        match readable(conn.execute(&insert, params![from, to]))? {
            Some(rows) => copied.rows += i64::try_from(rows).unwrap_or(0),
            None if to - from > FEWEST_ROWS => {
                let middle = from + (to - from) / 2;
                ranges.extend([(from, middle), (middle, to)]);
            }
            // Rows that were deleted before are among them; nobody can tell how many.
            None => copied.lost += to - from,
        }
    }
    Ok(copied)
}
