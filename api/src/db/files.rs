//! An SQLite file as a file: frozen, copied, looked through.

use super::Result;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Findings of one kind that are told.
const MOST_FINDINGS: usize = 100;
/// A write that goes on is waited for so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// An SQLite file that nobody writes to until this is dropped. Reads go on.
#[derive(Debug)]
pub struct Frozen {
    _writer: SqliteConnection,
}

async fn open(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(PATIENCE)
        .disable_statement_logging();
    Ok(options.connect().await?)
}

impl Frozen {
    /// Waits for a write that goes on and keeps others out, those of other processes too.
    pub async fn take(path: &Path) -> Result<Self> {
        let mut writer = open(path).await?;
        // Closing the connection ends it, also when the process is killed.
        sqlx::query("BEGIN IMMEDIATE").execute(&mut writer).await?;
        Ok(Self { _writer: writer })
    }
}

/// Copies a file as it is at one instant, without free pages, also while others write to it.
pub async fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut conn = open(from).await?;
    let sql = sqlx::query("VACUUM INTO $1").bind(to.display().to_string());
    sql.execute(&mut conn).await?;
    Ok(conn.close().await?)
}

/// What an SQLite file holds and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// The version of the schema; 0 where there is none.
    pub schema: i64,
    /// Rows by table.
    pub rows: BTreeMap<String, i64>,
    /// What SQLite finds wrong: damaged pages, indexes that miss rows, references to nothing.
    pub problems: Vec<String>,
}

/// Has SQLite look through a file, and counts its rows. Nothing is changed.
pub async fn look_through(path: &Path) -> Result<Looked> {
    let mut conn = open(path).await?;
    let mut looked = Looked::default();
    let read_only = sqlx::query("PRAGMA query_only = ON").execute(&mut conn).await;
    read_only?;
    let rows = sqlx::query("PRAGMA integrity_check").fetch_all(&mut conn).await;
    for row in rows? {
        let said: String = row.try_get(0)?;
        if said != "ok" {
            looked.problems.push(said);
        }
    }
    if !looked.problems.is_empty() {
        // Counting a damaged file would only say the same again, or fail.
        return Ok(looked);
    }
    let rows = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut conn).await;
    for row in rows?.iter().take(MOST_FINDINGS) {
        let (table, id, parent): (String, Option<i64>, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let id = id.map_or(String::new(), |id| format!(" {id}"));
        let found = format!("row{id} of {table} refers to a row of {parent} that is not there");
        looked.problems.push(found);
    }
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlx%' ORDER BY name",
    )
    .fetch_all(&mut conn)
    .await
    ?;
    for (table,) in tables {
        // The name is the schema's own.
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM \"{table}\""));
        let (count,): (i64,) = sqlx::query_as(sql).fetch_one(&mut conn).await?;
        looked.rows.insert(table, count);
    }
    looked.schema = schema(&mut conn).await?;
    conn.close().await?;
    Ok(looked)
}

async fn schema(conn: &mut SqliteConnection) -> Result<i64> {
    let known: Option<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE name = '_sqlx_migrations'")
        .fetch_optional(&mut *conn)
        .await?;
    if known.is_none() {
        return Ok(0);
    }
    let (version,): (i64,) = sqlx::query_as("SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success")
        .fetch_one(conn)
        .await?;
    Ok(version)
}
