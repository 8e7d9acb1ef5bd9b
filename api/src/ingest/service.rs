//! Taking an event: whose it is, what is kept of it, into the inbox.

use super::bounds::Bounds;
use super::normalize::{Context, normalize};
use super::payload::{self, Payload};
use super::place::{Atlas, Place};
use super::salts::Salts;
use super::{agent, page, visitor};
use crate::auth::sender::TrustedSender;
use crate::config::{Ingest, Limits};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::kit::clock::Clock;
use crate::sites::directory::SiteEntry;
use crate::state::State;
use shared::problem::ProblemCode;
use shared::shield::DropReason;
use std::net::IpAddr;
use std::sync::Arc;

/// A script's clock may be ahead by so much.
const MAX_AHEAD_MS: i64 = 5 * 60 * 1000;
/// A script may send what happened so long ago.
const MAX_LATE_MS: i64 = 7 * 24 * 3600 * 1000;
/// Sites that one event may be for.
const MAX_DOMAINS: usize = 20;

/// What the collector keeps between events.
#[derive(Clone, Debug)]
pub struct Collector {
    pub(super) salts: Salts,
    pub(super) settings: Ingest,
    bounds: Bounds,
    atlas: Option<Arc<Atlas>>,
}

impl Collector {
    /// A collector; the error says why the file of places can't be read.
    pub fn new(db: Db, clock: Clock, settings: &Ingest, limits: &Limits) -> std::result::Result<Self, String> {
        let path = &settings.geo_database;
        let atlas = match path.as_os_str().is_empty() {
            true => None,
            false => Some(Arc::new(
                Atlas::open(path).map_err(|error| format!("{}: {error}", path.display()))?,
            )),
        };
        Ok(Self {
            salts: Salts::new(db, clock),
            settings: settings.clone(),
            bounds: Bounds::new(limits),
            atlas,
        })
    }

    /// The place of an address, by the file of places.
    pub(super) fn place_of(&self, address: IpAddr) -> Place {
        self.atlas
            .as_ref()
            .map_or_else(Place::default, |atlas| atlas.place(address))
    }
}

/// A request as it came.
#[derive(Debug)]
pub struct Sent<'a> {
    /// The body.
    pub body: &'a [u8],
    /// The client's address.
    pub address: IpAddr,
    /// The `User-Agent` header.
    pub user_agent: &'a str,
    /// The country that a listed proxy tells.
    pub told_country: Option<&'a str>,
    /// The script behind the request, if it has a key.
    pub sender: Option<TrustedSender>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On disk.
    Stored,
    /// Left out on purpose, by every site that it was for.
    Dropped(DropReason),
}

/// Takes an event. 404 when no site has the domain.
pub async fn collect(state: &State, sent: Sent<'_>) -> Result<Outcome> {
    let payload = payload::parse(sent.body)?;
    let sites = sites_of(state, &payload.domain, sent.sender.as_ref()).await?;
    let now_ms = state.clock.now_ms();
    let (address, user_agent, time_ms) = match &sent.sender {
        Some(_) => believed(&payload, &sent, now_ms)?,
        None => (sent.address, sent.user_agent.to_owned(), now_ms),
    };
    let agent = agent::of_header(&user_agent);
    let place = place(state, &sent, address);
    let normalized = normalize(payload, &agent, place)?;
    // A script need not say whose browser it was.
    if agent.is_bot && !(sent.sender.is_some() && user_agent.is_empty()) {
        for site in &sites {
            leave_out(state, site, time_ms, DropReason::Bot);
        }
        return Ok(Outcome::Dropped(DropReason::Bot));
    }
    let mut wanted = Vec::with_capacity(sites.len());
    let mut objection = None;
    for site in sites {
        match normalized.objection(&site.shields, address) {
            Some(reason) => {
                leave_out(state, &site, time_ms, reason);
                objection = Some(reason);
            }
            None => wanted.push(site),
        }
    }
    if let (Some(reason), []) = (objection, wanted.as_slice()) {
        return Ok(Outcome::Dropped(reason));
    }
    for site in &wanted {
        state.collector.bounds.charge(&site.id)?;
    }
    for site in wanted {
        let local_date = visitor::local_date(&site.zone, time_ms);
        let salts = &state.collector.salts;
        let number = |salt| visitor::number(&salt, &site.domain, address, &user_agent);
        let before = match local_date.yesterday() {
            Ok(yesterday) => salts.known(&site, yesterday).await?.map(number),
            Err(_) => None,
        };
        let context = Context {
            site_id: site.id.clone(),
            time_ms,
            local_date,
            visitor: number(salts.of_day(&site, local_date).await?),
            visitor_before: before,
        };
        let mut event = normalized.event(context);
        state.collector.bounds.fold(&mut event);
        state.events.accept(event).await?;
    }
    Ok(Outcome::Stored)
}

/// Counts an event that a site leaves out.
fn leave_out(state: &State, site: &SiteEntry, time_ms: i64, reason: DropReason) {
    state.events.counters().dropped.add(1);
    state
        .dropped
        .count(&site.id, visitor::local_date(&site.zone, time_ms), reason);
}

/// What a script with a key says about its visitor.
fn believed(payload: &Payload, sent: &Sent<'_>, now_ms: i64) -> Result<(IpAddr, String, i64)> {
    let address = payload.ip.value("/ip")?.unwrap_or(sent.address);
    let user_agent = payload
        .user_agent
        .value("/user_agent")?
        .unwrap_or_else(|| sent.user_agent.to_owned());
    let time_ms = payload
        .timestamp
        .value("/timestamp")?
        .map_or(now_ms, |time| time.as_millisecond());
    if !(now_ms - MAX_LATE_MS..=now_ms + MAX_AHEAD_MS).contains(&time_ms) {
        let detail = "a timestamp is at most 7 days old and 5 minutes ahead";
        return Err(Error::field("/timestamp", "out_of_range", detail));
    }
    Ok((address, user_agent, time_ms))
}

fn place(state: &State, sent: &Sent<'_>, address: IpAddr) -> Place {
    match sent.told_country {
        Some(country) => Place::of_header(country),
        None => state.collector.place_of(address),
    }
}

/// The sites of one domain or several with commas. Unknown ones are passed over while one is known, as Plausible does.
async fn sites_of(state: &State, domains: &str, sender: Option<&TrustedSender>) -> Result<Vec<Arc<SiteEntry>>> {
    let mut sites: Vec<Arc<SiteEntry>> = Vec::new();
    for domain in domains.split(',').take(MAX_DOMAINS) {
        let domain = domain.trim().trim_end_matches('/').to_lowercase();
        let domain = idna::domain_to_ascii(page::without_www(&domain)).unwrap_or(domain);
        let Some(site) = state.sites.by_domain(&domain).await? else {
            continue;
        };
        if sites.iter().any(|known| known.id == site.id) {
            continue;
        }
        match sender {
            Some(sender) if !sender.may_send_for(state, &site.id).await? => {}
            _ => sites.push(site),
        }
    }
    if sites.is_empty() {
        return Err(Error::new(ProblemCode::NotFound).detail("no site has this domain"));
    }
    Ok(sites)
}
