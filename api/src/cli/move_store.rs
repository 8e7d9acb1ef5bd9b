//! `vitrine migrate-store`: moves the events from one engine to the other.
//!
//! When no server has the data folder, everything is moved and compared. When one has it, the server is asked to copy the days that are over; what
//! is left is moved by the same command once the server is stopped.

use super::print;
use crate::app::{self, StartError};
use crate::config::Config;
use crate::error::chain;
use crate::events::Events;
use crate::events::moving::{Move, Moved};
use crate::facts;
use crate::kit::seal::Seal;
use crate::moves::Wish;
use crate::sites::directory::SiteDirectory;
use clap::Args;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::time::Duration;

/// How far the server is is asked this often.
const ASK_EVERY: Duration = Duration::from_millis(500);
/// Differences that are shown.
const MOST_DIFFERENCES: usize = 20;

/// Which stores.
#[derive(Clone, Debug, Args)]
pub struct MoveStore {
    /// The store that has the events: `duckdb://` is the file in the data folder, `clickhouse://…` as in `events_url`
    #[arg(long, value_name = "URL")]
    from: String,
    /// The store that gets them
    #[arg(long, value_name = "URL")]
    to: String,
    /// Only compare
    #[arg(long)]
    check: bool,
}

/// Moves, and compares.
pub async fn move_store(config: Config, what: MoveStore) -> Result<(), StartError> {
    config.create_data_dir().map_err(StartError)?;
    let secret = config.secret().map_err(|error| StartError(error.to_string()))?;
    let seal = Seal::new(&secret);
    let db = app::connect(&config).await?;
    facts::check_seal(&db, &seal).await?;
    if Events::is_open_elsewhere(&config.data_dir) {
        if what.check {
            return Err(StartError(
                "stop the server to compare: events come in between".to_owned(),
            ));
        }
        let node = Events::folder_name(&config.data_dir).await.map_err(fail)?;
        return beside(&Wish::of(db, seal, node), &what.to).await;
    }
    let urls = (what.from.as_str(), what.to.as_str());
    let moving = Move::open(&config.events, urls, &config.data_dir, &db).await;
    let moving = moving.map_err(fail)?;
    let done = move_and_check(&moving, &SiteDirectory::new(db.clone()), what.check).await;
    moving.close().await;
    db.close().await;
    done
}

async fn move_and_check(moving: &Move, sites: &SiteDirectory, only_check: bool) -> Result<(), StartError> {
    if !only_check {
        for site_id in moving.strangers().await.map_err(fail)? {
            // Deleted since an earlier call moved it.
            match sites.by_id(&site_id).await.map_err(fail)? {
                None => moving.forget(&site_id).await.map_err(fail)?,
                Some(site) => return Err(stranger(&site.domain)),
            }
        }
        let moved = moving.run(None, &mut show).await;
        end_line();
        let Moved {
            sites, copied, same, ..
        } = moved.map_err(fail)?;
        print(&format!("{sites} sites: {copied} days copied, {same} were there\n"))?;
    }
    let differences = moving.check().await.map_err(fail)?;
    if differences.is_empty() {
        return print("both stores answer the same\n");
    }
    let mut text = format!("the stores differ on {} days:", differences.len());
    for difference in differences.iter().take(MOST_DIFFERENCES) {
        // Writing to a String can't fail.
        let _ = write!(text, "\n  {difference}");
    }
    Err(StartError(text))
}

/// Asks the server for it and tells how far it is.
async fn beside(wish: &Wish, to: &str) -> Result<(), StartError> {
    wish.make(to).await.map_err(fail)?;
    let mut ticks = tokio::time::interval(ASK_EVERY);
    loop {
        ticks.tick().await;
        let Some(told) = wish.asked().await.map_err(fail)? else {
            continue;
        };
        show(&told.moved);
        if !told.is_ended {
            continue;
        }
        end_line();
        if let Some(problem) = told.problem {
            return Err(StartError(problem));
        }
        let Moved {
            sites, copied, same, ..
        } = told.moved;
        return print(&format!(
            "{sites} sites: {copied} days copied, {same} were there. To change over, stop the server, run this again for \
             what is left, and start the server with events_url set to the new store\n"
        ));
    }
}

fn stranger(domain: &str) -> StartError {
    StartError(format!(
        "the store to move to has events of {domain}, of which the store to move from has none: is it the right one?"
    ))
}

/// Shows how far it is, where somebody looks.
fn show(moved: &Moved) {
    if std::io::stderr().is_terminal() {
        let Moved {
            sites,
            of_sites,
            copied,
            ..
        } = moved;
        // What can't be shown is not worth stopping for.
        let _unshown = write!(
            std::io::stderr(),
            "\r\x1b[2K{sites} of {of_sites} sites, {copied} days copied"
        );
    }
}

fn end_line() {
    if std::io::stderr().is_terminal() {
        let _unshown = write!(std::io::stderr(), "\r\x1b[2K");
    }
}

fn fail(error: impl std::error::Error) -> StartError {
    StartError(chain(&error))
}
