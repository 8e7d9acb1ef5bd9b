//! A site's past: events as they happened, in an event store of their own.

use crate::auth::scope::Scope;
use crate::db::Db;
use crate::error::Error;
use crate::events::Events;
use crate::events::dialect::Dialect;
use crate::events::event::{Attributes, InboxEvent, Revenue};
use crate::events::rolled::count;
use crate::goals::model::{KnownGoal, Target};
use crate::kit::clock::Clock;
use crate::kit::secret;
use crate::reports::dates::{day_number, instant};
use crate::reports::desk::Desk;
use crate::reports::rollups::{Recount, roll_all};
use crate::reports::service;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use shared::ids::SiteId;
use shared::query::{Filter, Query, QueryBatch};
use shared::query_result::QueryResult;
use std::path::Path;
use tokio::sync::OnceCell;

/// Something that a person did.
#[derive(Clone, Debug)]
pub(super) struct Act {
    /// Who.
    pub who: u64,
    /// When, in Unix ms.
    pub at_ms: i64,
    pub name: String,
    pub pathname: String,
    pub hostname: String,
    pub interactive: bool,
    pub props: Vec<(String, String)>,
    /// Thousandths and currency.
    pub revenue: Option<(i64, &'static str)>,
    pub engagement_ms: Option<i32>,
    pub scroll_depth: Option<u8>,
    pub attributes: Attributes,
}

/// A page view by `who` at an RFC 3339 instant.
pub(super) fn view(who: u64, at: &str, pathname: &str) -> Act {
    Act {
        who,
        at_ms: at.parse::<Timestamp>().unwrap().as_millisecond(),
        name: "pageview".into(),
        pathname: pathname.into(),
        hostname: "a.example".into(),
        interactive: true,
        props: Vec::new(),
        revenue: None,
        engagement_ms: None,
        scroll_depth: None,
        attributes: Attributes::default(),
    }
}

impl Act {
    pub(super) fn named(self, name: &str) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    pub(super) fn from(mut self, source: &str, country: &str) -> Self {
        self.attributes.source = source.into();
        self.attributes.country = country.into();
        self
    }

    pub(super) fn engaged(self, engagement_ms: i32, scroll_depth: u8) -> Self {
        let act = self.named("engagement");
        Self {
            engagement_ms: Some(engagement_ms),
            scroll_depth: Some(scroll_depth),
            ..act
        }
    }

    /// As the collector would hand it over: a number a person and local day.
    pub(super) fn event(&self, site: &str, zone: &TimeZone) -> InboxEvent {
        let local_date = zone.to_datetime(instant(self.at_ms)).date();
        let number = |date| self.who * 1_000_000 + day_number(date).unsigned_abs();
        InboxEvent {
            site_id: SiteId(site.into()),
            time_ms: self.at_ms,
            local_date,
            visitor: number(local_date),
            visitor_before: Some(number(local_date.yesterday().unwrap())),
            name: self.name.clone(),
            hostname: self.hostname.clone(),
            pathname: self.pathname.clone(),
            interactive: self.interactive,
            props: self.props.clone(),
            revenue: self.revenue.map(|(thousandths, currency)| Revenue {
                thousandths,
                currency: currency.into(),
            }),
            engagement_ms: self.engagement_ms,
            scroll_depth: self.scroll_depth,
            attributes: self.attributes.clone(),
        }
    }
}

/// A goal of the site: name, what it counts, currency.
pub(super) type GoalSpec = (&'static str, Target, Option<&'static str>);

/// The goals of the site.
pub(super) fn goal_specs() -> Vec<GoalSpec> {
    let event = |name: &str, props: &[(&str, &str)]| {
        let props = props.iter().map(|(key, value)| ((*key).into(), (*value).into()));
        Target::Event(name.into(), props.collect())
    };
    vec![
        ("Sign up", event("Signup", &[]), Some("EUR")),
        ("Sign up for pro", event("Signup", &[("plan", "pro")]), Some("USD")),
        ("Read the blog", Target::Page("/blog/**".into()), None),
        ("Visit /blog/*", Target::Page("/blog/*".into()), None),
        ("Visit /", Target::Page("/".into()), None),
    ]
}

/// The same as questions know them.
pub(super) fn goals() -> Vec<KnownGoal> {
    let known = |(at, (name, target, currency)): (usize, GoalSpec)| KnownGoal {
        id: format!("goal_{at}"),
        name: name.into(),
        reached_by: target.reached_by(),
        currency: currency.map(Into::into),
    };
    goal_specs().into_iter().enumerate().map(known).collect()
}

/// A store with the acts of one site, and another site's noise.
pub(super) struct World {
    pub events: Events,
    pub zone: TimeZone,
    pub clock: Clock,
    _folder: tempfile::TempDir,
}

/// Opens a store in a folder: DuckDB's, or with `TEST_CLICKHOUSE_URL` a database of its own there.
pub(super) async fn open(settings: &crate::config::Events, folder: &Path) -> Events {
    let Ok(server) = std::env::var("TEST_CLICKHOUSE_URL") else {
        return Events::open(settings, "", folder, None).await.unwrap();
    };
    let metadata = format!("sqlite://{}", folder.join("vitrine.sqlite").display());
    let db = Db::connect(&metadata).await.unwrap();
    crate::db::migrate(&db).await.unwrap();
    let url = format!("{server}/test_{}", secret::text(12, &secret::BASE32));
    Events::open(settings, &url, folder, Some(&db)).await.unwrap()
}

impl World {
    /// A world at an instant.
    pub(super) async fn new(zone: &str, now: &str, acts: &[Act]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = crate::config::Events {
            memory_limit: "512MB".into(),
            threads: 1,
            concurrent_queries: 2,
            query_timeout_ms: 10_000,
            cluster: String::new(),
            answers_max_bytes: 1 << 20,
            inbox_max_bytes: 1 << 30,
        };
        let events = open(&settings, folder.path()).await;
        let zone = TimeZone::get(zone).unwrap();
        let clock = Clock::stepped(now.parse().unwrap());
        let world = Self {
            events,
            zone,
            clock,
            _folder: folder,
        };
        world.happen(acts).await;
        world
    }

