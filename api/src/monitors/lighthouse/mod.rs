//! Lighthouse: how fast a page is for a phone and for a desktop, and what would make it faster.
//!
//! Promises. Where the operator has set up the programs, each run has a Chromium of its own with a profile of its own, which reaches
//! the network through a proxy of ours alone, and so nothing that `egress` does not let through (`proxy`, `browser`). A run is
//! killed with all its processes after a time and above a memory limit, and its folder is removed. One run at a time: the
//! lane has one turn. Otherwise, with a key, Google's PageSpeed API measures (`pagespeed`): the page's address goes to Google
//! then. Otherwise nothing does: `not_configured`.
//!
//! The memory of a run is looked at four times a second and not bounded by the kernel: a bound of the whole service (systemd's
//! `MemoryMax`) holds it, too. Absent: pages behind a sign-in, more than one page a site.

mod browser;
mod pagespeed;
mod processes;
mod proxy;
mod report;

use super::record::{Findings, Found};
use super::store::findings::LighthouseRow;
use crate::state::State;
use report::Measured;
use shared::facts::{Device, Facts, LighthouseFacts};
use shared::monitor::{Outcome, Reason};
use tokio::time::{Duration, Instant};
use url::Url;

/// Looking a name up before a run, so that what is not to be reached is told as such.
const LOOK_UP: Duration = Duration::from_secs(5);

/// Measures a page twice.
pub async fn check(state: &State, url: &Url) -> Found {
    let settings = &state.config.lighthouse;
    let has_program = !settings.command.as_os_str().is_empty();
    if !has_program && settings.pagespeed_key.is_empty() {
        return Found::unknown(Reason::NotConfigured);
    }
    if let Err(reason) = is_reached(state, url).await {
        return Found::unknown(reason);
    }
    let mut facts = LighthouseFacts {
        mobile: None,
        desktop: None,
        version: String::new(),
    };
    let (mut rows, mut failure) = (Vec::new(), Reason::ToolFailed);
    for device in [Device::Mobile, Device::Desktop] {
        let measured = match has_program {
            true => browser::run(state, url, device).await,
            false => pagespeed::ask(state, url, device).await,
        };
        match measured.and_then(|report| report::read(&report).ok_or(Reason::ToolFailed)) {
            Ok(Measured {
                scores,
                version,
                findings,
            }) => {
                facts.version = version;
                rows.extend(findings.into_iter().enumerate().map(|(n, finding)| LighthouseRow {
                    device: report::device_word(device).to_owned(),
                    position: n as i64,
                    ..finding
                }));
                match device {
                    Device::Mobile => facts.mobile = Some(scores),
                    Device::Desktop => facts.desktop = Some(scores),
                }
            }
            Err(reason) => failure = reason,
        }
    }
    if facts.mobile.is_none() && facts.desktop.is_none() {
        return Found::unknown(failure);
    }
    Found {
        outcome: Outcome::Ok,
        reason: None,
        response_ms: None,
        facts: Some(Facts::Lighthouse(facts)),
        findings: Findings::Lighthouse(rows),
    }
}

async fn is_reached(state: &State, url: &Url) -> Result<(), Reason> {
    let egress = &state.egress;
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err(Reason::Blocked);
    };
    if !egress.guard.allows(url) {
        return Err(Reason::Blocked);
    }
    let found = egress.addresses(&host.to_owned(), port, Instant::now() + LOOK_UP).await;
    match found {
        Ok(_) => Ok(()),
        Err(fault) => Err(egress.reason(fault, url).await),
    }
}
