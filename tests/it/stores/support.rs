//! An event store on a folder of its own.

use api::events::Events;
use api::events::event::{Attributes, InboxEvent};
use api::events::statement::{Cell, Statement};
use jiff::civil::date;
use shared::ids::SiteId;
use std::path::Path;

/// Small limits, so that a test meets them.
pub fn settings() -> api::config::Events {
    api::config::Events {
        memory_limit: "256MB".into(),
        threads: 1,
        concurrent_queries: 2,
        query_timeout_ms: 10_000,
        cluster: String::new(),
        answers_max_bytes: 1 << 20,
        inbox_max_bytes: 1 << 20,
    }
}

pub async fn open(folder: &Path) -> Events {
    Events::open(&settings(), "", folder, None)
        .await
        .expect("the store opens")
}

/// A page view of `site_a`, `minute` minutes after midnight of 2026-03-10 UTC.
pub fn pageview(visitor: u64, minute: i64, pathname: &str) -> InboxEvent {
    InboxEvent {
        site_id: SiteId("site_a".into()),
        time_ms: 1_773_100_800_000 + minute * 60_000,
        local_date: date(2026, 3, 10),
        visitor,
        visitor_before: None,
        name: "pageview".into(),
        hostname: "a.example".into(),
        pathname: pathname.into(),
        interactive: true,
        props: Vec::new(),
        revenue: None,
        engagement_ms: None,
        scroll_depth: None,
        attributes: Attributes {
            browser: "Firefox".into(),
            ..Attributes::default()
        },
    }
}

/// The first number of an answer.
pub async fn number(events: &Events, sql: &str) -> i64 {
    let rows = events
        .query(Statement::plain(sql))
        .await
        .expect("the question is answered");
    rows[0][0].as_int().expect("the first cell is a whole number")
}

/// An answer as text, cells by `|`.
pub async fn table(events: &Events, sql: &str) -> Vec<String> {
    let rows = events
        .query(Statement::plain(sql))
        .await
        .expect("the question is answered");
    let line = |row: Vec<Cell>| row.into_iter().map(Cell::into_text).collect::<Vec<_>>().join("|");
    rows.into_iter().map(line).collect()
}
