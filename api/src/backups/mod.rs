//! Backups: the stores of a data folder, copied at one instant, and brought back.
//!
//! Promises. A backup is one point in time: metadata, the events in the engine and those that wait in the inbox, each of them
//! exactly once. It is taken while the server runs: events are accepted and questions answered meanwhile; the program asks the
//! server over a socket in the data folder to hold the engine's file still (`hold`), which ends by itself when either of them
//! goes away. What was written is looked through before the backup gets its name, and every part is named with its
//! SHA-256 in the manifest.
//!
//! A backup brings nothing back that was ended: sessions, salts, kept answers and notices on their way are not in it. Links,
//! portals, keys and invitations that live in a backup may have been ended after it was taken, and nothing in the backup can tell.
//! So a restore ends them all, unless the store that it replaces is there to compare with (`access`): what is not alive in that one, or not
//! the same, is ended. That store is the record of what was ended; there is no second one that each way of ending something would have to
//! keep, and where it is lost nobody knows. Whoever knows that nothing was ended may say so.
//!
//! The server's secret is not in a backup unless it is asked for, and no restore starts without the right one.
//!
//! Absent: PostgreSQL, which has `pg_dump`; backups of some of the data; a schedule (systemd has timers).

mod access;
mod archive;
mod check;
mod check_events;
mod copies;
mod hold;
mod manifest;
mod part;
mod restore;
mod socket;
mod store;
mod take;

pub use access::Ended;
pub use check::check;
pub use manifest::{METADATA, Manifest};
pub use restore::{Restore, Restored, restore};
pub use socket::serve;
pub use take::{Backup, take};

use crate::error::chain;
use std::path::Path;
use std::sync::Arc;

/// Why a backup, a restore or a check can't be done: one clear line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// A result with [`Failure`].
pub type Result<T> = std::result::Result<T, Failure>;

/// Told what is worked on, with the bytes that are done and those in all; 0 in all when they are not known.
pub type Tell = Arc<dyn Fn(&str, u64, u64) + Send + Sync>;

fn failed(what: &str, cause: &dyn std::error::Error) -> Failure {
    Failure(format!("{what}: {}", chain(cause)))
}

/// The words for a file that can't be read or written.
fn of_file(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |cause| Failure(format!("{}: {cause}", path.display()))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|panic| failed("a part of the program failed", &panic))?
}
