//! `vitrine rebuild-rollups`: counts all days anew that are counted beforehand.

use super::{print, steps};
use crate::app::StartError;
use crate::config::Config;
use crate::error::chain;
use crate::events::Events;
use crate::kit::clock::Clock;
use crate::reports::rollups::{self, Rebuilt};
use std::io::{IsTerminal, Write};

/// Where stderr is no terminal, a site is told again this often.
const LINE_EVERY_MS: u64 = 10_000;

/// Forgets what is rolled up and rolls it up anew, in a data folder that no server has.
pub async fn rebuild_rollups(config: Config) -> Result<(), StartError> {
    if Events::is_remote(&config.events_url) {
        return print("events are in ClickHouse, where no day is rolled up: there is nothing to rebuild\n");
    }
    let folder = config.data_dir.display();
    if !config.data_dir.is_dir() {
        return Err(StartError(format!(
            "there is no data folder {folder}: name it with --data-dir"
        )));
    }
    if Events::is_open_elsewhere(&config.data_dir) {
        return Err(StartError(format!(
            "a server uses the data folder {folder}: stop it first"
        )));
    }
    let events = Events::open(&config.events, &config.events_url, &config.data_dir, None)
        .await
        .map_err(fail)?;
    let clock = Clock::system();
    let rebuilt = rollups::rebuild(&events, clock.now(), &mut shown(&clock)).await;
    events.shutdown().await;
    steps::end();
    let Rebuilt { sites, all_days, .. } = rebuilt.map_err(fail)?;
    let sites = if sites == 1 {
        "1 site".to_owned()
    } else {
        format!("{sites} sites")
    };
    print(&format!("{sites}: {all_days} days rolled up anew\n"))
}

/// Shows how far it is, on stderr.
fn shown(clock: &Clock) -> impl FnMut(&Rebuilt) {
    let (clock, is_terminal) = (clock.clone(), std::io::stderr().is_terminal());
    let (mut told_site, mut told_ms) = (0, 0);
    move |far| {
        let now_ms = clock.monotonic_ms();
        if !is_terminal && told_site == far.sites && now_ms.saturating_sub(told_ms) < LINE_EVERY_MS {
            return;
        }
        (told_site, told_ms) = (far.sites, now_ms);
        let text = format!(
            "site {} of {}: {} of {} days",
            far.sites, far.of_sites, far.days, far.of_days
        );
        let mut stderr = std::io::stderr().lock();
        // Nobody may be there to read it.
        let _unread = match is_terminal {
            true => write!(stderr, "\r\x1b[K{text}").and_then(|()| stderr.flush()),
            false => writeln!(stderr, "{text}"),
        };
    }
}

fn fail(error: impl std::error::Error) -> StartError {
    StartError(chain(&error))
}
