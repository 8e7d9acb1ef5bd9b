//! Taking a backup.

use super::hold::Hold;
use super::manifest::{EVENTS, INBOX, KEY, MANIFEST, METADATA, Manifest};
use super::part::{create, create_folder, sync};
use super::{Failure, Result, Tell, archive, blocking, failed, of_file, part, store};
use crate::config::Config;
use crate::db::{Db, files};
use crate::events::Events;
use crate::events::hold::{Inspection, copy_inbox, inspect_inbox};
use crate::kit::clock::{Clock, rfc3339};
use crate::kit::seal::Seal;
use crate::kit::secret::hex;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Backup {
    /// A folder, or a file that ends in `.zip`; it must not be there.
    pub to: PathBuf,
    /// Whether the server's secret goes along.
    pub with_key: bool,
}

/// Takes a backup of a data folder; answers what it says of itself. Nothing is left when it fails.
pub async fn take(config: &Config, clock: &Clock, wanted: &Backup, tell: &Tell) -> Result<Manifest> {
    let to = &wanted.to;
    if to.exists() {
        return Err(Failure(format!(
            "{} is there already: a backup needs a new name",
            to.display()
        )));
    }
    refuse_remote(config)?;
    let events_file = Events::file(&config.events_url, &config.data_dir).map_err(|error| Failure(error.to_string()))?;
    if !events_file.exists() {
        return Err(Failure(format!(
            "there is nothing to back up: {} is not there; name the server's folder with --data-dir",
            events_file.display()
        )));
    }
    let folder = beside(to, "partial");
    create_folder(&folder)?;
    let taken = async {
        let mut manifest = copy(config, clock, wanted, &events_file, &folder, tell).await?;
        look_through(config, &folder, &mut manifest, tell).await?;
        finish(&folder, to, &manifest, tell).await?;
        Ok(manifest)
    };
    let taken = taken.await;
    if taken.is_err() {
        let _ = std::fs::remove_dir_all(&folder);
        let _ = std::fs::remove_file(beside(to, "partial.zip"));
    }
    taken
}

/// Copies the stores as they are at one instant: while the event file is held still and nobody writes metadata, first the inbox,
/// which has everything that the event file lacks.
async fn copy(
    config: &Config,
    clock: &Clock,
    wanted: &Backup,
    events_file: &Path,
    folder: &Path,
    tell: &Tell,
) -> Result<Manifest> {
    let secret = secret(config)?;
    let check = hex(&Seal::new(&secret).check_value());
    tell("waiting for the server", 0, 0);
    let hold = Hold::take(&config.data_dir).await?;
    let metadata = metadata_file(config);
    let kept_by = if metadata.is_some() { "SQLite" } else { "PostgreSQL" };
    let frozen = match &metadata {
        Some(path) => Some(
            files::Frozen::take(path)
                .await
                .map_err(|cause| failed(METADATA, &cause))?,
        ),
        None => None,
    };
    let mut manifest = Manifest::new(rfc3339(clock.now_ms()), kept_by, check);
    tell(INBOX, 0, 0);
    // SQLite writes into an empty file as well, and this one is its owner's alone.
    create(&folder.join(INBOX))?;
    let inbox = Events::inbox_file(&config.data_dir);
    let copied = copy_inbox(&inbox, &folder.join(INBOX)).await;
    copied.map_err(|cause| failed(INBOX, &cause))?;
    if let Some(path) = &metadata {
        tell(METADATA, 0, 0);
        create(&folder.join(METADATA))?;
        let copied = files::copy(path, &folder.join(METADATA)).await;
        copied.map_err(|cause| failed(METADATA, &cause))?;
    }
    drop(frozen);
    let (from, to, telling) = (events_file.to_owned(), folder.join(EVENTS), tell.clone());
    let events = blocking(move || part::copy(EVENTS, &from, &to, &telling)).await?;
    hold.release().await?;

    manifest.parts.push(events);
    if wanted.with_key {
        let mut file = create(&folder.join(KEY))?;
        let written = file.write_all(&secret).and_then(|()| file.sync_all());
        written.map_err(of_file(&folder.join(KEY)))?;
    }
    Ok(manifest)
}

