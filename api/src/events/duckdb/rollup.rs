//! Days that are rolled up, and months that are added up from them: keeping the tables of both true.

use super::super::rolled::{Known, RollUp, Rolled};
use super::super::statement::Statement;
use super::running;
use ::duckdb::{Connection, ToSql, params, params_from_iter};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

const UNPOISONED: &str = "nothing panics with the lock";
/// What is kept of a day that is rolled up; a row of each of them has its site and its local date.
pub(super) const TABLES: [&str; 6] = [
    "rolled_days",
    "rollups",
    "long_rollups",
    "visit_days",
    "audience_days",
    "page_days",
];

/// What is kept of a month that is added up; a row of each of them has its site and the month's first day as its local date.
pub(super) const MONTHS: [&str; 4] = [
    "rolled_months",
    "long_months",
    "audience_months",
    "long_audience_months",
];

/// Days that a transaction changes, by site.
pub(super) type Changed = BTreeMap<String, BTreeSet<Date>>;

/// Runs what takes days out. When it fails, nothing has left the file, so what is known of it is read again: a day that only memory
/// has lost would not be taken out of the file by a later change.
pub(super) fn changing<T>(
    conn: &mut Connection,
    rolled: &Mutex<Rolled>,
    work: impl FnOnce(&mut Connection) -> ::duckdb::Result<T>,
) -> ::duckdb::Result<T> {
    let done = work(conn);
    if done.is_err() {
        // A file that can't be read now is opened anew, and read then. No day is running any more.
        rolled.lock().expect(UNPOISONED).replace(load(conn).unwrap_or_default());
        let _ = running::forget_all(conn);
    }
    done
}

/// Every day that is rolled up, and every month that is added up.
pub(super) fn load(conn: &Connection) -> ::duckdb::Result<Known> {
    Ok(Known {
        days: days(conn)?,
        months: months(conn)?,
    })
}

fn months(conn: &Connection) -> ::duckdb::Result<Vec<(String, Date)>> {
    let mut statement = conn.prepare("SELECT site_id, CAST(local_date AS VARCHAR) FROM rolled_months")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let months = rows.filter_map(|row| match row {
        Ok((site_id, date)) => Some(Ok((site_id, date.parse().ok()?))),
        Err(error) => Some(Err(error)),
    });
    months.collect()
}

fn days(conn: &Connection) -> ::duckdb::Result<Vec<(String, Date, u32)>> {
    let mut statement = conn.prepare("SELECT site_id, CAST(local_date AS VARCHAR), unsteady FROM rolled_days")?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, u32>(2)?,
        ))
    })?;
    let days = rows.filter_map(|row| match row {
        Ok((site_id, date, bits)) => Some(Ok((site_id, date.parse().ok()?, bits))),
        Err(error) => Some(Err(error)),
    });
    days.collect()
}

/// Takes days out, in the transaction that changes them and before it commits.
pub(super) fn take_out(conn: &Connection, rolled: &Mutex<Rolled>, changed: &Changed) -> ::duckdb::Result<()> {
    for (site_id, days) in changed {
        let gone = {
            let mut rolled = rolled.lock().expect(UNPOISONED);
            let gone = rolled.leave(site_id, |day| days.contains(&day));
            rolled.wait(site_id, days.iter().copied());
            gone
        };
        let is_it = "site_id = ? AND local_date = CAST(? AS DATE)";
        for day in gone.days {
            forget(conn, site_id, day)?;
        }
        for day in gone.running {
            delete(conn, &["rolled_days"], is_it, params![site_id, day.to_string()])?;
        }
        for month in gone.months {
            delete(conn, &MONTHS, is_it, params![site_id, month.to_string()])?;
        }
    }
    Ok(())
}

/// Deletes what is kept of a day.
pub(super) fn forget(conn: &Connection, site_id: &str, day: Date) -> ::duckdb::Result<()> {
    let is_it = "site_id = ? AND local_date = CAST(? AS DATE)";
    delete(conn, &TABLES, is_it, params![site_id, day.to_string()])
}

/// Takes days out whose rows are changed otherwise than by new events, so that they can't be brought up to date.
pub(super) fn take_out_for_good(conn: &Connection, rolled: &Mutex<Rolled>, changed: &Changed) -> ::duckdb::Result<()> {
    for (site_id, days) in changed {
        running::stop(conn, rolled, site_id, |day| days.contains(&day))?;
    }
    take_out(conn, rolled, changed)
}

/// Takes all days of a site out that are before a date, or all of them.
pub(super) fn take_out_before(
    conn: &Connection,
    rolled: &Mutex<Rolled>,
    site_id: &str,
    before: Option<Date>,
) -> ::duckdb::Result<()> {
    let is_meant = |day: Date| before.is_none_or(|before| day < before);
    running::stop(conn, rolled, site_id, is_meant)?;
    rolled.lock().expect(UNPOISONED).leave(site_id, is_meant);
    let before = before.unwrap_or(Date::MAX).to_string();
    // A month that begins before has a day before.
    for tables in [&TABLES[..], &MONTHS] {
        let is_before = "site_id = ? AND local_date < CAST(? AS DATE)";
        delete(conn, tables, is_before, params![site_id, before])?;
    }
    Ok(())
}

