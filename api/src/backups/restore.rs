//! Restoring a backup into an empty folder.

use super::access::{self, Ended, Rule};
use super::archive::Source;
use super::copies::seal_check;
use super::manifest::{EVENTS, INBOX, KEY, METADATA, Manifest};
use super::part::{create, create_folder, sync};
use super::take::{metadata_file, refuse_remote};
use super::{Failure, Result, Tell, blocking, failed, of_file};
use crate::config::Config;
use crate::db::{self, Db};
use crate::events::hold::Inspection;
use crate::events::{Events, FolderLock};
use crate::kit::clock::Clock;
use crate::kit::seal::Seal;
use crate::kit::secret::hex;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where files lie until all of them are there.
const STAGING: &str = "restoring";
const LOCK: &str = "events.lock";

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Restore {
    /// The backup.
    pub from: PathBuf,
    /// The data folder, or the later backup, that tells what has been ended since.
    pub replaces: Option<PathBuf>,
    /// Whether nothing is ended that was handed out.
    pub keep_links: bool,
    /// A file with the server's secret.
    pub key: Option<PathBuf>,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// What was ended.
    pub ended: Ended,
}

/// Restores a backup into the data folder, which must be empty but for its secret. Until everything is there and right, nothing of
/// it lies where a server would take it.
pub async fn restore(config: &Config, clock: &Clock, wanted: &Restore, tell: &Tell) -> Result<Restored> {
    refuse_remote(config)?;
    let (source, manifest) = Source::open(&wanted.from)?;
    let is_sqlite = metadata_file(config).is_some();
    if manifest.part(METADATA).is_some() != is_sqlite {
        return Err(Failure(format!(
            "the backup is of a server with {} metadata: set VITRINE_DATABASE_URL as that server has it",
            manifest.metadata
        )));
    }
    if wanted.replaces.is_some() && !is_sqlite {
        return Err(Failure(
            "--replaces compares metadata of SQLite; PostgreSQL is not restored".to_owned(),
        ));
    }
    refuse_taken(config)?;
    let (source, secret) = {
        let (given, config, wanted, telling) = (manifest.clone(), config.clone(), wanted.clone(), tell.clone());
        blocking(move || verify(source, &given, &config, &wanted, &telling)).await?
    };

    config.create_data_dir().map_err(Failure)?;
    let _lock = FolderLock::take(&config.data_dir).map_err(|error| Failure(error.to_string()))?;
    let staging = config.data_dir.join(STAGING);
    create_folder(&staging)?;
    let restored = async {
        let (given, to, telling) = (manifest.clone(), staging.clone(), tell.clone());
        blocking(move || extract(source, &given, &to, &telling)).await?;
        let ended = match is_sqlite {
            true => end(&staging, clock, wanted, tell).await?,
            false => Ended::default(),
        };
        let (settings, events) = (config.events.clone(), staging.join(EVENTS));
        blocking(move || {
            let opened = Inspection::open(&events, &settings).map(drop);
            opened.map_err(|error| Failure(error.to_string()))
        })
        .await?;
        put_in_place(config, &staging, &secret)?;
        Ok(Restored { manifest, ended })
    };
    let restored = restored.await;
    let _ = std::fs::remove_dir_all(&staging);
    restored
}

/// Where each part belongs.
fn places(config: &Config) -> Result<Vec<(&'static str, PathBuf)>> {
    let events = Events::file(&config.events_url, &config.data_dir).map_err(|error| Failure(error.to_string()))?;
    let mut places = vec![(EVENTS, events), (INBOX, Events::inbox_file(&config.data_dir))];
    places.extend(metadata_file(config).map(|path| (METADATA, path)));
    Ok(places)
}

/// Refuses a folder in which something lies, and files that are there.
fn refuse_taken(config: &Config) -> Result<()> {
    let folder = &config.data_dir;
    let mut taken = places(config)?
        .into_iter()
        .map(|(_, path)| path)
        .find(|path| path.exists());
    if folder.exists() {
        for entry in std::fs::read_dir(folder).map_err(of_file(folder))? {
            let entry = entry.map_err(of_file(folder))?;
            if entry.file_name() != KEY && entry.file_name() != LOCK {
                taken = Some(entry.path());
            }
        }
    }
    match taken {
        None => Ok(()),
        Some(path) => Err(Failure(format!(
            "{} is there already: restore into an empty folder (--data-dir), which may hold a {KEY}",
            path.display()
        ))),
    }
}

