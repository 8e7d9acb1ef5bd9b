//! What the drain hands to an engine at once.

use super::event::InboxEvent;
use shared::ids::SiteId;

/// Entries of the inbox, in order.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Sequence numbers and what they hold.
    pub entries: Vec<(i64, Entry)>,
    /// The inbox is drained up to here once the batch is stored.
    pub up_to: i64,
    /// The import that brings the events, and how far it is with them; none for what was collected.
    pub import: Option<ImportMark>,
}

impl Batch {
    /// The sites that it is about.
    pub fn sites(&self) -> Vec<String> {
        let site = |(_, entry): &(i64, Entry)| match entry {
            Entry::Event(event) => event.site_id.0.clone(),
            Entry::DeleteSite(site_id) => site_id.0.clone(),
        };
        let mut sites: Vec<String> = self.entries.iter().map(site).collect();
        sites.sort_unstable();
        sites.dedup();
        sites
    }
}

/// Where an import stands. Stored in the transaction of its events, so that after a crash it goes on exactly there.
#[derive(Clone, Debug)]
pub struct ImportMark {
    /// The import.
    pub import_id: String,
    /// Its site.
    pub site_id: SiteId,
    /// What the import wants to find again; text that the store does not look into.
    pub progress: String,
}

/// What an entry of the inbox holds.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "almost every entry is an event")]
pub enum Entry {
    /// An event to store.
    Event(InboxEvent),
    /// A site whose events so far go.
    DeleteSite(SiteId),
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Events stored.
    pub events: usize,
    /// Engagement events that no visit took.
    pub strays: usize,
}
