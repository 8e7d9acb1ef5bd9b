//! How many events were left out: counted in memory, written each second and at stop.
//!
//! A write for each would let a robot make the disk busy. A crash costs the counts of the last second.

use super::store;
use crate::db::Db;
use crate::error::Result;
use jiff::civil::Date;
use shared::ids::SiteId;
use shared::shield::DropReason;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Mutex as Turn;

type Counts = HashMap<(String, Date, DropReason), i64>;

/// Counts that are not written yet.
#[derive(Clone, Debug, Default)]
pub struct Dropped {
    counts: Arc<Mutex<Counts>>,
    /// One writes at a time, so that a stop waits for the write that is under way.
    turn: Arc<Turn<()>>,
}

const UNPOISONED: &str = "nothing panics while it holds the lock";

impl Dropped {
    /// Counts an event of a site that was left out on a day of the site's zone.
    pub fn count(&self, site_id: &SiteId, date: Date, reason: DropReason) {
        let mut counts = self.counts.lock().expect(UNPOISONED);
        *counts.entry((site_id.0.clone(), date, reason)).or_default() += 1;
    }

    /// Writes what was counted. What can't be written is counted again later.
    pub async fn write(&self, db: &Db) -> Result<()> {
        let _turn = self.turn.lock().await;
        let counted = std::mem::take(&mut *self.counts.lock().expect(UNPOISONED));
        if counted.is_empty() {
            return Ok(());
        }
        let written = write_all(db, &counted).await;
        if written.is_err() {
            let mut counts = self.counts.lock().expect(UNPOISONED);
            for (key, missed) in counted {
                *counts.entry(key).or_default() += missed;
            }
        }
        written
    }
}

async fn write_all(db: &Db, counted: &Counts) -> Result<()> {
    // Rows are taken in one order, so that two servers can't wait for each other.
    let mut counted = counted.iter().collect::<Vec<_>>();
    counted.sort_by_key(|(key, _)| *key);
    let mut tx = db.begin().await?;
    for ((site_id, date, reason), events) in counted {
        store::add_dropped(&mut tx.link(), site_id, &date.to_string(), reason.as_str(), *events).await?;
    }
    Ok(tx.commit().await?)
}
