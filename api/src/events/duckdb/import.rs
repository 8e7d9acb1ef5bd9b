//! What only imports write: how far they are, and days of totals.

use super::super::batch::ImportMark;
use super::super::imported::{ImportedDay, NUMBERS, TEXTS};
use super::super::rolled::Rolled;
use super::rollup;
use super::row::{date, int, text};
use ::duckdb::{Connection, appender_params_from_iter, params};
use std::sync::Mutex;

/// The tables whose rows go with their site, and with their import.
pub(super) const TABLES: [&str; 4] = ["events", "visits", "import_progress", "imported_days"];

pub(super) fn write_progress(conn: &Connection, mark: &ImportMark) -> ::duckdb::Result<()> {
    conn.execute(
        "DELETE FROM import_progress WHERE import_id = ?",
        params![mark.import_id],
    )?;
    conn.execute(
        "INSERT INTO import_progress (import_id, site_id, progress) VALUES (?, ?, ?)",
        params![mark.import_id, mark.site_id.as_str(), mark.progress],
    )?;
    Ok(())
}

pub(super) fn write_days(conn: &mut Connection, days: &[ImportedDay], mark: &ImportMark) -> ::duckdb::Result<()> {
    let tx = conn.transaction()?;
    let own = ["import_id", "site_id", "local_date", "family"];
    let columns: Vec<&str> = own.into_iter().chain(TEXTS).chain(NUMBERS).collect();
    let mut appender = tx.appender_with_columns("imported_days", &columns)?;
    for day in days {
        let mut row = vec![
            text(&mark.import_id),
            text(mark.site_id.as_str()),
            date(day.date),
            text(day.family),
        ];
        row.extend(day.texts.iter().map(|value| text(value)));
        row.extend(day.numbers.iter().map(|n| int(*n)));
        appender.append_row(appender_params_from_iter(row))?;
    }
    appender.flush()?;
    drop(appender);
    write_progress(&tx, mark)?;
    tx.commit()
}

pub(super) fn delete_import(conn: &mut Connection, rolled: &Mutex<Rolled>, import_id: &str) -> ::duckdb::Result<()> {
    let tx = conn.transaction()?;
    rollup::take_out_for_good(&tx, rolled, &rollup::days_of_import(&tx, import_id)?)?;
    for table in TABLES {
        tx.execute(&format!("DELETE FROM {table} WHERE import_id = ?"), params![import_id])?;
    }
    tx.commit()
}
