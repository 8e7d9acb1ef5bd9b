//! How often portals were opened: counted in memory, written each second and at stop. Who opened is never known here.

use super::store;
use crate::db::Db;
use crate::error::Result;
use crate::kit::tally::{Counted, Tally};

/// Opens that are not written yet.
#[derive(Clone, Debug, Default)]
pub struct PortalOpens(Tally);

impl PortalOpens {
    /// Counts an open at `now` (Unix ms).
    pub fn count(&self, portal_id: &str, now: i64) {
        self.0.count(portal_id, now);
    }

    /// Writes what was counted. What can't be written is counted again later.
    pub async fn write(&self, db: &Db) -> Result<()> {
        let _turn = self.0.turn().await;
        let counted = self.0.take();
        if counted.is_empty() {
            return Ok(());
        }
        let written = write_all(db, &counted).await;
        if written.is_err() {
            self.0.give_back(counted);
        }
        written
    }
}

async fn write_all(db: &Db, counted: &[(String, Counted)]) -> Result<()> {
    let mut tx = db.begin().await?;
    for (portal_id, opened) in counted {
        store::add_opens(&mut tx.link(), portal_id, opened.count, opened.last_at).await?;
    }
    Ok(tx.commit().await?)
}
