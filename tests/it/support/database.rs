//! A metadata database of its own for each test.

use anyhow::{Context, Result};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
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

/// Every row of every table, as text, for tests that look for what must not be there. SQLite's files are read as bytes.
pub async fn dump(url: &str) -> Result<Vec<u8>> {
    if url.starts_with("sqlite:") {
        return Ok(Vec::new());
    }
    let mut conn = PgConnection::connect(url).await?;
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let tables: Vec<(String,)> = sqlx::query_as(tables).fetch_all(&mut conn).await?;
    let mut dump = Vec::new();
    for (table,) in tables {
        let rows = sqlx::AssertSqlSafe(format!("SELECT t::text FROM {table} t"));
        let rows: Vec<(String,)> = sqlx::query_as(rows).fetch_all(&mut conn).await?;
        dump.extend(rows.into_iter().flat_map(|(row,)| row.into_bytes()));
    }
    conn.close().await?;
    Ok(dump)
}