/// Takes out of the copies what no restore may bring back, has their engines look through them, and counts.
async fn look_through(config: &Config, folder: &Path, manifest: &mut Manifest, tell: &Tell) -> Result<()> {
    tell("looking through the copies", 0, 0);
    let metadata = folder.join(METADATA);
    if metadata.exists() {
        let db = Db::connect(&format!("sqlite://{}", metadata.display()))
            .await
            .map_err(|cause| failed(METADATA, &cause))?;
        let stripped = store::strip(&db).await;
        let sealed = seal_check(&db).await;
        db.close().await;
        stripped.map_err(|cause| failed(METADATA, &cause))?;
        if sealed?.is_some_and(|sealed| sealed != manifest.secret_check) {
            return Err(Failure(
                "the server's secret is not the one that the metadata was sealed with: name the right one, or the backup is worth nothing"
                    .to_owned(),
            ));
        }
        let looked = files::look_through(&metadata)
            .await
            .map_err(|cause| failed(METADATA, &cause))?;
        refuse(METADATA, &looked.problems)?;
        manifest.schemas.insert("metadata".to_owned(), looked.schema);
        let rows = looked.rows.into_iter();
        manifest
            .rows
            .extend(rows.map(|(table, rows)| (format!("metadata.{table}"), rows)));
    }
    let (settings, events) = (config.events.clone(), folder.join(EVENTS));
    let (schema, drained, rows) = blocking(move || count_events(&events, &settings)).await?;
    manifest.schemas.insert("events".to_owned(), schema);
    manifest.drained = drained;
    manifest.rows.extend(rows);
    let waiting = inspect_inbox(&folder.join(INBOX), drained)
        .await
        .map_err(|cause| failed(INBOX, &cause))?;
    refuse(INBOX, &waiting.problems)?;
    manifest.rows.insert("inbox.entries".to_owned(), waiting.entries);

    let names = [METADATA, INBOX, KEY].map(|name| (name, folder.join(name)));
    let telling = tell.clone();
    let parts = blocking(move || {
        let there = names.iter().filter(|(_, path)| path.exists());
        let measured = there.map(|(name, path)| {
            sync(path)?;
            part::measure(name, path, &telling)
        });
        measured.collect::<Result<Vec<_>>>()
    });
    manifest.parts.extend(parts.await?);
    Ok(())
}

type Counted = (i64, i64, Vec<(String, i64)>);

fn count_events(path: &Path, settings: &crate::config::Events) -> Result<Counted> {
    let file = Inspection::open(path, settings).map_err(|error| Failure(error.to_string()))?;
    let fail = |error| failed(EVENTS, &error);
    let count = |table: &str| {
        let counted = file.number(&format!("SELECT count(*) FROM {table}")).map_err(fail)?;
        Ok((format!("events.{table}"), counted))
    };
    let rows = ["events", "visits", "imported_days", "rolled_days", "rollups"];
    let rows = rows.into_iter().map(count).collect::<Result<Vec<_>>>()?;
    Ok((file.schema().map_err(fail)?, file.drained().map_err(fail)?, rows))
}

fn refuse(name: &str, problems: &[String]) -> Result<()> {
    match problems.first() {
        None => Ok(()),
        Some(first) => Err(Failure(format!(
            "{name} is damaged, and so would be its backup: {first}; `vitrine check` tells everything"
        ))),
    }
}

/// Gives the backup its name, once everything of it is on the disk.
async fn finish(folder: &Path, to: &Path, manifest: &Manifest, tell: &Tell) -> Result<()> {
    let (folder, to, manifest, tell) = (folder.to_owned(), to.to_owned(), manifest.clone(), tell.clone());
    blocking(move || {
        if archive::is_archive(&to) {
            let packed = beside(&to, "partial.zip");
            archive::pack(&folder, &manifest, &packed, &tell)?;
            std::fs::rename(&packed, &to).map_err(of_file(&to))?;
            std::fs::remove_dir_all(&folder).map_err(of_file(&folder))?;
        } else {
            let path = folder.join(MANIFEST);
            let mut file = create(&path)?;
            let written = file
                .write_all(manifest.text().as_bytes())
                .and_then(|()| file.sync_all());
            written.map_err(of_file(&path))?;
            sync(&folder)?;
            std::fs::rename(&folder, &to).map_err(of_file(&to))?;
        }
        match to.parent() {
            Some(parent) if parent.as_os_str().is_empty() => sync(Path::new(".")),
            Some(parent) => sync(parent),
            None => Ok(()),
        }
    })
    .await
}

/// One instant of stores on several machines is not ours to promise.
pub fn refuse_remote(config: &Config) -> Result<()> {
    if Events::is_remote(&config.events_url) {
        return Err(Failure(
            "events are in ClickHouse: stop the servers, then back it up with its BACKUP DATABASE, the metadata with pg_dump, and each \
             server's data folder as it is"
                .to_owned(),
        ));
    }
    Ok(())
}

/// The server's secret, which must be there.
fn secret(config: &Config) -> Result<[u8; 32]> {
    let file = config.data_dir.join(KEY);
    if config.secret.is_empty() && !file.exists() {
        return Err(Failure(format!(
            "{} is not there, without which no link of a backup could be opened: name the secret with VITRINE_SECRET",
            file.display()
        )));
    }
    let secret = config.secret();
    secret.map_err(|cause| failed("the server's secret can't be read", &cause))
}

/// The value by which the secret that sealed the metadata is known.
pub async fn seal_check(db: &Db) -> Result<Option<String>> {
    let found = async {
        let mut conn = db.read().await?;
        store::find_seal_check(&mut conn.link()).await
    };
    let found = found.await.map_err(|cause| failed(METADATA, &cause))?;
    Ok(found.map(|(value,)| value))
}

/// The metadata's file; none on PostgreSQL.
pub fn metadata_file(config: &Config) -> Option<PathBuf> {
    let url = config.database_url();
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

/// A path with another end.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    PathBuf::from(name)
}
