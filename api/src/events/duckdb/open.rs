//! Opening the file: set aside what can't be trusted, lock the engine down, bring the schema up to date.

use super::super::error::OpenError;
use ::duckdb::{AccessMode, Config, Connection};
use std::path::{Path, PathBuf};

/// The migrations, in order; the version of a file is how many of them it has seen.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("../../../../migrations/events/duckdb/0001_events_visits.sql"),
    include_str!("../../../../migrations/events/duckdb/0002_imports.sql"),
    include_str!("../../../../migrations/events/duckdb/0003_rollups.sql"),
    include_str!("../../../../migrations/events/duckdb/0004_filtered.sql"),
];

pub(super) fn open(path: &Path, settings: &crate::config::Events) -> Result<Connection, OpenError> {
    // The log itself, and what DuckDB writes beside it during a checkpoint and a replay.
    for log in ["wal", "wal.checkpoint", "wal.recovery"] {
        set_aside(&beside(path, log), &beside(path, &format!("{log}.set-aside")))?;
    }
    let conn = match connect(path, settings, OpenAs::Writer) {
        Ok(conn) => conn,
        Err(Failure::Damaged(cause)) => {
            let kept = free_name(path);
            tracing::error!(file = %path.display(), kept = %kept.display(), %cause, "the event file does not open; it is set aside and a new one is filled from the inbox");
            set_aside(path, &kept)?;
            connect(path, settings, OpenAs::Writer).map_err(|failure| failure.into_error(path))?
        }
        Err(failure) => return Err(failure.into_error(path)),
    };
    migrate(&conn, path)?;
    Ok(conn)
}

pub(super) enum Failure {
    InUse,
    Newer,
    Settings(String),
    Unwritable(String),
    Damaged(String),
}

impl Failure {
    /// DuckDB tells its failures apart in words only.
    fn of(error: ::duckdb::Error) -> Self {
        let words = error.to_string();
        let says = |word: &str| words.contains(word);
        if says("Could not set lock") {
            Failure::InUse
        } else if says("newer version") || says("newer DuckDB") || says("storage version") {
            Failure::Newer
        } else if says("Permission denied") || says("No space left") || says("Read-only") || says("Cannot open file") {
            Failure::Unwritable(words)
        } else if says("Parser Error") || says("unrecognized configuration") || says("Invalid Input Error") {
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
}

/// Opens with everything off that reaches outside the file, and the settings locked.
pub(super) fn connect(path: &Path, settings: &crate::config::Events, purpose: OpenAs) -> Result<Connection, Failure> {
    let config = || -> ::duckdb::Result<Config> {
        let mut config = Config::default()
            .enable_autoload_extension(false)?
            .enable_external_access(false)?
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

fn migrate(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    let fail = |error: ::duckdb::Error| OpenError::Unwritable {
        path: path.to_owned(),
        cause: error.to_string(),
    };
    conn.execute_batch("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        .map_err(fail)?;
    let version: Option<usize> = conn
        .query_row("SELECT max(version) FROM schema_version", [], |row| {
            row.get::<_, Option<i32>>(0)
        })
        .map_err(fail)?
        .and_then(|version| usize::try_from(version).ok());
    let seen = version.unwrap_or(0);
    if seen > MIGRATIONS.len() {
        return Err(OpenError::Newer(path.to_owned()));
    }
    for (at, migration) in MIGRATIONS.iter().enumerate().skip(seen) {
        let version = at + 1;
        conn.execute_batch(&format!(
            "BEGIN; {migration}; INSERT INTO schema_version VALUES ({version}); COMMIT"
        ))
        .map_err(fail)?;
    }
    if seen < MIGRATIONS.len() {
        conn.execute_batch("CHECKPOINT").map_err(fail)?;
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

/// A name for a damaged file that is not in use.
fn free_name(path: &Path) -> PathBuf {
    let names = (1..).map(|n| beside(path, &format!("damaged-{n}")));
    names
        .into_iter()
        .find(|name| !name.exists())
        .expect("the numbers do not end")
}

fn set_aside(from: &Path, to: &Path) -> Result<(), OpenError> {
    match std::fs::rename(from, to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(OpenError::Unwritable {
            path: from.to_owned(),
            cause: error.to_string(),
        }),
        _ => Ok(()),
    }
}
