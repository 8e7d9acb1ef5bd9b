//! What a store can fail with, and what the caller is told.

use crate::error;
use shared::problem::ProblemCode;

/// A failed statement or connection.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] sqlx::Error);

/// A result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// SQLite's primary result codes that mean: the disk is full, broken or read-only.
const SQLITE_STORAGE: [i32; 4] = [8, 10, 13, 14];

impl Error {
    /// A server that is there and does not answer.
    pub(super) fn no_answer() -> Self {
        Self(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))
    }

    /// True for [`Error::no_answer`].
    pub(super) fn is_no_answer(&self) -> bool {
        matches!(&self.0, sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut)
    }

    /// True when a unique index refused the row.
    pub fn is_unique_violation(&self) -> bool {
        self.0
            .as_database_error()
            .is_some_and(|error| error.is_unique_violation())
    }

    /// True when PostgreSQL refused a text with NUL in it. Fields are checked before they are stored, so this was a look-up,
    /// and what no row can hold does not exist.
    fn is_unstorable(&self) -> bool {
        let code = self.0.as_database_error().and_then(|error| error.code());
        code.is_some_and(|code| code == "22021")
    }

    fn is_storage(&self) -> bool {
        match &self.0 {
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                // PostgreSQL class 53 is "insufficient resources", 58 is "system error".
                let sqlite = code
                    .parse::<i32>()
                    .is_ok_and(|code| SQLITE_STORAGE.contains(&(code & 0xff)));
                let is_sqlite = error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
                if is_sqlite {
                    sqlite
                } else {
                    code == "53100" || code.starts_with("58")
                }
            }
            _ => false,
        }
    }

    fn is_away(&self) -> bool {
        match &self.0 {
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
            sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                // SQLITE_BUSY; PostgreSQL: connection exceptions, too many connections, shutdown, statement timeout.
                matches!(code.as_ref(), "5" | "53300" | "57P01" | "57P02" | "57P03" | "57014") || code.starts_with("08")
            }
            _ => false,
        }
    }
}

impl From<Error> for error::Error {
    fn from(error: Error) -> Self {
        if error.is_unstorable() {
            error::Error::new(ProblemCode::NotFound).caused_by(error)
        } else if error.is_storage() {
            error::Error::new(ProblemCode::StorageFull)
                .retry_after(10)
                .caused_by(error)
        } else if error.is_away() {
            error::Error::unavailable(2).caused_by(error)
        } else {
            error::Error::internal(error)
        }
    }
}
