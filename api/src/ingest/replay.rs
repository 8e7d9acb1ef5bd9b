//! Page views of the past, as an access log tells them: cut and counted as live ones are.
//!
//! The visitors of a day that is over get a number under a salt of that day which is derived from the import's own key; with
//! the key the salts are gone. A day that is not over yet has its one salt, the live one. The address is used for the number
//! and the place, and forgotten.

use super::agent::{self, Agent};
use super::bounds::Bounds;
use super::normalize::{Context, normalize};
use super::payload::Payload;
use super::service::Collector;
use super::visitor::{self, Salt, expires_ms};
use crate::config::Limits;
use crate::error::Result;
use crate::events::event::{InboxEvent, PAGEVIEW};
use crate::events::visits::TIMEOUT_MS;
use crate::kit::clock::{Clock, FIRST_DAY};
use crate::kit::secret;
use crate::sites::directory::SiteEntry;
use jiff::civil::Date;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// A log's clock may be ahead by so much.
const MAX_AHEAD_MS: i64 = 5 * 60 * 1000;

/// A request for a page, as a log tells it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The client's address.
    pub address: IpAddr,
    /// The `User-Agent` header; none where the log does not tell it, empty where there was no header.
    pub user_agent: Option<&'a str>,
    /// When, Unix ms.
    pub time_ms: i64,
    /// The host that was asked.
    pub host: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// The `Referer` header.
    pub referrer: Option<&'a str>,
}

/// What a request becomes.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "almost every one is a view")]
pub enum Replayed {
    /// A page view.
    View(InboxEvent),
    /// Nothing: a robot's.
    Bot,
    /// Nothing: one of the site's shields keeps it out.
    Shielded,
    /// Nothing: later than now.
    Future,
    /// Nothing: before [`FIRST_DAY`].
    Past,
    /// Nothing: its target is no address.
    Broken,
}

/// Turns requests into the page views of one site.
#[derive(Debug)]
pub struct Replay {
    collector: Collector,
    site: Arc<SiteEntry>,
    bounds: Bounds,
    key: Salt,
    unfinished: HashMap<Date, Salt>,
    derived: HashMap<Date, Salt>,
    latest_ms: i64,
}

impl Replay {
    /// A replay for a site under an import's key.
    pub async fn new(
        collector: &Collector,
        limits: &Limits,
        clock: &Clock,
        site: Arc<SiteEntry>,
        key: Salt,
    ) -> Result<Self> {
        let now_ms = clock.now_ms();
        let today = visitor::local_date(&site.zone, now_ms);
        let mut unfinished = HashMap::new();
        for date in [today.yesterday(), Ok(today)].into_iter().flatten() {
            if expires_ms(&site.zone, date) > now_ms {
                unfinished.insert(date, collector.salts.of_day(&site, date).await?);
            }
        }
        Ok(Self {
            collector: collector.clone(),
            site,
            bounds: Bounds::new(limits),
            key,
            unfinished,
            derived: HashMap::new(),
            latest_ms: now_ms + MAX_AHEAD_MS,
        })
    }

    /// The site's local date at an instant.
    pub fn local_date(&self, time_ms: i64) -> Date {
        visitor::local_date(&self.site.zone, time_ms)
    }

    /// What becomes of a request.
    pub fn play(&mut self, seen: Seen<'_>) -> Replayed {
        if seen.time_ms > self.latest_ms {
            return Replayed::Future;
        }
        if self.local_date(seen.time_ms) < FIRST_DAY {
            return Replayed::Past;
        }
        let agent = match seen.user_agent {
            Some(header) => agent::of_header(header),
            None => Arc::new(Agent::default()),
        };
        if agent.is_bot {
            return Replayed::Bot;
        }
        let payload = Payload {
            name: PAGEVIEW.to_owned(),
            url: format!("https://{}{}", seen.host, seen.target),
            referrer: seen.referrer.map(str::to_owned),
            ..Payload::default()
        };
        let Ok(normalized) = normalize(payload, &agent, self.collector.place_of(seen.address)) else {
            return Replayed::Broken;
        };
        if normalized.objection(&self.site.shields, seen.address).is_some() {
            return Replayed::Shielded;
        }
        let mut event = normalized.event(self.context(&seen));
        self.bounds.fold(&mut event);
        Replayed::View(event)
    }

    fn context(&mut self, seen: &Seen<'_>) -> Context {
        let (site, user_agent) = (self.site.clone(), seen.user_agent.unwrap_or(""));
        let number = |salt: Salt| visitor::number(&salt, &site.domain, seen.address, user_agent);
        let local_date = visitor::local_date(&site.zone, seen.time_ms);
        // A visit goes on over midnight for half an hour only, so later in the day nobody asks for the day before.
        let before = visitor::local_date(&site.zone, seen.time_ms - TIMEOUT_MS);
        Context {
            site_id: site.id.clone(),
            time_ms: seen.time_ms,
            local_date,
            visitor: number(self.salt(local_date)),
            visitor_before: (before != local_date).then(|| number(self.salt(before))),
        }
    }

    fn salt(&mut self, date: Date) -> Salt {
        if let Some(salt) = self.unfinished.get(&date) {
            return *salt;
        }
        let key = &self.key;
        let derive = || secret::keyed_hash(key, date.to_string().as_bytes());
        *self.derived.entry(date).or_insert_with(derive)
    }
}
