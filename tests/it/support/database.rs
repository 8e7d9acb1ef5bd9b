//! A metadata database of its own for each test.

use anyhow::{Context, Result};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

/// The URL of a fresh database: an SQLite file in the test's folder, or a new database on the PostgreSQL server.
pub async fn fresh(folder: &Path) -> Result<String> {
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
        return Ok(format!("sqlite://{}", folder.join("vitrine.sqlite").display()));
    };
    let name = format!(
        "t_{}_{}",
        std::process::id(),
        folder.file_name().context("a folder has a name")?.to_string_lossy()
    );
    let name = name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let mut admin = PgConnection::connect(&server).await.context("TEST_DATABASE_URL")?;
    admin
        .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await?;
    admin.close().await?;
    let options = sqlx::postgres::PgConnectOptions::from_str(&server)?.database(&name);
    Ok(options.to_url_lossy().to_string())
}

/// Every row of every table, as sorted text, by table; but for the counts of limits, which SQLite's server has in memory.
pub async fn rows(url: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let mut all = if url.starts_with("sqlite:") {
        sqlite_rows(&mut SqliteConnection::connect(url).await?).await?
    } else {
        postgres_rows(&mut PgConnection::connect(url).await?).await?
    };
    all.remove("limit_windows");
    Ok(all)
}

async fn sqlite_rows(conn: &mut SqliteConnection) -> Result<BTreeMap<String, Vec<String>>> {
    let tables: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .fetch_all(&mut *conn)
        .await?;
    let mut all = BTreeMap::new();
    for (table,) in tables {
        let columns: Vec<(String,)> = sqlx::query_as("SELECT name FROM pragma_table_info($1)")
            .bind(&table)
            .fetch_all(&mut *conn)
            .await?;
        let columns = columns.iter().map(|(column,)| format!("quote({column})"));
        let row = columns.collect::<Vec<_>>().join(" || ',' || ");
        let sql = sqlx::AssertSqlSafe(format!("SELECT {row} FROM {table} ORDER BY 1"));
        let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut *conn).await?;
        all.insert(table, rows.into_iter().map(|(row,)| row).collect());
    }
    Ok(all)
}

async fn postgres_rows(conn: &mut PgConnection) -> Result<BTreeMap<String, Vec<String>>> {
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let tables: Vec<(String,)> = sqlx::query_as(tables).fetch_all(&mut *conn).await?;
    let mut all = BTreeMap::new();
    for (table,) in tables {
        let sql = sqlx::AssertSqlSafe(format!("SELECT t::text FROM {table} t ORDER BY 1"));
        let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut *conn).await?;
        all.insert(table, rows.into_iter().map(|(row,)| row).collect());
    }
    Ok(all)
}
