//! How often links were opened: counted in memory, written each second and at stop.
//!
//! A write for each open would cost a disk sync each; who opened is never known here.

use super::store;
use crate::db::Db;
use crate::error::Result;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Opens that are not written yet.
#[derive(Clone, Debug, Default)]
pub struct Opens(Arc<Mutex<HashMap<String, Opened>>>);

#[derive(Clone, Copy, Debug, Default)]
struct Opened {
    count: i64,
    last_at: i64,
}

impl Opens {
    /// Counts an open at `now` (Unix ms).
    pub fn count(&self, link_id: &str, now: i64) {
        let mut opens = self.0.lock().expect("nothing panics while it holds the lock");
        let opened = opens.entry(link_id.to_owned()).or_default();
        opened.count += 1;
        opened.last_at = opened.last_at.max(now);
    }

    /// Writes what was counted. What can't be written is counted again later.
    pub async fn write(&self, db: &Db) -> Result<()> {
        let counted = std::mem::take(&mut *self.0.lock().expect("nothing panics while it holds the lock"));
        if counted.is_empty() {
            return Ok(());
        }
        let written = write_all(db, &counted).await;
        if written.is_err() {
            let mut opens = self.0.lock().expect("nothing panics while it holds the lock");
            for (link_id, missed) in counted {
                let opened = opens.entry(link_id).or_default();
                opened.count += missed.count;
                opened.last_at = opened.last_at.max(missed.last_at);
            }
        }
        written
    }
}

async fn write_all(db: &Db, counted: &HashMap<String, Opened>) -> Result<()> {
    // Rows are taken in one order, so that two servers can't wait for each other.
    let mut counted = counted.iter().collect::<Vec<_>>();
    counted.sort_by_key(|(link_id, _)| *link_id);
    let mut tx = db.begin().await?;
    for (link_id, opened) in counted {
        store::add_opens(&mut tx.link(), link_id, opened.count, opened.last_at).await?;
    }
    Ok(tx.commit().await?)
}
