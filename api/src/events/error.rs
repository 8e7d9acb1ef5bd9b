//! What the event store can fail with.

use crate::error::Error;
use shared::problem::ProblemCode;
use std::path::PathBuf;

/// Why the event store can't be opened: one line for the person who started the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the data folder.
    #[error("another process uses the data folder {}: stop it, or choose another folder with --data-dir", .0.display())]
    InUse(PathBuf),
    /// A file can't be made or written.
    #[error("{} can't be written: {cause}; free space or fix its permissions", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// A file can't be read.
    #[error("{} can't be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the engine says.
        cause: String,
    },
    /// The inbox is damaged. It may hold accepted events, so nothing is done about it without being told to.
    #[error("{} is damaged: {cause}; restore it, or move it away to start without the events that wait in it", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        cause: String,
    },
    /// The file was written by a newer Vitrine.
    #[error("{} was written by a newer version of vitrine: start that version, or restore a backup", .0.display())]
    Newer(PathBuf),
    /// A setting that the engine refuses.
    #[error("the event engine refuses its settings: {0}")]
    Settings(String),
    /// A scheme that no engine has.
    #[error("events_url must begin with duckdb:// or clickhouse://, not {0}")]
    Scheme(String),
}

/// Why a statement of the engine failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    /// It was stopped: too late, or nobody waits any more.
    #[error("interrupted")]
    Interrupted,
    /// The disk is full or fails.
    #[error("the engine can't write: {0}")]
    Storage(String),
    /// A part of the engine's file is not what was written.
    #[error("the event file is damaged: {0}")]
    Damaged(String),
    /// More memory than the engine may have.
    #[error("the engine has too little memory: {0}")]
    Memory(String),
    /// The engine's server is away or overloaded.
    #[error("the engine is away: {0}")]
    Away(String),
    /// A value that only the engine can judge, such as a pattern that RE2 does not know.
    #[error("the engine refuses a value: {0}")]
    Input(String),
    /// Anything else.
    #[error("the engine failed: {0}")]
    Other(String),
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Interrupted => Error::new(ProblemCode::QueryTimeout).retry_after(30),
            EngineError::Storage(_) => Error::new(ProblemCode::StorageFull).retry_after(30).caused_by(error),
            EngineError::Away(_) | EngineError::Damaged(_) | EngineError::Memory(_) => {
                Error::unavailable(5).caused_by(error)
            }
            EngineError::Input(_) => {
                Error::field("/filters", "invalid", "a pattern is not a valid RE2 regular expression").caused_by(error)
            }
            EngineError::Other(_) => Error::internal(error),
        }
    }
}
