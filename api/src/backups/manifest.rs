//! What a backup says of itself.

use super::{Failure, Result};
use crate::db;
use crate::events::hold::Inspection;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The manifest's file.
pub const MANIFEST: &str = "manifest.json";
/// The metadata, if it is SQLite's.
pub const METADATA: &str = "vitrine.sqlite";
/// The events that the engine does not have.
pub const INBOX: &str = "inbox.sqlite";
/// The engine's file.
pub const EVENTS: &str = "events.duckdb";
/// The server's secret.
pub const KEY: &str = "secret.key";

/// How backups are laid out; another number is another program's.
const FORMAT: u32 = 1;

/// What a backup says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// How the backup is laid out.
    pub format: u32,
    /// The version of the program that took it.
    pub vitrine: String,
    /// When, RFC 3339 in UTC.
    pub taken_at: String,
    /// Where metadata lived: `SQLite` (it is a part) or `PostgreSQL` (it is not).
    pub metadata: String,
    /// Versions of the schemas, by store: `metadata`, `events`.
    pub schemas: BTreeMap<String, i64>,
    /// Everything up to this sequence number is in the event file; what is later is in the inbox.
    pub drained: i64,
    /// Rows, by store and table.
    pub rows: BTreeMap<String, i64>,
    /// A keyed hash under the server's secret, to know it by.
    pub secret_check: String,
    /// The files.
    pub parts: Vec<Part>,
}

/// A file of a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

impl Manifest {
    /// An empty one of this program.
    pub fn new(taken_at: String, metadata: &str, secret_check: String) -> Self {
        Self {
            format: FORMAT,
            vitrine: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at,
            metadata: metadata.to_owned(),
            schemas: BTreeMap::new(),
            drained: 0,
            rows: BTreeMap::new(),
            secret_check,
            parts: Vec::new(),
        }
    }

    /// Reads one; refuses what this program can't restore.
    pub fn of_text(text: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
            vitrine: String,
        }
        let unreadable = |error: serde_json::Error| Failure(format!("{MANIFEST} can't be read: {error}"));
        let head: Format = serde_json::from_str(text).map_err(unreadable)?;
        let newer = || {
            Failure(format!(
                "the backup was taken by a newer vitrine ({}): restore it with that version",
                head.vitrine
            ))
        };
        if head.format > FORMAT {
            return Err(newer());
        }
        let manifest: Self = serde_json::from_str(text).map_err(unreadable)?;
        let newest = |store: &str| match store {
            "metadata" => db::newest_schema(),
            _ => Inspection::SCHEMA as i64,
        };
        if manifest.schemas.iter().any(|(store, version)| *version > newest(store)) {
            return Err(newer());
        }
        let known = [METADATA, INBOX, EVENTS, KEY];
        let stranger = manifest.parts.iter().find(|part| !known.contains(&part.name.as_str()));
        if let Some(part) = stranger {
            return Err(Failure(format!(
                "{MANIFEST} names a part that no backup has: {}",
                part.name
            )));
        }
        for name in [INBOX, EVENTS] {
            if manifest.part(name).is_none() {
                return Err(Failure(format!("{MANIFEST} does not name {name}")));
            }
        }
        Ok(manifest)
    }

    /// A part by its name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// Its text.
    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("plain texts and numbers can be written");
        text + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_program_wrote_is_refused() {
        let mut manifest = Manifest::new("2026-03-10T12:00:00.000Z".to_owned(), "SQLite", String::new());
        manifest.parts = [INBOX, EVENTS]
            .map(|name| Part {
                name: name.to_owned(),
                bytes: 1,
                sha256: String::new(),
            })
            .to_vec();
        assert!(Manifest::of_text(&manifest.text()).is_ok());
        let refused = |change: &dyn Fn(&mut Manifest)| {
            let mut changed = manifest.clone();
            change(&mut changed);
            Manifest::of_text(&changed.text()).unwrap_err().to_string()
        };
        assert!(refused(&|it| it.format = FORMAT + 1).contains("newer vitrine"));
        assert!(refused(&|it| it.schemas = BTreeMap::from([("metadata".to_owned(), 1_000)])).contains("newer vitrine"));
        assert!(refused(&|it| it.parts[0].name = "../../etc/cron.d/x".to_owned()).contains("no backup has"));
        assert!(refused(&|it| it.parts.truncate(1)).contains("does not name"));
        assert!(Manifest::of_text("{}").is_err());
    }
}
