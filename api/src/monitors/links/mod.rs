//! Links: a crawl of the site's own pages, and a look at everything that they link to.
//!
//! Promises. It is polite: one request at a time to a host, with a pause between; robots.txt is obeyed on every host, and a crawl
//! delay within reason; a link is asked for with HEAD, and with GET only when that is not answered. It is bounded: pages,
//! links and time, and says so when it did not see all. What could not be looked at (refused, asked too often, not to be
//! reached from here) is neither working nor broken.
//!
//! Absent: scripts are not run, forms are not sent, fragments are not looked for.

mod crawl;
mod page;
mod probe;
mod robots;

use super::record::{Findings, Found};
use crate::config::Monitors;
use crate::egress::Egress;
use crawl::{Crawl, Stop};
use shared::facts::Facts;
use shared::monitor::{Outcome, Reason};
use url::Url;

/// Crawls a site from a page on.
pub async fn check(egress: &Egress, limits: &Monitors, start: &Url) -> Found {
    match Crawl::new(egress, limits, start).run().await {
        Ok((facts, findings)) => {
            let is_broken = facts.broken > 0;
            Found {
                outcome: if is_broken { Outcome::Warning } else { Outcome::Ok },
                reason: is_broken.then_some(Reason::BrokenLinks),
                response_ms: None,
                facts: Some(Facts::Links(facts)),
                findings: Findings::Links(findings),
            }
        }
        Err(Stop(reason)) => Found::unknown(reason),
    }
}
