//! SQL of the inbox.

use super::super::error::OpenError;
use super::{Extent, Kind, Stored};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, FromRow, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// A result with [`Failure`].
pub type Result<T> = std::result::Result<T, Failure>;

/// What the inbox can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A statement failed.
    #[error(transparent)]
    Statement(#[from] sqlx::Error),
    /// The file does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
}

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    site_id TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS identity (name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, count INTEGER NOT NULL)";

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging()
}

/// A connection that writes.
#[derive(Debug)]
pub struct OpenInbox {
    conn: SqliteConnection,
}

/// A connection that reads for the drain.
#[derive(Debug)]
pub struct Reader {
    conn: SqliteConnection,
}

#[derive(FromRow)]
struct Row {
    seq: i64,
    kind: i64,
    site_id: String,
    body: String,
}

impl OpenInbox {
    /// Opens or makes the file.
    pub async fn open(path: &Path) -> std::result::Result<Self, OpenError> {
        let fail = |error: sqlx::Error| {
            let (path, cause) = (path.to_owned(), error.to_string());
            match primary_code(&error) {
                // CORRUPT, NOTADB.
                Some(11 | 26) => OpenError::Damaged { path, cause },
                _ => OpenError::Unwritable { path, cause },
            }
        };
        let mut conn = options(path).connect().await.map_err(fail)?;
        sqlx::raw_sql(SCHEMA).execute(&mut conn).await.map_err(fail)?;
        Ok(Self { conn })
    }

    /// Makes the next sequence number greater than `floor`, so that none is given twice even with a new file.
    pub async fn raise(&mut self, floor: i64) -> Result<()> {
        let mut tx = self.conn.begin().await?;
        sqlx::query("INSERT INTO sqlite_sequence (name, seq) SELECT 'entries', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'entries')")
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE sqlite_sequence SET seq = max(seq, $1) WHERE name = 'entries'")
            .bind(floor)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// The file's own name, by which servers that share an engine are told apart. Made with the file and never changed.
    pub async fn identity(&mut self, fresh: &str) -> Result<String> {
        sqlx::query("INSERT INTO identity (name) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM identity)")
            .bind(fresh)
            .execute(&mut self.conn)
            .await?;
        let (name,): (String,) = sqlx::query_as("SELECT name FROM identity")
            .fetch_one(&mut self.conn)
            .await?;
        Ok(name)
    }

    /// How much there is.
    pub async fn extent(&mut self) -> Result<Extent> {
        let (entries, bytes, last_seq): (i64, i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(length(CAST(body AS BLOB))), 0),
                    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entries'), 0) FROM entries",
        )
        .fetch_one(&mut self.conn)
        .await?;
        Ok(Extent {
            entries,
            bytes,
            last_seq,
        })
    }

    /// Adds events, all or none; answers the last one's sequence number once they are on disk.
    pub async fn insert(&mut self, events: &[(&str, &str)]) -> Result<i64> {
        let list = serde_json::to_string(events).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let mut tx = self.conn.begin().await?;
        sqlx::query(
            "INSERT INTO entries (kind, site_id, body)
             SELECT 0, value ->> 0, value ->> 1 FROM json_each($1) ORDER BY key",
        )
        .bind(list)
        .execute(&mut *tx)
        .await?;
        let (last,): (i64,) = sqlx::query_as("SELECT last_insert_rowid()").fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(last)
    }

    /// Takes a site's entries out and adds the order to delete what the engine has of it; answers the order's number.
    pub async fn delete_site(&mut self, site_id: &str) -> Result<i64> {
        let mut tx = self.conn.begin().await?;
        sqlx::query("DELETE FROM entries WHERE site_id = $1")
            .bind(site_id)
            .execute(&mut *tx)
            .await?;
        sqlx::query("INSERT INTO entries (kind, site_id, body) VALUES (1, $1, '')")
            .bind(site_id)
            .execute(&mut *tx)
            .await?;
        let (last,): (i64,) = sqlx::query_as("SELECT last_insert_rowid()").fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(last)
    }

    /// Writes to the disk and waits for it, as an event does. SQLite writes nothing where nothing changes, so something does.
    pub async fn probe(&mut self) -> Result<()> {
        sqlx::query("INSERT INTO probe (id, count) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET count = count + 1")
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Takes out what the engine keeps for good.
    pub async fn delete_up_to(&mut self, seq: i64) -> Result<()> {
        sqlx::query("DELETE FROM entries WHERE seq <= $1")
            .bind(seq)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    /// Closes the file.
    pub async fn close(self) -> Result<()> {
        Ok(self.conn.close().await?)
    }
}

impl Reader {
    /// Opens the file for reading.
    pub async fn open(path: &Path) -> Result<Self> {
        Ok(Self {
            conn: options(path).create_if_missing(false).connect().await?,
        })
    }

    /// The entries after a sequence number, in order.
    pub async fn after(&mut self, seq: i64, most: i64) -> Result<Vec<Stored>> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT seq, kind, site_id, body FROM entries WHERE seq > $1 ORDER BY seq LIMIT $2")
                .bind(seq)
                .bind(most)
                .fetch_all(&mut self.conn)
                .await?;
        let kind = |number| if number == 0 { Kind::Event } else { Kind::DeleteSite };
        Ok(rows
            .into_iter()
            .map(|row| Stored {
                seq: row.seq,
                kind: kind(row.kind),
                site_id: row.site_id,
                body: row.body,
            })
            .collect())
    }
}

impl Failure {
    /// True when the disk is full or fails, or the file can't be written.
    pub fn is_storage(&self) -> bool {
        let Failure::Statement(error) = self else { return true };
        // READONLY, IOERR, FULL, CANTOPEN.
        matches!(primary_code(error), Some(8 | 10 | 13 | 14)) || matches!(error, sqlx::Error::Io(_))
    }
}

/// SQLite's primary result code.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?.parse::<u32>().ok()?;
    Some(code & 0xff)
}
