//! A year of made-up visits, written by DuckDB itself: a hash of who and what takes the place of chance, so that the same size gives the
//! same rows on the same day.
//!
//! Choices are skewed as on the web: the n-th of a list is taken about 1/n as often as the first. No visit goes over the end of an hour, so
//! that "visits that began" and "visits with events" are the same ones in every range, and plain SQL has the same answer.

use crate::Outcome;
use duckdb::Connection;
use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use std::io::Write as _;
use std::path::PathBuf;

const DAYS: i64 = 366;
/// Events of a person on a day: 1.3 visits, 2.2 page views and a tenth of a custom event each.
const EVENTS_A_PERSON: f64 = 1.3 * (2.2 + 0.1);
/// About so many events are made in one go.
const EVENTS_AT_ONCE: f64 = 1_500_000.0;
const MACROS: &str = include_str!("make.sql");
const WALKS: &str = include_str!("walks.sql");
const EVENTS: &str = include_str!("events.sql");
const VISITS: &str = include_str!("visits.sql");

/// What is made.
#[derive(clap::Args)]
pub struct Args {
    /// The event file.
    #[arg(long)]
    file: PathBuf,
    /// About how many events in all.
    #[arg(long)]
    events: f64,
    /// The sites, `id=domain`: the first gets five sixths of the events, the others share the rest.
    #[arg(long = "site", required = true)]
    sites: Vec<String>,
    /// Most memory for DuckDB.
    #[arg(long, default_value = "8GB")]
    memory: String,
}

/// Fills the file up to now.
pub fn make(args: &Args) -> Outcome<()> {
    let conn = Connection::open(&args.file)?;
    conn.execute_batch(&format!(
        "SET memory_limit = '{}'; SET wal_autocheckpoint = '1GB'; SET TimeZone = 'UTC'; {MACROS}",
        args.memory
    ))?;
    let now = now();
    for (at, site) in args.sites.iter().enumerate() {
        let (id, domain) = site.split_once('=').ok_or("a site is given as id=domain")?;
        let share = match (at, args.sites.len() - 1) {
            (_, 0) => 1.0,
            (0, _) => 5.0 / 6.0,
            (_, others) => 1.0 / 6.0 / others as f64,
        };
        conn.execute(
            "INSERT INTO temp.sites VALUES (?, ?, ?)",
            duckdb::params![id, domain, share],
        )?;
    }
    let today = TimeZone::UTC.to_datetime(now).date();
    let days: Vec<(Date, f64)> = (0..DAYS)
        .map(|at| weight(today.saturating_sub(Span::new().days(DAYS - 1 - at)), at))
        .collect();
    let weights: f64 = days.iter().map(|(_, weight)| weight).sum();
    let at_once = (EVENTS_AT_ONCE * DAYS as f64 / args.events).ceil().max(1.0) as usize;
    let mut stderr = std::io::stderr();
    for (turn, some) in days.chunks(at_once).enumerate() {
        conn.execute_batch("DELETE FROM temp.days")?;
        for (day, weight) in some {
            let people = args.events / EVENTS_A_PERSON * weight / weights;
            conn.execute(
                "INSERT INTO temp.days VALUES (CAST(? AS DATE), ?)",
                duckdb::params![day.to_string(), people],
            )?;
        }
        let walks = WALKS.replace("$now_ms", &now.as_millisecond().to_string());
        conn.execute_batch(&format!("BEGIN; {walks}; {EVENTS}; {VISITS}; COMMIT"))?;
        if turn % 8 == 7 {
            writeln!(stderr, "    made up to {}", some.last().map_or(today, |(day, _)| *day))?;
        }
    }
    conn.execute_batch("UPDATE drained SET seq = (SELECT coalesce(max(event_id), 0) FROM events); CHECKPOINT")?;
    let (events, visits): (i64, i64) = conn.query_row(
        "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM visits)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let made = serde_json::json!({"events": events, "visits": visits});
    writeln!(std::io::stdout(), "{made}")?;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark ends with the day on which it runs"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

/// A day and how busy it is: growth over the year, quiet weekends.
fn weight(day: Date, at: i64) -> (Date, f64) {
    let grown = 0.7 + 0.6 * at as f64 / DAYS as f64;
    let is_weekend = day.weekday().to_monday_zero_offset() >= 5;
    (day, grown * if is_weekend { 0.6 } else { 1.0 })
}
