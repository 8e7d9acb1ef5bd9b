//! Where imports are entered: by the server, and by the program that runs beside one.

use super::input::{Input, Source};
use super::model::Progress;
use super::spool::Spool;
use super::store::{self, ImportRow};
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::kit::clock::Clock;
use crate::kit::ids::Ids;
use crate::kit::seal::Seal;
use crate::kit::secret::{self, hex, unhex};
use crate::sites::service::lock;
use crate::state::State;
use sha2::{Digest, Sha256};
use shared::import::{ImportKind, LogFormat};
use shared::problem::ProblemCode;
use std::io::{self, Read};

/// Longer names of files are cut.
const MAX_NAME_BYTES: usize = 200;

/// What is needed to enter an import.
#[derive(Clone, Debug)]
pub struct Books {
    /// Metadata.
    pub db: Db,
    /// Seals keys and waiting files.
    pub seal: Seal,
    /// Ids.
    pub ids: Ids,
    /// Time.
    pub clock: Clock,
    /// The waiting files.
    pub spool: Spool,
}

/// A file that is given.
#[derive(Clone, Debug)]
pub struct Given {
    /// What it is.
    pub kind: ImportKind,
    /// How its lines are written.
    pub format: LogFormat,
    /// Its name; one that is known keeps its own when this is empty.
    pub name: String,
    /// By which it is known again.
    pub fingerprint: String,
    /// Its name in the spool, if it waits there.
    pub spool: Option<String>,
}

/// The keys of imports: 32 random bytes.
pub type Key = [u8; 32];

impl Books {
    /// The books of a server.
    pub fn of(state: &State) -> Self {
        Self {
            db: state.db.clone(),
            seal: state.seal.clone(),
            ids: state.ids.clone(),
            clock: state.clock.clone(),
            spool: state.imports.spool(),
        }
    }

    /// Looks at a file: what it is, and by what it is known again. Reads a ZIP archive once, of a log its first line; call it off
    /// the async threads.
    pub fn look_at(&self, site_id: &str, source: &Source, input: &Input) -> io::Result<(ImportKind, String)> {
        let (kind, hash) = match input.is_zip {
            true => (ImportKind::Plausible, whole_hash(source)?),
            false if input.first_line.is_empty() => return Err(io::Error::other("the file is empty")),
            false => (ImportKind::AccessLog, hex(&Sha256::digest(&input.first_line))),
        };
        // Keyed, because the hash of one line would tell its address to whoever tries them all.
        let keyed = self.seal.lookup("import file", &format!("{site_id}:{hash}"));
        Ok((kind, hex(&keyed)))
    }

    /// Enters a file, or finds the import of it that goes on. `key` makes several files share their visitors. 409 while it is being
    /// imported, unless nobody else can be doing that (`is_alone`).
    pub async fn enter(
        &self,
        tx: &mut Tx,
        site_id: &str,
        given: Given,
        key: Option<Key>,
        is_alone: bool,
    ) -> Result<ImportRow> {
        lock(tx, site_id).await?;
        let known = store::find_import_of(&mut tx.link(), site_id, &given.fingerprint).await?;
        let is_busy = known.as_ref().is_some_and(|row| match row.status.as_str() {
            "removing" => true,
            "waiting" | "running" => !is_alone,
            _ => false,
        });
        if is_busy {
            return Err(Error::new(ProblemCode::Conflict).detail("This file is being imported or removed already"));
        }
        let mut row = known.unwrap_or_else(|| ImportRow {
            id: self.ids.next("imp"),
            site_id: site_id.to_owned(),
            kind: word(given.kind),
            format: String::new(),
            name: String::new(),
            status: String::new(),
            fingerprint: given.fingerprint.clone(),
            key_sealed: None,
            spool: None,
            percent: None,
            progress: Progress::default().to_text(),
            problem: None,
            created_at: self.clock.now_ms(),
            finished_at: None,
        });
        row.format = word(given.format);
        if !given.name.is_empty() {
            row.name = given.name[..given.name.floor_char_boundary(MAX_NAME_BYTES)].to_owned();
        }
        "waiting".clone_into(&mut row.status);
        (row.spool, row.problem, row.finished_at) = (given.spool, None, None);
        if row.key_sealed.is_none() {
            let key = key.unwrap_or_else(secret::bytes);
            row.key_sealed = Some(hex(&self.seal.seal_bytes(&row.id, &key)));
        }
        store::put_import(&mut tx.link(), &row).await?;
        Ok(row)
    }

    /// The key of an import that is not done.
    pub fn key_of(&self, row: &ImportRow) -> Option<Key> {
        let sealed = unhex(row.key_sealed.as_deref()?);
        self.seal.open_bytes(&row.id, &sealed)?.try_into().ok()
    }

    /// An import of the site as it is now.
    pub async fn find(&self, site_id: &str, id: &str) -> Result<Option<ImportRow>> {
        let mut conn = self.db.read().await?;
        Ok(store::find_import(&mut conn.link(), site_id, id).await?)
    }

    /// The import of a file that was given before.
    pub async fn find_of(&self, site_id: &str, fingerprint: &str) -> Result<Option<ImportRow>> {
        let mut conn = self.db.read().await?;
        Ok(store::find_import_of(&mut conn.link(), site_id, fingerprint).await?)
    }
}

/// A word of the table, as serde spells it.
fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn whole_hash(source: &Source) -> io::Result<String> {
    let mut file = source.seekable()?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}
