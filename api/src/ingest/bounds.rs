//! What one site may send: so many events a second, and so many different names of pages and events a day.
//!
//! Without the first a flood for one site fills the disk for all; without the second a script that makes up addresses
//! makes every list of the site useless and slow. What is over the second bound is counted under `(other)`. Counts live
//! in memory: a restart begins the day anew.

use crate::config::Limits;
use crate::error::Result;
use crate::events::event::{ENGAGEMENT, InboxEvent, PAGEVIEW};
use crate::http::rate::KeyedRate;
use jiff::civil::Date;
use shared::ids::SiteId;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

/// Stands for what was over the bound.
pub const OTHER: &str = "(other)";

/// The bounds of every site.
#[derive(Clone, Debug)]
pub struct Bounds {
    rate: KeyedRate<SiteId>,
    names: Arc<Mutex<HashMap<SiteId, DayOfNames>>>,
    most_names: usize,
}

#[derive(Debug)]
struct DayOfNames {
    date: Date,
    pages: HashSet<u64>,
    events: HashSet<u64>,
}

impl Bounds {
    /// The bounds of the settings.
    pub fn new(limits: &Limits) -> Self {
        Self {
            rate: KeyedRate::new(limits.site_events_per_second, limits.site_events_burst),
            names: Arc::default(),
            most_names: limits.site_names_per_day as usize,
        }
    }

    /// Counts an event of a site; 429 with the true wait when there are too many.
    pub fn charge(&self, site_id: &SiteId) -> Result<()> {
        self.rate.charge(site_id)
    }

    /// Replaces the names of an event that are over the day's bound.
    pub fn fold(&self, event: &mut InboxEvent) {
        let mut names = self.names.lock().expect("nothing panics while it holds the lock");
        let day = names
            .entry(event.site_id.clone())
            .or_insert_with(|| DayOfNames::new(event.local_date));
        if day.date < event.local_date {
            *day = DayOfNames::new(event.local_date);
        }
        if !keep(&mut day.pages, &event.pathname, self.most_names) {
            event.pathname = OTHER.to_owned();
        }
        let custom = event.name != PAGEVIEW && event.name != ENGAGEMENT;
        if custom && !keep(&mut day.events, &event.name, self.most_names) {
            event.name = OTHER.to_owned();
        }
    }
}

impl DayOfNames {
    fn new(date: Date) -> Self {
        Self {
            date,
            pages: HashSet::new(),
            events: HashSet::new(),
        }
    }
}

/// True when the name was seen today or there is room for one more. A hash each: 8 bytes, not the name.
fn keep(seen: &mut HashSet<u64>, name: &str, most: usize) -> bool {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    let hash = hasher.finish();
    seen.contains(&hash) || (seen.len() < most && seen.insert(hash))
}
