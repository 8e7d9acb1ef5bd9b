//! Storing a batch: events, their visits and the sequence number, in one transaction.

use super::super::batch::{Batch, Entry, Written};
use super::super::event::InboxEvent;
use super::super::rolled::Rolled;
use super::super::visits::{Stitched, TIMEOUT_MS, Visit, stitch};
use super::{import, rollup, row, running};
use ::duckdb::{Connection, appender_params_from_iter, params};
use jiff::Span;
use jiff::civil::Date;
use shared::ids::SiteId;
use std::collections::HashSet;
use std::sync::Mutex;

pub(super) fn drained_seq(conn: &Connection) -> ::duckdb::Result<i64> {
    conn.query_row("SELECT seq FROM drained", [], |row| row.get(0))
}

pub(super) fn write_batch(conn: &mut Connection, batch: Batch, rolled: &Mutex<Rolled>) -> ::duckdb::Result<Written> {
    conn.execute_batch(&row::staging_table())?;
    let tx = conn.transaction()?;
    let mut written = Written::default();
    let mut run = Vec::new();
    let import_id = batch.import.as_ref().map(|mark| mark.import_id.as_str());
    for (seq, entry) in batch.entries {
        match entry {
            Entry::Event(event) => run.push((seq, event)),
            Entry::DeleteSite(site_id) => {
                write_events(&tx, rolled, std::mem::take(&mut run), import_id, &mut written)?;
                delete_site(&tx, rolled, &site_id)?;
            }
        }
    }
    write_events(&tx, rolled, run, import_id, &mut written)?;
    if let Some(mark) = &batch.import {
        import::write_progress(&tx, mark)?;
    }
    tx.execute("UPDATE drained SET seq = greatest(seq, ?)", params![batch.up_to])?;
    tx.commit()?;
    Ok(written)
}

fn delete_site(conn: &Connection, rolled: &Mutex<Rolled>, site_id: &SiteId) -> ::duckdb::Result<()> {
    rollup::take_out_before(conn, rolled, site_id.as_str(), None)?;
    for table in import::TABLES {
        conn.execute(
            &format!("DELETE FROM {table} WHERE site_id = ?"),
            params![site_id.as_str()],
        )?;
    }
    Ok(())
}

pub(super) fn delete_before(
    conn: &mut Connection,
    rolled: &Mutex<Rolled>,
    site_id: &str,
    date: Date,
) -> ::duckdb::Result<usize> {
    let tx = conn.transaction()?;
    // Events of the first days that stay may belong to visits that go.
    let touched = date.saturating_add(Span::new().days(2));
    rollup::take_out_before(&tx, rolled, site_id, Some(touched))?;
    let mut events = 0;
    for table in ["events", "visits", "imported_days"] {
        let sql = format!("DELETE FROM {table} WHERE site_id = ? AND local_date < ?");
        let gone = tx.execute(&sql, params![site_id, date.to_string()])?;
        if table == "events" {
            events = gone;
        }
    }
    tx.commit()?;
    Ok(events)
}

fn write_events(
    conn: &Connection,
    rolled: &Mutex<Rolled>,
    events: Vec<(i64, InboxEvent)>,
    import_id: Option<&str>,
    written: &mut Written,
) -> ::duckdb::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let known = open_visits(conn, &events, import_id)?;
    let before: Vec<(i64, i64)> = known.iter().map(|visit| (visit.visit_id, visit.end_ms)).collect();
    let Stitched { events, visits, strays } = stitch(events, known);
    written.events += events.len();
    written.strays += strays;
    rollup::take_out(conn, rolled, &changed_days(&events, &visits))?;

    let mut appender = conn.appender_to_catalog_and_db("batch", "temp", "main")?;
    for (seq, at, event) in &events {
        let props = row::joined_props(event);
        appender.append_row(appender_params_from_iter(row::event_row(
            *seq,
            event,
            &visits[*at],
            props.as_ref(),
            import_id,
        )))?;
    }
    appender.flush()?;
    drop(appender);
    let sites = events.iter().map(|(_, _, event)| event.site_id.as_str()).collect();
    running::note_new(conn, rolled, &sites)?;
    conn.execute_batch(&row::take_staged())?;
    replace_visits(conn, &visits, &before, import_id)
}

/// Every day between an event and the beginning of its visit: what the visit becomes counts on all of them.
fn changed_days(events: &[(i64, usize, InboxEvent)], visits: &[Visit]) -> rollup::Changed {
    let mut changed = rollup::Changed::new();
    for (_, at, event) in events {
        let began = visits[*at].local_date;
        let days = changed.entry(event.site_id.0.clone()).or_default();
        days.extend(rollup::days_between(
            began.min(event.local_date),
            began.max(event.local_date),
        ));
    }
    changed
}

/// The visits that an event of the batch may go on with: of the same import, or collected as it was, so that an import can be
/// taken out again without a trace.
fn open_visits(
    conn: &Connection,
    events: &[(i64, InboxEvent)],
    import_id: Option<&str>,
) -> ::duckdb::Result<Vec<Visit>> {
    let times = || events.iter().map(|(_, event)| event.time_ms);
    let (first, last) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
    let mut visitors: Vec<u64> = events
        .iter()
        .flat_map(|(_, event)| [Some(event.visitor), event.visitor_before])
        .flatten()
        .collect();
    visitors.sort_unstable();
    visitors.dedup();
    let sql = format!(
        "SELECT {} FROM visits WHERE end_ms >= ? AND start_ms <= ? AND import_id IS NOT DISTINCT FROM ? AND last_visitor IN ({})",
        row::visit_columns().join(", "),
        numbers(visitors)
    );
    let mut statement = conn.prepare(&sql)?;
    let visits = statement.query_map(params![first - TIMEOUT_MS, last + TIMEOUT_MS, import_id], row::visit_of)?;
    visits.collect()
}

/// Rewrites the visits that the batch changed.
fn replace_visits(
    conn: &Connection,
    visits: &[Visit],
    before: &[(i64, i64)],
    import_id: Option<&str>,
) -> ::duckdb::Result<()> {
    let kept: HashSet<i64> = visits.iter().map(|visit| visit.visit_id).collect();
    let old = before.iter().filter(|(id, _)| kept.contains(id));
    let (ids, ends): (Vec<i64>, Vec<i64>) = old.copied().unzip();
    if let Some(earliest) = ends.into_iter().min() {
        // The bound on the end lets the engine skip all but the latest rows.
        let sql = format!(
            "DELETE FROM visits WHERE end_ms >= ? AND visit_id IN ({})",
            numbers(ids)
        );
        conn.execute(&sql, params![earliest])?;
    }
    let mut columns = row::visit_columns();
    columns.push("import_id");
    let mut appender = conn.appender_with_columns("visits", &columns)?;
    for visit in visits {
        appender.append_row(appender_params_from_iter(row::visit_row(visit, import_id)))?;
    }
    appender.flush()
}

/// Our own numbers, as a list of SQL.
fn numbers<N: ToString>(numbers: Vec<N>) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
