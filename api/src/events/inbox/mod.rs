//! The durable inbox: a spool on disk between the collector and the engine.
//!
//! Promise: once an event is accepted it survives `kill -9` and a power cut. Entries get ever-growing sequence numbers,
//! which are never used twice, and stay until the engine has them in its own file for good. Writes of many requests share
//! one transaction, because one disk sync takes milliseconds.
//!
//! Absent: reading by anyone but the drain, changing an entry.

mod inspect;
mod store;
mod task;
mod writer;

pub use inspect::{Waiting, copy, inspect};
pub use store::{Failure, OpenInbox, Reader};
pub use writer::{Writer, start};

/// What an entry is, as its number on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The JSON of an event.
    Event = 0,
    /// A site whose entries so far go.
    DeleteSite = 1,
}

/// An entry as it lies on disk.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Sequence number.
    pub seq: i64,
    /// What it is.
    pub kind: Kind,
    /// The site.
    pub site_id: String,
    /// The event's JSON; empty for other kinds.
    pub body: String,
}

/// How many entries and bytes lie in the inbox, and the highest sequence number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    /// Entries.
    pub entries: i64,
    /// Bytes of their bodies.
    pub bytes: i64,
    /// The highest sequence number ever given.
    pub last_seq: i64,
}