/// Reads every part to its end and refuses what is damaged, and a secret that is another.
fn verify(
    mut source: Source,
    manifest: &Manifest,
    config: &Config,
    wanted: &Restore,
    tell: &Tell,
) -> Result<(Source, [u8; 32])> {
    for part in &manifest.parts {
        source.verify(part, tell)?;
    }
    let secret = find_secret(&mut source, manifest, config, wanted)?;
    if hex(&Seal::new(&secret).check_value()) != manifest.secret_check {
        return Err(Failure(
            "the server's secret is not the one that the backup was sealed with: name the right one with --key or VITRINE_SECRET"
                .to_owned(),
        ));
    }
    Ok((source, secret))
}

/// The secret: as the settings say, from the file that is named, from the data folder, from the backup.
fn find_secret(source: &mut Source, manifest: &Manifest, config: &Config, wanted: &Restore) -> Result<[u8; 32]> {
    let own = config.data_dir.join(KEY);
    if !config.secret.is_empty() {
        return config.secret().map_err(|cause| failed("VITRINE_SECRET", &cause));
    }
    let (named, bytes) = if let Some(path) = &wanted.key {
        (path.display().to_string(), std::fs::read(path).map_err(of_file(path))?)
    } else if own.exists() {
        (own.display().to_string(), std::fs::read(&own).map_err(of_file(&own))?)
    } else if let Some(part) = manifest.part(KEY) {
        (KEY.to_owned(), source.bytes(part, 33)?)
    } else {
        return Err(Failure(
            "the backup has no secret.key: name the server's with --key, or set VITRINE_SECRET".to_owned(),
        ));
    };
    let wrong = |_| Failure(format!("{named} must hold exactly 32 bytes"));
    bytes.as_slice().try_into().map_err(wrong)
}

fn extract(mut source: Source, manifest: &Manifest, to: &Path, tell: &Tell) -> Result<()> {
    let parts = manifest.parts.iter().filter(|part| part.name != KEY);
    for part in parts {
        source.extract(part, &to.join(&part.name), tell)?;
    }
    Ok(())
}

/// Brings the metadata's schema up to date and ends what must not come back.
async fn end(staging: &Path, clock: &Clock, wanted: &Restore, tell: &Tell) -> Result<Ended> {
    tell("bringing the metadata up to date", 0, 0);
    let db = connect(&staging.join(METADATA)).await?;
    let ended = async {
        let migrated = db::migrate(&db).await;
        migrated.map_err(|cause| failed("the metadata can't be migrated", &cause))?;
        let replaced = match &wanted.replaces {
            Some(path) => Some(open_replaced(path, &db, staging, tell).await?),
            None => None,
        };
        let rule = match &replaced {
            Some(replaced) => Rule::Compare(replaced),
            None if wanted.keep_links => Rule::KeepAll,
            None => Rule::EndAll,
        };
        let ended = access::end(&db, rule, clock.now_ms()).await;
        if let Some(replaced) = replaced {
            replaced.close().await;
        }
        ended
    };
    let ended = ended.await;
    db.close().await;
    ended
}

/// The metadata of the folder or backup that the restored store takes the place of; refuses another server's.
async fn open_replaced(path: &Path, restored: &Db, staging: &Path, tell: &Tell) -> Result<Db> {
    let file = if path.is_dir() && !path.join(super::manifest::MANIFEST).exists() {
        path.join(METADATA)
    } else {
        let (mut source, manifest) = Source::open(path)?;
        let missing = || Failure(format!("{} has no {METADATA}", path.display()));
        let part = manifest.part(METADATA).ok_or_else(missing)?.clone();
        let (to, telling) = (staging.join("replaced.sqlite"), tell.clone());
        let extracted = to.clone();
        blocking(move || source.extract(&part, &extracted, &telling)).await?;
        to
    };
    if !file.exists() {
        return Err(Failure(format!(
            "{} is not there, so nothing tells what has been ended since",
            file.display()
        )));
    }
    let replaced = connect(&file).await?;
    if seal_check(&replaced).await? != seal_check(restored).await? {
        return Err(Failure(format!(
            "{} is of another server than the backup",
            path.display()
        )));
    }
    Ok(replaced)
}

async fn connect(file: &Path) -> Result<Db> {
    let connected = Db::connect(&format!("sqlite://{}", file.display())).await;
    connected.map_err(|cause| failed(&file.display().to_string(), &cause))
}

/// The metadata last: without it a folder is no server's.
fn put_in_place(config: &Config, staging: &Path, secret: &[u8; 32]) -> Result<()> {
    let own = config.data_dir.join(KEY);
    if config.secret.is_empty() && !own.exists() {
        let mut file = create(&own)?;
        let written = file.write_all(secret).and_then(|()| file.sync_all());
        written.map_err(of_file(&own))?;
    }
    for (name, place) in places(config)? {
        let from = staging.join(name);
        sync(&from)?;
        std::fs::rename(&from, &place).map_err(of_file(&place))?;
    }
    sync(&config.data_dir)
}
