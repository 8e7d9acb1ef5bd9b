//! Which days that are not over are asked about.

use jiff::civil::Date;
use shared::ids::SiteId;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// A day is let go that nobody asked about for so long.
const LATELY: Duration = Duration::from_secs(30 * 60);
/// Somebody who asked no longer ago is expected to ask again.
const LOOKED_AT: Duration = Duration::from_secs(2 * 60);
const UNPOISONED: &str = "nothing panics with the lock";

/// A day that is asked about.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of which site.
    pub site_id: SiteId,
    /// Which day.
    pub day: Date,
    /// True when somebody asked just now.
    pub is_looked_at: bool,
}

/// Days of sites, each with when it was asked about last.
#[derive(Debug, Default)]
pub(super) struct AskedAbout {
    days: Mutex<HashMap<(SiteId, Date), Instant>>,
    more: Notify,
    /// Of who brings a day up to date: the engine has one writer, and who waits for it waits here and not on a thread.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl AskedAbout {
    /// A day is asked about.
    pub(super) fn note(&self, site_id: &SiteId, day: Date) {
        let mut days = self.days.lock().expect(UNPOISONED);
        let before = days.insert((site_id.clone(), day), Instant::now());
        if before.is_none_or(|before| before.elapsed() >= LOOKED_AT) {
            self.more.notify_one();
        }
    }

    /// Returns once a day is looked at that was not before, or was since this returned last.
    pub(super) async fn more(&self) {
        self.more.notified().await;
    }

    /// The days that were asked about lately; the others are forgotten.
    pub(super) fn lately(&self) -> Vec<Asked> {
        let mut days = self.days.lock().expect(UNPOISONED);
        days.retain(|_, asked| asked.elapsed() < LATELY);
        let asked = |((site_id, day), asked): (&(SiteId, Date), &Instant)| Asked {
            site_id: site_id.clone(),
            day: *day,
            is_looked_at: asked.elapsed() < LOOKED_AT,
        };
        days.iter().map(asked).collect()
    }
}
