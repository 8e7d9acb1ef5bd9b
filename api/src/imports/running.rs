//! An import under way: whose it is, who hears of it, where it notes how far it is.

use super::model::Progress;
use super::store::{self, ImportRow};
use crate::db::Db;
use crate::error::Result;
use crate::events::imported::ImportMark;
use crate::sites::directory::SiteEntry;
use std::sync::Arc;

/// Of a bad line, so many bytes are shown.
const MAX_SHOWN_BYTES: usize = 160;

/// A line that can't be read, for who runs the import with their own hands. Its text is nowhere stored: it may hold an address.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub detail: String,
    /// Its beginning.
    pub text: String,
}

impl Fault {
    /// A bad line.
    pub fn new(line: u64, detail: &str, text: &str) -> Self {
        Self {
            line,
            detail: detail.to_owned(),
            text: text[..text.floor_char_boundary(MAX_SHOWN_BYTES)].to_owned(),
        }
    }
}

/// An import under way.
pub struct Running<'a> {
    /// The import.
    pub row: ImportRow,
    /// Its site.
    pub site: Arc<SiteEntry>,
    /// Hears after each piece how far it is, and how much of the file is read in percent.
    pub on_progress: &'a mut dyn FnMut(&Progress, Option<i64>),
    /// Hears of the first few bad lines of each piece.
    pub on_fault: &'a mut dyn FnMut(&Fault),
}

impl Running<'_> {
    /// Notes how far the import is; false when it is no longer wanted.
    pub async fn note(&self, db: &Db, progress: &Progress, percent: Option<i64>) -> Result<bool> {
        let mut tx = db.begin().await?;
        let noted = store::update_progress(&mut tx.link(), &self.row.id, percent, &progress.to_text()).await?;
        tx.commit().await?;
        Ok(noted == 1)
    }

    /// False when the import is being removed, or is gone.
    pub async fn is_wanted(&self, db: &Db) -> Result<bool> {
        let mut conn = db.read().await?;
        let found = store::find_import(&mut conn.link(), &self.row.site_id, &self.row.id).await?;
        Ok(found.is_some_and(|row| row.status != "removing"))
    }

    /// What the engine keeps beside what the import brings.
    pub fn mark(&self, progress: &Progress) -> ImportMark {
        ImportMark {
            import_id: self.row.id.clone(),
            site_id: self.site.id.clone(),
            progress: progress.to_text(),
        }
    }
}
