//! The metadata store: native sqlx pools on SQLite or PostgreSQL, behind one enum.
//!
//! Every statement is one `$1` SQL text for both engines, in a slice's `store.rs`, and runs through [`rows!`], [`row!`] or
//! [`execute!`], which pick the arm. SQLite: WAL, `synchronous=FULL`, foreign keys on, one writer that begins with `BEGIN IMMEDIATE`, several
//! readers that may only read. A read after a commit that was answered sees that commit, on both engines.
//!
//! Absent: `sqlx::Any` (no booleans on SQLite), query builders, a second body of any query.

mod connect;
mod error;
pub mod files;
mod migrate;
mod pulse;
mod readers;

use connect::BEGIN;
pub use connect::Db;
pub use error::{Error, Result};
pub use migrate::{MigrationError, migrate, newest_schema};
pub use pulse::Pulse;
pub use readers::{Reader, Readers};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

/// A connection taken from a pool, for reading.
#[derive(Debug)]
pub enum Conn {
    /// SQLite.
    Sqlite(Reader),
    /// PostgreSQL.
    Postgres(PoolConnection<Postgres>, Pulse),
}

/// A transaction; rolled back when dropped before [`Tx::commit`].
#[derive(Debug)]
pub enum Tx {
    /// SQLite, begun immediately: it holds the write lock.
    Sqlite(Transaction<'static, Sqlite>),
    /// PostgreSQL, read committed.
    Postgres(Transaction<'static, Postgres>, Pulse),
}

/// What a store function runs its SQL on: a borrowed connection or transaction.
#[derive(Debug)]
pub enum Link<'a> {
    /// SQLite.
    Sqlite(&'a mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'a mut PgConnection, &'a Pulse),
}

impl Conn {
    /// Borrows the connection for a store function.
    pub fn link(&mut self) -> Link<'_> {
        match self {
            Conn::Sqlite(conn) => Link::Sqlite(conn),
            Conn::Postgres(conn, pulse) => Link::Postgres(conn, pulse),
        }
    }
}

impl Tx {
    /// Borrows the transaction for a store function.
    pub fn link(&mut self) -> Link<'_> {
        match self {
            Tx::Sqlite(tx) => Link::Sqlite(tx),
            Tx::Postgres(tx, pulse) => Link::Postgres(tx, pulse),
        }
    }

    /// Commits. Once this returns, every later read sees the change, also after a power cut. When PostgreSQL gives no answer, it may have
    /// committed: the caller is told 503, and doing it again must be harmless.
    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => Ok(tx.commit().await?),
            Tx::Postgres(tx, pulse) => pulse.in_time(async { Ok(tx.commit().await?) }).await,
        }
    }
}

/// Runs a query and answers all its rows: `rows!(link, RowType, SQL, bind, …)`.
macro_rules! rows {
    ($link:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::pick!($link, conn => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(conn).await?)
    };
}
pub(crate) use rows;

/// Runs a query and answers its first row, if any: `row!(link, RowType, SQL, bind, …)`.
macro_rules! row {
    ($link:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::pick!($link, conn => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(conn).await?)
    };
}
pub(crate) use row;

/// Runs a statement and answers how many rows it changed: `execute!(link, SQL, bind, …)`.
macro_rules! execute {
    ($link:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::pick!($link, conn => sqlx::query($sql)$(.bind($bind))*.execute(conn).await?.rows_affected())
    };
}
pub(crate) use execute;

/// The one place that picks the engine's arm.
macro_rules! pick {
    ($link:expr, $conn:ident => $body:expr) => {
        match $link {
            $crate::db::Link::Sqlite(conn) => {
                let $conn = &mut **conn;
                Ok($body)
            }
            $crate::db::Link::Postgres(conn, pulse) => {
                let $conn = &mut **conn;
                pulse.in_time(async { Ok::<_, $crate::db::Error>($body) }).await
            }
        }
    };
}
pub(crate) use pick;
