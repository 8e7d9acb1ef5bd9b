//! Schema migrations: one folder, run unchanged on both engines.

use super::{BEGIN, Db};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection, PgPool};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/meta");

/// Why a schema can't be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database has seen migrations that this program does not know.
    #[error("the database was written by a newer version of vitrine: start that version, or restore a backup")]
    Newer,
    /// A migration failed; nothing of it is left.
    #[error(transparent)]
    Failed(#[from] MigrateError),
}

/// Brings the schema up to date; refuses a database that a newer Vitrine has migrated.
///
/// On PostgreSQL an advisory lock lets one of several starters migrate; on SQLite one transaction around all of it does.
pub async fn migrate(db: &Db) -> Result<(), MigrationError> {
    let migrated = match db {
        Db::Sqlite { writer, .. } => {
            let mut tx = writer.begin_with(BEGIN).await.map_err(MigrateError::from)?;
            let migrated = MIGRATIONS.run(&mut *tx).await;
            match migrated {
                Ok(()) => tx.commit().await.map_err(MigrateError::from),
                Err(error) => Err(error),
            }
        }
        Db::Postgres(pool, _) => migrate_postgres(pool).await,
    };
    migrated.map_err(|error| match error {
        MigrateError::VersionMissing(_) => MigrationError::Newer,
        other => MigrationError::Failed(other),
    })
}

/// On a connection of its own without the limits that statements of requests have: a large table takes its time, and so does another starter
/// who has the lock.
async fn migrate_postgres(pool: &PgPool) -> Result<(), MigrateError> {
    let mut connection = pool.acquire().await?.detach();
    for limit in ["SET statement_timeout = 0", "SET lock_timeout = 0"] {
        sqlx::query(limit).execute(&mut connection).await?;
    }
    MIGRATIONS.run(&mut connection).await?;
    Ok(connection.close().await?)
}

/// The schema that this program writes: the number of its last migration.
pub fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}
