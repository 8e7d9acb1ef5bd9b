//! `vitrine backup`, `vitrine restore` and `vitrine check`.

use super::{print, steps};
use crate::app::StartError;
use crate::backups::{self, Ended, Failure};
use crate::config::Config;
use crate::kit::clock::Clock;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What `vitrine backup` is told.
#[derive(Clone, Debug, Args)]
pub struct Backup {
    /// Where to: a folder, or a file that ends in .zip; it must not be there yet
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// Puts the server's secret in as well; whoever has such a backup can open every link in it
    #[arg(long)]
    with_key: bool,
}

/// What `vitrine restore` is told.
#[derive(Clone, Debug, Args)]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The data folder that the restored one takes the place of, or a later backup. What was revoked there stays revoked, and what is
    /// alive there stays alive
    #[arg(long, value_name = "FOLDER", conflicts_with = "keep_links")]
    replaces: Option<PathBuf>,
    /// Ends nothing: every share link, portal, API key and invitation of the backup works again, also those that were revoked
    /// after it was taken
    #[arg(long)]
    keep_links: bool,
    /// A file with the server's secret, when it is neither in the data folder nor in the backup
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

fn fail(failure: Failure) -> StartError {
    steps::end();
    StartError(failure.0)
}

/// Takes a backup.
pub async fn backup(config: Config, given: Backup) -> Result<(), StartError> {
    let clock = Clock::system();
    let wanted = backups::Backup {
        to: given.to.clone(),
        with_key: given.with_key,
    };
    let manifest = backups::take(&config, &clock, &wanted, &steps::steps(&clock))
        .await
        .map_err(fail)?;
    steps::end();
    let bytes: u64 = manifest.parts.iter().map(|part| part.bytes).sum();
    let rows = |name: &str| manifest.rows.get(name).copied().unwrap_or(0);
    let mut text = format!(
        "{}: {} events, {} waiting events, {} accounts, {} sites, {} bytes, as of {}\n",
        given.to.display(),
        rows("events.events"),
        rows("inbox.entries"),
        rows("metadata.accounts"),
        rows("metadata.sites"),
        bytes,
        manifest.taken_at
    );
    if manifest.part(backups::METADATA).is_none() {
        text.push_str(
            "The metadata is in PostgreSQL and not in this backup: back it up with pg_dump, right after this\n",
        );
    }
    if !given.with_key {
        text.push_str("The server's secret is not in it: keep a copy of secret.key apart from the backups\n");
    }
    print(&text)
}

/// Restores a backup.
pub async fn restore(config: Config, given: Restore) -> Result<(), StartError> {
    let clock = Clock::system();
    let keep_links = given.keep_links;
    let is_compared = given.replaces.is_some();
    let wanted = backups::Restore {
        from: given.from,
        replaces: given.replaces,
        keep_links,
        key: given.key,
    };
    let restored = backups::restore(&config, &clock, &wanted, &steps::steps(&clock))
        .await
        .map_err(fail)?;
    steps::end();
    let mut text = format!(
        "restored into {}, as of {}\n",
        config.data_dir.display(),
        restored.manifest.taken_at
    );
    if restored.manifest.part(backups::METADATA).is_none() {
        text.push_str(
            "The metadata is in PostgreSQL, which was not touched: what pg_restore brings back lets in as it did when it was dumped\n",
        );
    } else if keep_links {
        text.push_str("Everybody has to sign in again. Links, portals, keys and invitations work as they did then\n");
    } else {
        text.push_str(&told(&restored.ended, is_compared));
    }
    print(&text)
}

fn told(ended: &Ended, is_compared: bool) -> String {
    let mut text = String::from("Everybody has to sign in again. ");
    text.push_str(match (is_compared, ended.lines.is_empty()) {
        (_, true) => "Nothing else had to be ended\n",
        (true, false) => "Ended, because it was ended or changed after the backup:\n",
        (false, false) => {
            "Ended, because nothing tells whether it was revoked after the backup (next time --replaces, or --keep-links):\n"
        }
    });
    for line in &ended.lines {
        let _infallible = writeln!(text, "  {line}");
    }
    text
}

/// Looks through every store; an error when something is wrong.
pub async fn check(config: Config) -> Result<(), StartError> {
    let clock = Clock::system();
    let findings = backups::check(&config, &steps::steps(&clock)).await.map_err(fail)?;
    steps::end();
    for finding in &findings {
        print(&format!("{finding}\n"))?;
    }
    match findings.len() {
        0 => print("everything is in order\n"),
        1 => Err(StartError("1 finding".to_owned())),
        many => Err(StartError(format!("{many} findings"))),
    }
}
