//! Looking through the copies before they are a backup.

use super::manifest::{EVENTS, INBOX, KEY, METADATA, Manifest};
use super::part::{self, sync};
use super::{Failure, Result, Tell, blocking, failed, store};
use crate::config::Config;
use crate::db::{Db, files};
use crate::events::hold::{Inspection, inspect_inbox};
use std::path::Path;

/// Takes out of the copies what no restore may bring back, has their engines look through them, and counts.
pub async fn look_through(config: &Config, folder: &Path, manifest: &mut Manifest, tell: &Tell) -> Result<()> {
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
    let rows = Inspection::tables().map(count).collect::<Result<Vec<_>>>()?;
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

/// The value by which the secret that sealed the metadata is known.
pub async fn seal_check(db: &Db) -> Result<Option<String>> {
    let found = async {
        let mut conn = db.read().await?;
        store::find_seal_check(&mut conn.link()).await
    };
    let found = found.await.map_err(|cause| failed(METADATA, &cause))?;
    Ok(found.map(|(value,)| value))
}