/// Takes all days of all sites out.
pub(super) fn take_out_all(conn: &mut Connection, rolled: &Mutex<Rolled>) -> ::duckdb::Result<()> {
    rolled.lock().expect(UNPOISONED).replace(Known::default());
    let tx = conn.transaction()?;
    for tables in [&TABLES[..], &MONTHS] {
        delete(&tx, tables, "true", &[])?;
    }
    running::forget_all(&tx)?;
    tx.commit()
}

/// Deletes what is kept for the days that a condition names.
fn delete(conn: &Connection, tables: &[&str], condition: &str, values: &[&dyn ToSql]) -> ::duckdb::Result<()> {
    for table in tables {
        conn.execute(&format!("DELETE FROM {table} WHERE {condition}"), values)?;
    }
    Ok(())
}

/// The days that an import's events and visits count on.
pub(super) fn days_of_import(conn: &Connection, import_id: &str) -> ::duckdb::Result<Changed> {
    let mut statement = conn.prepare(
        "SELECT DISTINCT site_id, CAST(local_date AS VARCHAR) FROM events WHERE import_id = ?
         UNION SELECT DISTINCT site_id, CAST(local_date AS VARCHAR) FROM visits WHERE import_id = ?",
    )?;
    let rows = statement.query_map(params![import_id, import_id], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut changed = Changed::new();
    for row in rows {
        let (site_id, date) = row?;
        changed.entry(site_id).or_default().extend(date.parse::<Date>().ok());
    }
    Ok(changed)
}

/// The first days of the sites that have visits.
pub(super) fn first_days(conn: &Connection) -> ::duckdb::Result<Vec<(String, Date)>> {
    let mut statement =
        conn.prepare("SELECT site_id, CAST(min(local_date) AS VARCHAR) FROM visits GROUP BY site_id ORDER BY site_id")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut days = Vec::new();
    for row in rows {
        let (site_id, date) = row?;
        days.extend(date.parse().ok().map(|date| (site_id, date)));
    }
    Ok(days)
}

/// Rolls stretches of days of a site up; the days enter once that has committed.
pub(super) fn roll(
    conn: &mut Connection,
    rolled: &Mutex<Rolled>,
    site_id: &str,
    (first, last): (Date, Date),
    work: &RollUp,
) -> ::duckdb::Result<()> {
    let tx = conn.transaction()?;
    // Days that are rolled up already, here or by an earlier version of the program, or half of them.
    take_out_for_good(
        &tx,
        rolled,
        &Changed::from([(site_id.to_owned(), days_between(first, last).collect())]),
    )?;
    let between = "site_id = ? AND local_date BETWEEN CAST(? AS DATE) AND CAST(? AS DATE)";
    delete(
        &tx,
        &TABLES,
        between,
        params![site_id, first.to_string(), last.to_string()],
    )?;
    for statement in &work.inserts {
        tx.execute(&statement.sql, params_from_iter(statement.params.iter()))?;
    }
    let mut unsteady: BTreeMap<Date, u32> = BTreeMap::new();
    if let Some(statement) = &work.unsteady {
        let mut statement_of_days = tx.prepare(&statement.sql)?;
        let rows = statement_of_days.query_map(params_from_iter(statement.params.iter()), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?))
        })?;
        for row in rows {
            let (date, bits) = row?;
            if let Ok(date) = date.parse() {
                *unsteady.entry(date).or_default() |= bits;
            }
        }
    }
    let days = days_between(first, last).map(|day| (day, unsteady.get(&day).copied().unwrap_or(0)));
    let days: Vec<(Date, u32)> = days.collect();
    for (day, bits) in &days {
        tx.execute(
            "INSERT INTO rolled_days (site_id, local_date, unsteady) VALUES (?, CAST(? AS DATE), ?)",
            params![site_id, day.to_string(), bits],
        )?;
    }
    tx.commit()?;
    rolled.lock().expect(UNPOISONED).enter(site_id, days);
    Ok(())
}

/// Adds a month of a site up, if all of its days are rolled up still; it enters once that has committed.
pub(super) fn add_up(
    conn: &mut Connection,
    rolled: &Mutex<Rolled>,
    (site_id, month): (&str, Date),
    inserts: &[Statement],
) -> ::duckdb::Result<()> {
    // Days leave with the writer held only, as it is here.
    let days = rolled
        .lock()
        .expect(UNPOISONED)
        .within(site_id, month, month.last_of_month());
    if days.missing_months() != [month] {
        return Ok(());
    }
    let tx = conn.transaction()?;
    let is_it = "site_id = ? AND local_date = CAST(? AS DATE)";
    delete(&tx, &MONTHS, is_it, params![site_id, month.to_string()])?;
    for insert in inserts {
        tx.execute(&insert.sql, params_from_iter(insert.params.iter()))?;
    }
    tx.execute(
        "INSERT INTO rolled_months (site_id, local_date) VALUES (?, CAST(? AS DATE))",
        params![site_id, month.to_string()],
    )?;
    tx.commit()?;
    rolled.lock().expect(UNPOISONED).enter_month(site_id, month);
    Ok(())
}

/// Every day from one to another, both included.
pub(super) fn days_between(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(move |day| *day <= last)
}
