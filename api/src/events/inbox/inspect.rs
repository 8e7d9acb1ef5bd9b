//! Copying and reading the inbox's file beside the server.

use super::super::event::InboxEvent;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// Entries that are read together.
const AT_ONCE: i64 = 10_000;

/// What lies in an inbox.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// Entries that the engine does not have.
    pub entries: i64,
    /// The highest sequence number ever given.
    pub last_seq: i64,
    /// What is wrong with the file or with entries.
    pub problems: Vec<String>,
}

async fn open(path: &Path) -> sqlx::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(30))
        .disable_statement_logging();
    options.connect().await
}

/// Copies the file as it is at one instant, also while a server writes to it.
pub async fn copy(from: &Path, to: &Path) -> sqlx::Result<()> {
    let mut conn = open(from).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(to.display().to_string())
        .execute(&mut conn)
        .await?;
    conn.close().await
}

/// Reads every entry after `drained`, and has SQLite look through the file.
pub async fn inspect(path: &Path, drained: i64) -> sqlx::Result<Waiting> {
    let mut conn = open(path).await?;
    sqlx::query("PRAGMA query_only = ON").execute(&mut conn).await?;
    let mut waiting = Waiting::default();
    for row in sqlx::query("PRAGMA integrity_check").fetch_all(&mut conn).await? {
        let said: String = row.try_get(0)?;
        if said != "ok" {
            waiting.problems.push(said);
        }
    }
    let last: Option<(i64,)> = sqlx::query_as("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")
        .fetch_optional(&mut conn)
        .await?;
    waiting.last_seq = last.map_or(0, |(seq,)| seq);
    let mut after = drained;
    loop {
        let rows: Vec<(i64, i64, String)> =
            sqlx::query_as("SELECT seq, kind, body FROM entries WHERE seq > $1 ORDER BY seq LIMIT $2")
                .bind(after)
                .bind(AT_ONCE)
                .fetch_all(&mut conn)
                .await?;
        let Some(last) = rows.last() else { break };
        after = last.0;
        waiting.entries += rows.len() as i64;
        for (seq, kind, body) in &rows {
            if *kind == 0
                && let Err(error) = serde_json::from_str::<InboxEvent>(body)
            {
                waiting.problems.push(format!("entry {seq} can't be read: {error}"));
            }
        }
    }
    conn.close().await?;
    Ok(waiting)
}
