//! Which days that are not over are asked about.

use jiff::civil::Date;
use shared::ids::SiteId;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A day is let go that nobody asked about for so long.
const LATELY: Duration = Duration::from_secs(30 * 60);
const UNPOISONED: &str = "nothing panics with the lock";

/// Days of sites, each with when it was asked about last.
#[derive(Debug, Default)]
pub(super) struct AskedAbout(Mutex<HashMap<(SiteId, Date), Instant>>);

impl AskedAbout {
    /// A day is asked about.
    pub(super) fn note(&self, site_id: &SiteId, day: Date) {
        let mut days = self.0.lock().expect(UNPOISONED);
        days.insert((site_id.clone(), day), Instant::now());
    }

    /// The days that were asked about lately; the others are forgotten.
    pub(super) fn lately(&self) -> Vec<(SiteId, Date)> {
        let mut days = self.0.lock().expect(UNPOISONED);
        days.retain(|_, asked| asked.elapsed() < LATELY);
        days.keys().cloned().collect()
    }
}
