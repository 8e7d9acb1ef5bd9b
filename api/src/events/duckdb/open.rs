//! Opening the file: set aside what can't be trusted, lock the engine down, bring the schema up to date.

use super::super::error::OpenError;
use super::super::rolled::Known;
use super::{rebuild, rollup, write};
use ::duckdb::{AccessMode, Config, Connection};
use std::path::{Path, PathBuf};

/// The migrations, in order; the version of a file is how many of them it has seen.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("../../../../migrations/events/duckdb/0001_events_visits.sql"),
    include_str!("../../../../migrations/events/duckdb/0002_imports.sql"),
    include_str!("../../../../migrations/events/duckdb/0003_rollups.sql"),
    include_str!("../../../../migrations/events/duckdb/0004_filtered.sql"),
    include_str!("../../../../migrations/events/duckdb/0005_months.sql"),
    include_str!("../../../../migrations/events/duckdb/0006_pages.sql"),
    include_str!("../../../../migrations/events/duckdb/0007_audience_months.sql"),
];

/// An open file, and what it has rolled up.
pub(super) type Opened = (Connection, Known);

pub(super) fn open(path: &Path, settings: &crate::config::Events) -> Result<Opened, OpenError> {
    set_logs_aside(path)?;
    match try_open(path, settings) {
        Err(Failure::Damaged(cause)) => {
            rebuild::rebuild(path, settings, &cause)?;
            try_open(path, settings)
        }
        opened => opened,
    }
    .map_err(|failure| failure.into_error(path))
}

/// Opens the file and reads what the store itself keeps in it, so that a start never fails later for want of that.
fn try_open(path: &Path, settings: &crate::config::Events) -> Result<Opened, Failure> {
    let conn = connect(path, settings, OpenAs::Writer)?;
    migrate(&conn)?;
    write::drained_seq(&conn).map_err(Failure::of)?;
    let days = rollup::load(&conn).map_err(Failure::of)?;
    Ok((conn, days))
}

/// Sets aside the log itself, and what DuckDB writes beside it during a checkpoint and a replay.
pub(super) fn set_logs_aside(path: &Path) -> Result<(), OpenError> {
    for log in ["wal", "wal.checkpoint", "wal.recovery"] {
        set_aside(&beside(path, log), &beside(path, &format!("{log}.set-aside")))?;
    }
    Ok(())
}

/// What the system says of a disk or a file, and not of what is in it.
const UNWRITABLE: [&str; 6] = [
    "Permission denied",
    "No space left",
    "Read-only",
    "Cannot open file",
    "Input/output error",
    "Too many open files",
];
/// What DuckDB says when it was asked for what it does not do, or may not with so little memory.
const SETTINGS: [&str; 4] = [
    "Parser Error",
    "unrecognized configuration",
    "Invalid Input Error",
    "Out of Memory Error",
];

pub(super) enum Failure {
    InUse,
    Newer,
    Settings(String),
    Unwritable(String),
    Damaged(String),
}

impl Failure {
    /// DuckDB tells its failures apart in words only.
    pub(super) fn of(error: ::duckdb::Error) -> Self {
        let words = error.to_string();
        let says = |word: &str| words.contains(word);
        if says("Could not set lock") {
            Failure::InUse
        } else if says("newer version") || says("newer DuckDB") || says("storage version") {
            Failure::Newer
        } else if UNWRITABLE.iter().any(|word| says(word)) {
            Failure::Unwritable(words)
        } else if SETTINGS.iter().any(|word| says(word)) {
            Failure::Settings(words)
        } else {
            Failure::Damaged(words)
        }
    }

    /// What DuckDB says.
    pub(super) fn into_words(self) -> String {
        match self {
            Failure::InUse => "another process has it open".to_owned(),
            Failure::Newer => "it was written by a newer version of DuckDB".to_owned(),
            Failure::Settings(words) | Failure::Unwritable(words) | Failure::Damaged(words) => words,
        }
    }

    pub(super) fn into_error(self, path: &Path) -> OpenError {
        match self {
            Failure::InUse => OpenError::InUse(path.parent().unwrap_or(path).to_owned()),
            Failure::Newer => OpenError::Newer(path.to_owned()),
            Failure::Settings(words) => OpenError::Settings(words),
            Failure::Unwritable(cause) | Failure::Damaged(cause) => OpenError::Unwritable {
                path: path.to_owned(),
                cause,
            },
        }
    }
}

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpenAs {
    Writer,
    Reader,
    /// Fills a new file from another one, which it may attach.
    Rebuilder,
}

/// Opens with everything off that reaches outside the file, and the settings locked.
pub(super) fn connect(path: &Path, settings: &crate::config::Events, purpose: OpenAs) -> Result<Connection, Failure> {
    let config = || -> ::duckdb::Result<Config> {
        let mut config = Config::default()
            .enable_autoload_extension(false)?
            .enable_external_access(purpose == OpenAs::Rebuilder)?
            .with("allow_community_extensions", "false")?
            .with("memory_limit", &settings.memory_limit)?
            .with("preserve_insertion_order", "false")?;
        if purpose == OpenAs::Reader {
            config = config.access_mode(AccessMode::ReadOnly)?;
        }
        if settings.threads > 0 {
            config = config.threads(i64::try_from(settings.threads).unwrap_or(i64::MAX))?;
        }
        Ok(config)
    };
    let config = config().map_err(|error| Failure::Settings(error.to_string()))?;
    let conn = Connection::open_with_flags(path, config).map_err(Failure::of)?;
    // The file changes at our own checkpoints only, after which the inbox lets go of what is in it. The first statement reads
    // the catalogue, so that a damaged file shows now.
    conn.execute_batch(
        "SELECT count(*) FROM duckdb_tables(); PRAGMA disable_checkpoint_on_shutdown; SET lock_configuration = true",
    )
    .map_err(Failure::of)?;
    Ok(conn)
}

pub(super) fn migrate(conn: &Connection) -> Result<(), Failure> {
    conn.execute_batch("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        .map_err(Failure::of)?;
    let version: Option<usize> = conn
        .query_row("SELECT max(version) FROM schema_version", [], |row| {
            row.get::<_, Option<i32>>(0)
        })
        .map_err(Failure::of)?
        .and_then(|version| usize::try_from(version).ok());
    let seen = version.unwrap_or(0);
    if seen > MIGRATIONS.len() {
        return Err(Failure::Newer);
    }
    for (at, migration) in MIGRATIONS.iter().enumerate().skip(seen) {
        let version = at + 1;
        conn.execute_batch(&format!(
            "BEGIN; {migration}; INSERT INTO schema_version VALUES ({version}); COMMIT"
        ))
        .map_err(Failure::of)?;
    }
    if seen < MIGRATIONS.len() {
        conn.execute_batch("CHECKPOINT").map_err(Failure::of)?;
    }
    Ok(())
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

/// A name for a damaged file that is not in use.
pub(super) fn free_name(path: &Path) -> PathBuf {
    let names = (1..).map(|n| beside(path, &format!("damaged-{n}")));
    names
        .into_iter()
        .find(|name| !name.exists())
        .expect("the numbers do not end")
}

pub(super) fn set_aside(from: &Path, to: &Path) -> Result<(), OpenError> {
    match std::fs::rename(from, to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(OpenError::Unwritable {
            path: from.to_owned(),
            cause: error.to_string(),
        }),
        _ => Ok(()),
    }
}
