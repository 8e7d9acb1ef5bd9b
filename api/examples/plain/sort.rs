//! The same events as somebody would keep them who asks by site and time: one table, sorted by both.

use crate::{Outcome, quoted};
use duckdb::Connection;
use std::path::PathBuf;

/// About so many events are sorted in one go.
const EVENTS_AT_ONCE: i64 = 2_000_000;

/// From where to where.
#[derive(clap::Args)]
pub struct Args {
    /// The event file.
    #[arg(long)]
    from: PathBuf,
    /// The file to make.
    #[arg(long)]
    to: PathBuf,
    /// Most memory for DuckDB.
    #[arg(long, default_value = "8GB")]
    memory: String,
}

/// Copies the events, site by site and sorted by time.
pub fn sort(args: &Args) -> Outcome<()> {
    let conn = Connection::open(&args.to)?;
    conn.execute_batch(&format!(
        "SET memory_limit = '{}'; SET wal_autocheckpoint = '1GB'; ATTACH {} AS store (READ_ONLY);
         CREATE TABLE events AS SELECT * FROM store.events LIMIT 0",
        args.memory,
        quoted(&args.from)
    ))?;
    let sql =
        "SELECT site_id, min(time_ms), max(time_ms), count(*) FROM store.events GROUP BY site_id ORDER BY site_id";
    let mut statement = conn.prepare(sql)?;
    let sites = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, i64>(2)?,
            row.get::<_, i64>(3)?,
        ))
    })?;
    for site in sites {
        let (site_id, first_ms, last_ms, count) = site?;
        let step_ms = (last_ms - first_ms + 1) / (count / EVENTS_AT_ONCE + 1) + 1;
        for from_ms in (first_ms..=last_ms).step_by(usize::try_from(step_ms)?) {
            conn.execute(
                "INSERT INTO events SELECT * FROM store.events
                 WHERE site_id = ? AND time_ms >= ? AND time_ms < ? ORDER BY time_ms, event_id",
                duckdb::params![site_id, from_ms, from_ms + step_ms],
            )?;
        }
    }
    conn.execute_batch("CHECKPOINT")?;
    Ok(())
}
