//! Schema migrations: one folder, run unchanged on both engines.

use super::{Db, Result};
use sqlx::migrate::{MigrateError, Migrator};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/meta");

/// Brings the schema up to date; refuses a database that a newer Vitrine has migrated.
///
/// On PostgreSQL an advisory lock lets one of several starters migrate; on SQLite the write lock does.
pub async fn migrate(db: &Db) -> Result<(), MigrateError> {
    match db {
        Db::Sqlite { writer, .. } => MIGRATIONS.run(writer).await,
        Db::Postgres(pool) => MIGRATIONS.run(pool).await,
    }
}

/// The schema that this program writes: the number of its last migration.
pub fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}
