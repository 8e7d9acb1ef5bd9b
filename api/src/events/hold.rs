//! The stores of a data folder as files: holding them still for a copy, and reading them without a server.

pub use super::duckdb::{Held, Inspection};
pub use super::inbox::{Waiting, copy as copy_inbox, inspect as inspect_inbox};

use super::{Events, OpenError, open};
use crate::error::Result;
use std::path::{Path, PathBuf};

impl Events {
    /// Brings everything that was moved from the inbox into the engine's file, and keeps that file as it is until the answer is
    /// released or dropped. Events are accepted and questions answered meanwhile.
    pub async fn hold(&self) -> Result<Held> {
        Ok(self.0.engine.hold().await?)
    }

    /// The engine's file.
    pub fn file(url: &str, data_dir: &Path) -> Result<PathBuf, OpenError> {
        open::database_file(url, data_dir)
    }

    /// True when events are in no file of this machine.
    pub fn is_remote(url: &str) -> bool {
        url.starts_with("clickhouse://")
    }

    /// The inbox's file.
    pub fn inbox_file(data_dir: &Path) -> PathBuf {
        data_dir.join(open::INBOX)
    }
}
