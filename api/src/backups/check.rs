//! Looking through every store of a data folder. Nothing that is stored is changed.

use super::copies::seal_check;
use super::manifest::{EVENTS, INBOX, KEY, METADATA};
use super::take::metadata_file;
use super::{Failure, Result, Tell, blocking, check_events, failed, store};
use crate::config::Config;
use crate::db::{Db, files, newest_schema};
use crate::events::hold::{Inspection, inspect_inbox};
use crate::events::{Events, FolderLock, OpenError};
use crate::kit::seal::Seal;
use crate::kit::secret::hex;
use std::collections::HashSet;
use std::path::Path;

/// What is wrong, a line each. Refuses while another process has the folder.
pub async fn check(config: &Config, tell: &Tell) -> Result<Vec<String>> {
    if !config.data_dir.is_dir() {
        return Err(Failure(format!(
            "there is no data folder {}: name it with --data-dir",
            config.data_dir.display()
        )));
    }
    let _lock = match FolderLock::take(&config.data_dir) {
        Ok(lock) => lock,
        Err(OpenError::InUse(folder)) => {
            return Err(Failure(format!(
                "a server uses the data folder {}: stop it, or restore a backup elsewhere and check that",
                folder.display()
            )));
        }
        Err(error) => return Err(Failure(error.to_string())),
    };
    let mut findings = Vec::new();
    tell(METADATA, 0, 0);
    let sites = check_metadata(config, &mut findings).await?;
    let drained = check_events_file(config, sites, &mut findings, tell).await?;
    tell(INBOX, 0, 0);
    check_inbox(config, drained, &mut findings).await;
    Ok(findings)
}

/// The sites that may have events; none when nothing can be said.
async fn check_metadata(config: &Config, findings: &mut Vec<String>) -> Result<Option<HashSet<String>>> {
    let database = match metadata_file(config) {
        None => "PostgreSQL",
        Some(path) if !path.exists() => {
            findings.push(format!("{METADATA}: {} is not there", path.display()));
            return Ok(None);
        }
        Some(path) => {
            match files::look_through(&path).await {
                Ok(looked) => {
                    let newer = (looked.schema > newest_schema())
                        .then(|| "written by a newer version of vitrine, which has to check it".to_owned());
                    let problems = looked.problems.into_iter().chain(newer);
                    let before = findings.len();
                    findings.extend(problems.map(|problem| format!("{METADATA}: {problem}")));
                    if findings.len() > before {
                        return Ok(None);
                    }
                }
                Err(error) => {
                    findings.push(format!("{METADATA}: {}", crate::error::chain(&error)));
                    return Ok(None);
                }
            }
            METADATA
        }
    };
    let db = Db::connect(&config.database_url())
        .await
        .map_err(|cause| failed(database, &cause))?;
    let checked = async {
        check_secret(config, &db, findings).await?;
        let read = async {
            let mut conn = db.read().await?;
            store::list_sites_with_events(&mut conn.link()).await
        };
        read.await.map_err(|cause| failed(database, &cause))
    };
    let sites = checked.await;
    db.close().await;
    Ok(Some(sites?.into_iter().map(|(id,)| id).collect()))
}

async fn check_secret(config: &Config, db: &Db, findings: &mut Vec<String>) -> Result<()> {
    if config.secret.is_empty() && !config.data_dir.join(KEY).exists() {
        findings.push(format!("{KEY}: it is not there, and VITRINE_SECRET is not set"));
        return Ok(());
    }
    match config.secret() {
        Ok(secret) => {
            let check = hex(&Seal::new(&secret).check_value());
            if seal_check(db).await?.is_some_and(|sealed| sealed != check) {
                findings.push(format!("{KEY}: it is not the secret that the metadata was sealed with"));
            }
        }
        Err(error) => findings.push(format!("{KEY}: {error}")),
    }
    Ok(())
}

/// How far the event file goes; none when it can't be read.
async fn check_events_file(
    config: &Config,
    sites: Option<HashSet<String>>,
    findings: &mut Vec<String>,
    tell: &Tell,
) -> Result<Option<(i64, i64)>> {
    if Events::is_remote(&config.events_url) {
        // ClickHouse checks its own parts.
        return Ok(None);
    }
    let path = Events::file(&config.events_url, &config.data_dir).map_err(|error| Failure(error.to_string()))?;
    if !path.exists() {
        findings.push(format!("{EVENTS}: {} is not there", path.display()));
        return Ok(None);
    }
    let (settings, tell) = (config.events.clone(), tell.clone());
    let (found, far) = blocking(move || {
        let mut found = Vec::new();
        let file = match Inspection::open(&path, &settings) {
            Ok(file) => file,
            Err(error) => return Ok((vec![error.to_string()], None)),
        };
        let far = check_events::check(&file, sites.as_ref(), &mut found, &tell);
        let far = far.unwrap_or_else(|error| {
            found.push(error.to_string());
            None
        });
        Ok((found, far))
    })
    .await?;
    findings.extend(found.into_iter().map(|finding| format!("{EVENTS}: {finding}")));
    Ok(far)
}

async fn check_inbox(config: &Config, far: Option<(i64, i64)>, findings: &mut Vec<String>) {
    let path = Events::inbox_file(&config.data_dir);
    if !Path::exists(&path) {
        findings.push(format!("{INBOX}: {} is not there", path.display()));
        return;
    }
    let (drained, newest) = far.unwrap_or_default();
    match inspect_inbox(&path, drained).await {
        Ok(waiting) => {
            findings.extend(waiting.problems.iter().map(|problem| format!("{INBOX}: {problem}")));
            if waiting.last_seq < newest {
                findings.push(format!(
                    "{INBOX}: it is older than the event file, which has entry {newest}; it ends with {}",
                    waiting.last_seq
                ));
            }
        }
        Err(error) => findings.push(format!("{INBOX}: {error}")),
    }
}
