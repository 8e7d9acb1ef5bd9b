//! What imports bring: events with the import's mark, and days of totals.
//!
//! An import does not pass the inbox: what it brings can be read again. It writes how far it is in the transaction of its
//! events, so that what the engine loses in a crash it loses together, and the import goes on from where the engine stands.

use super::Events;
pub use super::batch::ImportMark;
use super::batch::{Batch, Entry};
use super::event::InboxEvent;
use super::statement::Statement;
use crate::error::Result;
use jiff::civil::Date;
use shared::ids::SiteId;
use std::path::Path;

/// The text columns of `imported_days`.
pub const TEXTS: [&str; 22] = [
    "hostname",
    "pathname",
    "entry_page",
    "exit_page",
    "name",
    "link_url",
    "source",
    "channel",
    "referrer",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "country",
    "region",
    "city",
    "browser",
    "browser_version",
    "os",
    "os_version",
    "device",
];

/// The columns of `imported_days` that hold sums.
pub const NUMBERS: [&str; 10] = [
    "visitors",
    "visits",
    "pageviews",
    "events",
    "bounces",
    "duration_s",
    "engagement_s",
    "engaged_visits",
    "scroll_depth",
    "scrolled_visits",
];

/// A day's totals of one value, or of the site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedDay {
    /// The day in the site's zone.
    pub date: Date,
    /// What the totals are by: `visitors` (nothing), `sources`, `pages`, ….
    pub family: &'static str,
    /// In the order of [`TEXTS`].
    pub texts: [String; TEXTS.len()],
    /// In the order of [`NUMBERS`].
    pub numbers: [i64; NUMBERS.len()],
}

impl Events {
    /// Stores events of an import together with how far it is; safe after the next [`Events::checkpoint`].
    pub async fn import(&self, events: Vec<InboxEvent>, mark: ImportMark) -> Result<()> {
        let entries = self.numbered(events).await?;
        self.write(entries, Some(mark)).await
    }

    /// Stores days of totals together with how far the import is; safe after the next [`Events::checkpoint`].
    pub async fn import_days(&self, days: Vec<ImportedDay>, mark: ImportMark) -> Result<()> {
        Ok(self.0.engine.write_days(days, mark).await?)
    }

    /// How far an import is, as its latest mark says; none when the engine has nothing of it.
    pub async fn import_progress(&self, import_id: &str) -> Result<Option<String>> {
        Ok(self.0.engine.import_progress(import_id).await?)
    }

    /// Forgets what an import brought, for good once this returns.
    pub async fn delete_import(&self, import_id: &str) -> Result<()> {
        self.0.engine.delete_import(import_id.to_owned()).await?;
        self.checkpoint().await
    }

    /// Makes what was written so far independent of everything else.
    pub async fn checkpoint(&self) -> Result<()> {
        Ok(self.0.engine.checkpoint().await?)
    }

    /// The days of a site that have numbers from anywhere but imports of logs (`of_logs`) or of totals.
    pub async fn covered_days(&self, site_id: &SiteId, of_logs: bool) -> Result<Vec<Date>> {
        let day = self.dialect().day_number("local_date");
        let which = if of_logs { " AND import_id IS NULL" } else { "" };
        let mut statement = Statement::plain(format!(
            "SELECT DISTINCT {day} FROM (SELECT local_date FROM visits WHERE site_id = "
        ));
        statement.text(site_id.as_str()).push(which);
        statement.push(" UNION ALL SELECT local_date FROM imported_days WHERE site_id = ");
        statement.text(site_id.as_str()).push(") days");
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = self.query(statement).await?.into_iter();
        let days = days.filter_map(|row| row.first()?.as_int());
        Ok(days
            .map(|day| epoch.saturating_add(jiff::Span::new().days(day)))
            .collect())
    }

    /// Gives events their sequence numbers.
    pub(super) async fn numbered(&self, events: Vec<InboxEvent>) -> Result<Vec<(i64, Entry)>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let count = events.len() as i64;
        let last = self.0.inbox.reserve(count).await?;
        Ok((last - count + 1..).zip(events.into_iter().map(Entry::Event)).collect())
    }

    pub(super) async fn write(&self, entries: Vec<(i64, Entry)>, import: Option<ImportMark>) -> Result<()> {
        let batch = Batch {
            entries,
            up_to: 0,
            import,
        };
        self.0.engine.write_batch(batch).await?;
        Ok(())
    }

    /// True when another process has the stores of a data folder open.
    pub fn is_open_elsewhere(data_dir: &Path) -> bool {
        matches!(super::lock::FolderLock::take(data_dir), Err(super::OpenError::InUse(_)))
    }
}
