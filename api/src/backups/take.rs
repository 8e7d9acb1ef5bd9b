//! Taking a backup.

use super::copies::look_through;
use super::hold::Hold;
use super::manifest::{EVENTS, INBOX, KEY, MANIFEST, METADATA, Manifest};
use super::part::{create, create_folder, sync};
use super::{Failure, Result, Tell, archive, blocking, failed, of_file, part};
use crate::config::Config;
use crate::db::files;
use crate::events::Events;
use crate::events::hold::copy_inbox;
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
