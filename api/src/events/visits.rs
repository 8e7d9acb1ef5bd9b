//! Which visit an event belongs to. Pure.
//!
//! A visit goes on while its visitor's events are at most 30 minutes apart. It counts on the day on which it began, also
//! when it crosses midnight. Its attributes are those of its first event. An engagement event prolongs a visit and begins none.

use super::event::{Attributes, ENGAGEMENT, InboxEvent, PAGEVIEW};
use jiff::civil::Date;
use shared::ids::SiteId;
use std::collections::HashMap;

/// A visit ends after so long without an event.
pub const TIMEOUT_MS: i64 = 30 * 60 * 1000;

/// A visit so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The sequence number of its first event.
    pub visit_id: i64,
    /// The site.
    pub site_id: SiteId,
    /// The visitor's number on the day the visit began.
    pub visitor: u64,
    /// The visitor's number on the day of the latest event.
    pub last_visitor: u64,
    /// First event, Unix ms.
    pub start_ms: i64,
    /// Latest event, Unix ms.
    pub end_ms: i64,
    /// When the exit page was reached, Unix ms.
    pub exit_ms: i64,
    /// The day it counts on.
    pub local_date: Date,
    /// Hostname of the first event's page.
    pub entry_hostname: String,
    /// Path of the first event's page.
    pub entry_page: String,
    /// Hostname of the last page view's page; of the first event's while there was no page view.
    pub exit_hostname: String,
    /// Path of the same page.
    pub exit_page: String,
    /// Page views.
    pub pageviews: i32,
    /// Page views and custom events.
    pub events: i32,
    /// Custom events that are interactive.
    pub interactive_events: i32,
    /// What is known from the first event on.
    pub attributes: Attributes,
}

impl Visit {
    /// Fewer than two page views and no interactive event.
    pub fn is_bounce(&self) -> bool {
        self.pageviews < 2 && self.interactive_events == 0
    }

    fn begin(seq: i64, event: &InboxEvent) -> Self {
        Self {
            visit_id: seq,
            site_id: event.site_id.clone(),
            visitor: event.visitor,
            last_visitor: event.visitor,
            start_ms: event.time_ms,
            end_ms: event.time_ms,
            exit_ms: event.time_ms,
            local_date: event.local_date,
            entry_hostname: event.hostname.clone(),
            entry_page: event.pathname.clone(),
            exit_hostname: event.hostname.clone(),
            exit_page: event.pathname.clone(),
            pageviews: 0,
            events: 0,
            interactive_events: 0,
            attributes: event.attributes.clone(),
        }
    }

    /// True when an event of the visitor at that time belongs to the visit.
    fn takes(&self, time_ms: i64) -> bool {
        (self.start_ms - TIMEOUT_MS..=self.end_ms + TIMEOUT_MS).contains(&time_ms)
    }

    fn add(&mut self, event: &InboxEvent) {
        if event.time_ms >= self.end_ms {
            self.end_ms = event.time_ms;
            self.last_visitor = event.visitor;
        }
        self.start_ms = self.start_ms.min(event.time_ms);
        match event.name.as_str() {
            ENGAGEMENT => return,
            PAGEVIEW => {
                if self.pageviews == 0 || event.time_ms >= self.exit_ms {
                    self.exit_ms = event.time_ms;
                    self.exit_hostname.clone_from(&event.hostname);
                    self.exit_page.clone_from(&event.pathname);
                }
                self.pageviews += 1;
            }
            _ => self.interactive_events += i32::from(event.interactive),
        }
        self.events += 1;
    }
}

/// Events with their visits.
#[derive(Debug, Default)]
pub struct Stitched {
    /// Sequence number, index into `visits`, event; in the order of time.
    pub events: Vec<(i64, usize, InboxEvent)>,
    /// Every visit that an event was added to, new or not.
    pub visits: Vec<Visit>,
    /// Engagement events without a visit, left out.
    pub strays: usize,
}

/// Gives each event its visit, going on with `known` visits where they take it.
pub fn stitch(mut events: Vec<(i64, InboxEvent)>, known: Vec<Visit>) -> Stitched {
    events.sort_by_key(|(seq, event)| (event.time_ms, *seq));
    let mut open: HashMap<(SiteId, u64), Vec<usize>> = HashMap::new();
    let mut visits = known;
    for (at, visit) in visits.iter().enumerate() {
        open.entry((visit.site_id.clone(), visit.last_visitor))
            .or_default()
            .push(at);
    }
    let mut stitched = Vec::with_capacity(events.len());
    let mut changed = vec![false; visits.len()];
    let mut strays = 0;
    for (seq, event) in events {
        let numbers = [Some(event.visitor), event.visitor_before];
        let latest = numbers.into_iter().flatten().find_map(|visitor| {
            let theirs = open.get(&(event.site_id.clone(), visitor))?;
            let taking = theirs.iter().copied().filter(|at| visits[*at].takes(event.time_ms));
            taking.max_by_key(|at| (visits[*at].end_ms, visits[*at].visit_id))
        });
        let at = match latest {
            Some(at) => at,
            None if event.name == ENGAGEMENT => {
                strays += 1;
                continue;
            }
            None => {
                visits.push(Visit::begin(seq, &event));
                changed.push(false);
                visits.len() - 1
            }
        };
        visits[at].add(&event);
        changed[at] = true;
        let theirs = open.entry((event.site_id.clone(), event.visitor)).or_default();
        if !theirs.contains(&at) {
            theirs.push(at);
        }
        stitched.push((seq, at, event));
    }
    keep_changed(stitched, visits, &changed, strays)
}

/// Drops the visits that nothing was added to.
fn keep_changed(
    events: Vec<(i64, usize, InboxEvent)>,
    visits: Vec<Visit>,
    changed: &[bool],
    strays: usize,
) -> Stitched {
    let place = |kept: &mut usize, changed: &bool| {
        let at = *kept;
        *kept += usize::from(*changed);
        Some(at)
    };
    let moved: Vec<usize> = changed.iter().scan(0, place).collect();
    let visits = visits
        .into_iter()
        .zip(changed)
        .filter_map(|(visit, changed)| changed.then_some(visit))
        .collect();
    let events = events
        .into_iter()
        .map(|(seq, at, event)| (seq, moved[at], event))
        .collect();
    Stitched { events, visits, strays }
}
