//! Days that are counted while they go on. What is kept of their visits is a temporary table of the writer's, which goes with it.

use super::super::rolled::{CatchUp, RUNNING, Rolled, RunUp};
use super::super::statement::Statement;
use super::{read, rollup};
use ::duckdb::{Connection, params, params_from_iter};
use jiff::civil::Date;
use std::collections::HashSet;
use std::sync::Mutex;

const UNPOISONED: &str = "nothing panics with the lock";

/// The visits of days as they were counted: what `visit_days` has of them but for the marks, and what it has not.
const VISITS: &str = "CREATE TEMP TABLE IF NOT EXISTS running_visits AS \
    SELECT CAST(0 AS BIGINT) AS visit_id, '' AS entry_hostname, COLUMNS(c -> c <> 'of_day' AND NOT starts_with(c, 'first')) \
    FROM visit_days LIMIT 0";

/// Events that came since a running day was counted, of the day or not, with their visits.
const NEW: &str =
    "CREATE TEMP TABLE IF NOT EXISTS running_new (site_id VARCHAR, local_date DATE, event_id BIGINT, visit_id BIGINT)";

/// Counts a day from its beginning on; false when it can't be brought up to date later.
pub(super) fn run(
    conn: &mut Connection,
    rolled: &Mutex<Rolled>,
    (site_id, day): (&str, Date),
    work: &RunUp,
) -> ::duckdb::Result<bool> {
    conn.execute_batch(VISITS)?;
    conn.execute_batch(NEW)?;
    let tx = conn.transaction()?;
    let changed = rollup::Changed::from([(site_id.to_owned(), [day].into())]);
    rollup::take_out(&tx, rolled, &changed)?;
    rollup::forget(&tx, site_id, day)?;
    forget(&tx, site_id, day)?;
    if number(&tx, &work.torn)? > 0 {
        // Whatever was there of the day is gone all the same.
        tx.commit()?;
        rolled
            .lock()
            .expect(UNPOISONED)
            .stop_running(site_id, |running| running == day);
        return Ok(false);
    }
    for statement in &work.inserts {
        execute(&tx, statement)?;
    }
    enter(tx, site_id, day)?;
    rolled.lock().expect(UNPOISONED).run(site_id, day, work.events);
    Ok(true)
}

/// Brings a day up to date that is running; nothing happens where it is, or where it is not running any more.
pub(super) fn catch_up(
    conn: &mut Connection,
    rolled: &Mutex<Rolled>,
    (site_id, day): (&str, Date),
    work: &CatchUp,
) -> ::duckdb::Result<()> {
    if rolled.lock().expect(UNPOISONED).behind(site_id, day).is_none() {
        return Ok(());
    }
    let tx = conn.transaction()?;
    for statement in &work.find {
        execute(&tx, statement)?;
    }
    if number(&tx, &work.torn)? > 0 {
        return stop(&tx, rolled, site_id, |running| running == day).and_then(|()| tx.commit());
    }
    for statement in &work.change {
        execute(&tx, statement)?;
    }
    enter(tx, site_id, day)?;
    rolled.lock().expect(UNPOISONED).catch_up(site_id, day);
    Ok(())
}

/// Notes the events of a batch that is not taken over yet, for the running days of their sites.
pub(super) fn note_new(conn: &Connection, rolled: &Mutex<Rolled>, sites: &HashSet<&str>) -> ::duckdb::Result<()> {
    let running: Vec<(String, Date)> = {
        let rolled = rolled.lock().expect(UNPOISONED);
        let theirs = rolled.running().filter(|(site_id, _)| sites.contains(site_id));
        theirs.map(|(site_id, day)| (site_id.to_owned(), day)).collect()
    };
    for (site_id, day) in running {
        conn.execute(
            "INSERT INTO running_new SELECT site_id, CAST(? AS DATE), event_id, visit_id FROM temp.batch WHERE site_id = ?",
            params![day.to_string(), site_id],
        )?;
    }
    Ok(())
}

/// Commits that a day is up to date.
fn enter(tx: ::duckdb::Transaction<'_>, site_id: &str, day: Date) -> ::duckdb::Result<()> {
    delete(&tx, "running_new", site_id, day)?;
    tx.execute(
        "INSERT INTO rolled_days (site_id, local_date, unsteady) VALUES (?, CAST(? AS DATE), ?)",
        params![site_id, day.to_string(), RUNNING],
    )?;
    tx.commit()
}

/// Stops counting days, and takes what is counted of them out, in the transaction that changes them otherwise than by new events.
pub(super) fn stop(
    conn: &Connection,
    rolled: &Mutex<Rolled>,
    site_id: &str,
    is_meant: impl Fn(Date) -> bool,
) -> ::duckdb::Result<()> {
    let stopped = rolled.lock().expect(UNPOISONED).stop_running(site_id, is_meant);
    for day in &stopped {
        rollup::forget(conn, site_id, *day)?;
        forget(conn, site_id, *day)?;
    }
    let stopped = rollup::Changed::from([(site_id.to_owned(), stopped.into_iter().collect())]);
    rollup::take_out(conn, rolled, &stopped)
}

/// Stops counting all days but some.
pub(super) fn stop_others(
    conn: &mut Connection,
    rolled: &Mutex<Rolled>,
    kept: &HashSet<(String, Date)>,
) -> ::duckdb::Result<()> {
    let running: Vec<(String, Date)> = {
        let rolled = rolled.lock().expect(UNPOISONED);
        let all = rolled.running().map(|(site_id, day)| (site_id.to_owned(), day));
        all.filter(|day| !kept.contains(day)).collect()
    };
    if running.is_empty() {
        return Ok(());
    }
    let tx = conn.transaction()?;
    for (site_id, day) in running {
        stop(&tx, rolled, &site_id, |running| running == day)?;
    }
    tx.commit()
}

/// Lets go of all visits that are kept, in the transaction that takes all days out.
pub(super) fn forget_all(conn: &Connection) -> ::duckdb::Result<()> {
    conn.execute_batch("DROP TABLE IF EXISTS running_visits; DROP TABLE IF EXISTS running_new")
}

fn forget(conn: &Connection, site_id: &str, day: Date) -> ::duckdb::Result<()> {
    delete(conn, "running_visits", site_id, day)?;
    delete(conn, "running_new", site_id, day)
}

fn delete(conn: &Connection, table: &str, site_id: &str, day: Date) -> ::duckdb::Result<()> {
    let sql = format!("DELETE FROM {table} WHERE site_id = ? AND local_date = CAST(? AS DATE)");
    conn.execute(&sql, params![site_id, day.to_string()])?;
    Ok(())
}

fn execute(conn: &Connection, statement: &Statement) -> ::duckdb::Result<()> {
    let (sql, params) = read::spelled(statement);
    conn.execute(&sql, params_from_iter(params))?;
    Ok(())
}

fn number(conn: &Connection, statement: &Statement) -> ::duckdb::Result<i64> {
    let (sql, params) = read::spelled(statement);
    conn.query_row(&sql, params_from_iter(params), |row| row.get(0))
}
