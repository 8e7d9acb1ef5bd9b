//! Opening the store: the folder's lock, the inbox, the engine, and the tasks between them.

use super::answers::Answers;
use super::asked_about::AskedAbout;
use super::clickhouse::ClickHouse;
use super::counters::Counters;
use super::drain::Drain;
use super::duckdb::Database;
use super::engine::Engine;
use super::lock::FolderLock;
use super::{Events, Inner, OpenError, UNPOISONED, inbox};
use crate::db::Db;
use crate::kit::secret;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// The inbox's file in the data folder.
pub(super) const INBOX: &str = "inbox.sqlite";

impl Events {
    /// Opens the store in `data_dir`. An empty `url` or `duckdb://` takes the default file there; `clickhouse://…` needs the metadata
    /// store, by which servers take turns.
    pub async fn open(
        settings: &crate::config::Events,
        url: &str,
        data_dir: &Path,
        db: Option<&Db>,
    ) -> Result<Self, OpenError> {
        let lock = FolderLock::take(data_dir)?;
        let inbox_file = data_dir.join(INBOX);
        let mut inbox = inbox::OpenInbox::open(&inbox_file).await?;
        let unreadable = |cause: String| OpenError::Unwritable {
            path: inbox_file.clone(),
            cause,
        };
        let engine = open_engine(settings, url, data_dir, &mut inbox, db).await?;
        let drained_seq = engine
            .drained_seq()
            .await
            .map_err(|error| OpenError::Settings(error.to_string()))?;
        inbox
            .raise(drained_seq)
            .await
            .map_err(|error| unreadable(error.to_string()))?;
        let reader = inbox::Reader::open(&inbox_file)
            .await
            .map_err(|error| unreadable(error.to_string()))?;
        let (inbox, committed, writing) = inbox::start(inbox, inbox_file.clone(), settings.inbox_max_bytes)
            .await
            .map_err(|error| unreadable(error.to_string()))?;

        let engine = Arc::new(engine);
        let counters = Arc::new(Counters::default());
        let (awaited, drained) = (watch::Sender::new(0), watch::Sender::new(drained_seq));
        let inner = Inner {
            engine: engine.clone(),
            answers: Answers::new(settings.answers_max_bytes),
            asked_about: AskedAbout::default(),
            inbox: inbox.clone(),
            counters: counters.clone(),
            committed: committed.clone(),
            awaited: awaited.clone(),
            drained: drained.subscribe(),
            closing: AtomicBool::new(false),
            query_timeout: Duration::from_millis(settings.query_timeout_ms),
            tasks: Mutex::new(vec![writing]),
            lock: Mutex::new(Some(lock)),
        };
        let awaited = awaited.subscribe();
        let drain = Drain {
            engine,
            reader,
            writer: inbox,
            counters,
            committed,
            awaited,
            drained,
        };
        inner.tasks.lock().expect(UNPOISONED).push(tokio::spawn(drain.run()));
        Ok(Self(Arc::new(inner)))
    }
}

/// Opens the engine of a data folder whose lock is held and whose inbox is open.
pub(super) async fn open_engine(
    settings: &crate::config::Events,
    url: &str,
    data_dir: &Path,
    inbox: &mut inbox::OpenInbox,
    db: Option<&Db>,
) -> Result<Engine, OpenError> {
    if !is_clickhouse(url) {
        let (file, settings) = (database_file(url, data_dir)?, settings.clone());
        let opened = tokio::task::spawn_blocking(move || Database::open(&file, &settings)).await;
        return Ok(Engine::DuckDb(
            opened.map_err(|panic| OpenError::Settings(panic.to_string()))??,
        ));
    }
    let node = folder_name(inbox, &data_dir.join(INBOX)).await?;
    let db = db.ok_or_else(|| OpenError::Settings("ClickHouse needs the metadata store".into()))?;
    let opened = ClickHouse::open(url, settings, db.clone(), node).await?;
    Ok(Engine::ClickHouse(Box::new(opened)))
}

/// The name of the data folder whose inbox it is.
pub(super) async fn folder_name(inbox: &mut inbox::OpenInbox, path: &Path) -> Result<String, OpenError> {
    let fresh = secret::text(16, &secret::BASE32);
    inbox.identity(&fresh).await.map_err(|error| OpenError::Unwritable {
        path: path.to_owned(),
        cause: error.to_string(),
    })
}

/// True for the URL of a ClickHouse.
pub(super) fn is_clickhouse(url: &str) -> bool {
    url.starts_with("clickhouse://")
}

pub(super) fn database_file(url: &str, data_dir: &Path) -> Result<PathBuf, OpenError> {
    match url.strip_prefix("duckdb://") {
        _ if url.is_empty() => Ok(data_dir.join("events.duckdb")),
        Some("") => Ok(data_dir.join("events.duckdb")),
        Some(path) => Ok(PathBuf::from(path)),
        None => Err(OpenError::Scheme(url.split("://").next().unwrap_or(url).to_owned())),
    }
}
