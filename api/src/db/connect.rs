//! Pools and their settings.

use super::readers::Readers;
use super::{Conn, Link, Pulse, Result, Tx};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, Transaction};
use std::str::FromStr;
use std::time::Duration;

/// A store that is away is noticed after so long; the caller gets 503, within two seconds.
const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(1_800);
const SQLITE_READERS: u32 = 4;
/// Takes the write lock at once.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
const POSTGRES_CONNECTIONS: u32 = 16;

/// The metadata store.
#[derive(Clone, Debug)]
pub enum Db {
    /// SQLite in a file.
    Sqlite {
        /// Connections that only read.
        readers: Readers,
        /// The one connection that writes.
        writer: SqlitePool,
    },
    /// PostgreSQL.
    Postgres(PgPool, Pulse),
}

impl Db {
    /// Connects to `sqlite://<path>` (the file is made when absent) or `postgres://…`.
    pub async fn connect(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5));
            let writer = SqlitePoolOptions::new()
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .max_connections(1)
                .connect_with(options.clone())
                .await?;
            let readers = Readers::new(options.pragma("query_only", "ON"), SQLITE_READERS, ACQUIRE_TIMEOUT);
            return Ok(Db::Sqlite { readers, writer });
        }
        // A server that stands still is noticed by its pulse, a slow statement by its own limit, a gone server by TCP.
        let options =
            PgConnectOptions::from_str(url)?.options([("statement_timeout", "5000"), ("lock_timeout", "4000")]);
        let pulse = Pulse::of(&options);
        let pool = postgres_pool(&pulse, POSTGRES_CONNECTIONS)
            .connect_with(options)
            .await?;
        Ok(Db::Postgres(pool, pulse))
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Conn> {
        Ok(match self {
            Db::Sqlite { readers, .. } => Conn::Sqlite(readers.acquire().await?),
            Db::Postgres(pool, pulse) => Conn::Postgres(pool.acquire().await?, pulse.clone()),
        })
    }

    /// A transaction for writing.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite { writer, .. } => Tx::Sqlite(begin_immediately(writer).await?),
            Db::Postgres(pool, pulse) => {
                let begun = pulse.in_time(async { Ok(pool.begin().await?) });
                Tx::Postgres(begun.await?, pulse.clone())
            }
        })
    }

    /// A transaction for writing what a power cut may take: PostgreSQL does not wait for the disk.
    pub async fn begin_relaxed(&self) -> Result<Tx> {
        let mut tx = self.begin().await?;
        if matches!(tx, Tx::Postgres(..)) {
            let relaxed: Result<u64> = super::execute!(&mut tx.link(), "SET LOCAL synchronous_commit = off");
            relaxed?;
        }
        Ok(tx)
    }

    /// The same store by a connection of its own, opened when it is needed. A connection to PostgreSQL belongs to the runtime that opened
    /// it: once that has ended, a commit is sent and its answer never heard.
    pub fn anew(&self) -> Self {
        match self {
            Db::Sqlite { .. } => self.clone(),
            Db::Postgres(pool, pulse) => {
                let options = pool.connect_options().as_ref().clone();
                Db::Postgres(postgres_pool(pulse, 1).connect_lazy_with(options), pulse.clone())
            }
        }
    }

    /// Answers when the store can be read.
    pub async fn ping(&self) -> Result<()> {
        let mut conn = self.read().await?;
        super::execute!(&mut conn.link(), "SELECT 1").map(|_| ())
    }

    /// Closes every connection; SQLite folds its log into the file.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Db::Postgres(pool, _) => pool.close().await,
        }
    }

    /// The name of the engine, for logs.
    pub fn engine(&self) -> &'static str {
        match self {
            Db::Sqlite { .. } => "SQLite",
            Db::Postgres(..) => "PostgreSQL",
        }
    }
}

/// A pool whose connections are lent only while their server's pulse is felt.
fn postgres_pool(pulse: &Pulse, most: u32) -> PgPoolOptions {
    let (before, after) = (pulse.clone(), pulse.clone());
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(move |connection, known| {
            let pulse = before.clone();
            Box::pin(async move { Ok(pulse.is_alive(connection, &known).await) })
        })
        .after_release(move |_, known| {
            let is_usable = !after.is_lost(&known);
            Box::pin(async move { Ok(is_usable) })
        })
}

/// When a full disk ended the last transaction, SQLite has rolled it back by itself and sqlx still counts it: such a connection is closed
/// and another opened.
async fn begin_immediately(writer: &SqlitePool) -> Result<Transaction<'static, Sqlite>> {
    match writer.begin_with(BEGIN).await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            writer.acquire().await?.close().await?;
            Ok(writer.begin_with(BEGIN).await?)
        }
        begun => Ok(begun?),
    }
}

impl<'a> From<&'a mut Tx> for Link<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        tx.link()
    }
}
