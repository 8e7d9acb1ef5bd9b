//! One process a data folder.

use super::error::OpenError;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Holds the data folder for this process until dropped; the system lets go of it when the process dies.
#[derive(Debug)]
pub struct FolderLock(#[expect(dead_code, reason = "held, never read")] File);

impl FolderLock {
    /// Takes the folder, or says who is in the way.
    pub fn take(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join("events.lock");
        let unwritable = |error: std::io::Error| OpenError::Unwritable {
            path: path.clone(),
            cause: error.to_string(),
        };
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => Err(unwritable(error)),
        }
    }
}