    /// More acts of the site, and some noise of another.
    pub(super) async fn happen(&self, acts: &[Act]) {
        let mut all: Vec<InboxEvent> = acts.iter().map(|act| act.event("site_a", &self.zone)).collect();
        all.extend(acts.iter().take(50).map(|act| act.event("site_noise", &self.zone)));
        // Several batches, so that visits go on from one to the next.
        for batch in all.chunks(300) {
            self.events.fill(batch.to_vec()).await.unwrap();
        }
    }

    /// True where days are counted beforehand.
    pub(super) fn rolls(&self) -> bool {
        self.events.dialect() == Dialect::DuckDb
    }

    /// Rolls up every day up to one; how many days of the site are rolled up then, and how many are not.
    pub(super) async fn roll(&self, last: Date) -> (usize, usize) {
        roll_all(&self.events, |_| Some(last)).await.unwrap();
        let site_id = SiteId("site_a".into());
        let known = self.events.rolled_days(&site_id, date(2026, 3, 20), date(2026, 4, 5));
        let split = known.split(0);
        (count(&split.rolled), count(&split.raw))
    }

    /// Expects that a day of a site stands in the tables as its rows count; how many rows each table has of it.
    pub(super) async fn expect_counted(&self, site_id: &str, day: Date, is_running: bool) -> Vec<usize> {
        let rows = async |statement| {
            let rows = self.events.query(statement).await.unwrap();
            rows.into_iter().map(|row| format!("{row:?}")).collect::<Vec<_>>()
        };
        let mut known = Vec::new();
        for recount in Recount::of(self.events.dialect(), &SiteId(site_id.into()), day, is_running) {
            let mut rolled = rows(recount.rolled).await;
            let mut counted = Vec::new();
            for statement in recount.counted {
                counted.extend(rows(statement).await);
            }
            rolled.sort_unstable();
            counted.sort_unstable();
            assert_eq!(rolled, counted, "{day} of {site_id}");
            known.push(rolled.len());
        }
        known
    }

    /// Asks about the site.
    pub(super) async fn ask(&self, query: Query, forced: Option<Filter>) -> Result<QueryResult, Error> {
        service::answer(&self.desk(forced), query).await
    }

    fn desk(&self, forced: Option<Filter>) -> Desk {
        Desk {
            events: self.events.clone(),
            clock: self.clock.clone(),
            scope: Scope::of_site("site_a", self.zone.clone(), forced),
            goals: goals(),
            counts_imports: true,
            has_totals: OnceCell::new(),
        }
    }

    /// Asks several questions together.
    pub(super) async fn ask_all(&self, queries: Vec<Query>) -> Vec<Result<QueryResult, Error>> {
        let batch = QueryBatch { queries };
        service::answer_batch(&self.desk(None), batch).await.unwrap()
    }

    /// Asks in JSON; the rows as `[[dimensions…], [metrics…]]`.
    pub(super) async fn rows(&self, query: Value) -> Value {
        let answer = self.ask(serde_json::from_value(query).unwrap(), None).await.unwrap();
        answer
            .results
            .iter()
            .map(|row| json!([row.dimensions, row.metrics]))
            .collect()
    }

    /// Asks in JSON what must be refused; the status and the pointers.
    pub(super) async fn refused(&self, query: Value) -> (u16, Vec<String>) {
        let query = serde_json::from_value(query).unwrap();
        let error = self.ask(query, None).await.unwrap_err();
        (
            error.code.status(),
            error.errors.into_iter().map(|error| error.pointer).collect(),
        )
    }
}
