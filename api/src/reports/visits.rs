//! Single visits: a list, and what happened in one.
//!
//! A visit's number would tell how much the whole server collects, so it leaves sealed. Through a segment link only visits
//! that the segment keeps are there, and of those only the events for which its filter holds.

use super::compile::{Question, Span};
use super::dates::{Period, Range, instant, label};
use super::desk::Desk;
use super::dimensions::{EVENTS, VISITS};
use super::rows::Under;
use crate::error::{Error, Result};
use crate::events::event::ENGAGEMENT;
use crate::events::statement::{Cell, Statement};
use crate::kit::seal::Seal;
use shared::ids::VisitId;
use shared::problem::ProblemCode;
use shared::query::{DateRange, Filter, Pagination};
use shared::query_result::Money;
use shared::visit::{Visit, VisitDetails, VisitEvent, VisitList};
use std::collections::BTreeMap;

const MAX_EVENTS: usize = 1000;
const PREFIX: &str = "vis_";
/// The text columns of a visit, in the order in which [`visit_of`] reads them.
const TEXTS: [&str; 14] = [
    "entry_page",
    "exit_page",
    "source",
    "channel",
    "referrer",
    "utm_campaign",
    "country",
    "region",
    "city",
    "browser",
    "browser_version",
    "os",
    "os_version",
    "device",
];
/// Stands between the keys and the values of properties, and is never part of one.
const SEPARATOR: char = '\u{1e}';

/// Where a visit stands among the others of its site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    start_ms: i64,
    visit_id: i64,
}

impl Place {
    fn seal(self, seal: &Seal, site_id: &str) -> VisitId {
        let text = format!("{:x}.{:x}", self.start_ms, self.visit_id);
        VisitId(format!(
            "{PREFIX}{}",
            seal.stable_id(&format!("visit:{site_id}"), &text)
        ))
    }

    fn open(seal: &Seal, site_id: &str, id: &str) -> Option<Self> {
        let text = seal.open_id(&format!("visit:{site_id}"), id.strip_prefix(PREFIX)?)?;
        let (start_ms, visit_id) = text.split_once('.')?;
        Some(Self {
            start_ms: i64::from_str_radix(start_ms, 16).ok()?,
            visit_id: i64::from_str_radix(visit_id, 16).ok()?,
        })
    }
}

/// Which visits are asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// When they began.
    pub date_range: DateRange,
    /// Which of them.
    pub filters: Vec<Filter>,
    /// At most so many.
    pub limit: u32,
    /// The last visit of the page before.
    pub cursor: Option<String>,
}

/// The latest visits.
pub async fn list(desk: &Desk, seal: &Seal, wanted: Wanted) -> Result<VisitList> {
    let site_id = desk.scope.site_id().as_str();
    let after = wanted
        .cursor
        .as_deref()
        .map(|cursor| Place::open(seal, site_id, cursor));
    if after == Some(None) {
        return Err(Error::field(
            "?cursor",
            "invalid",
            "cursor must be a next_cursor of this list",
        ));
    }
    let _turn = desk.scope.turn().await?;
    let period = desk.period(&wanted.date_range).await?;
    let mut statement = select(desk, &period, &wanted.filters);
    if let Some(place) = after.flatten() {
        statement.push(" AND (v.start_ms < ").int(place.start_ms);
        statement.push(" OR (v.start_ms = ").int(place.start_ms);
        statement.push(" AND v.visit_id < ").int(place.visit_id).push("))");
    }
    statement
        .push(" ORDER BY v.start_ms DESC, v.visit_id DESC LIMIT ")
        .int(i64::from(wanted.limit) + 1);
    let rows = desk.events.query(statement).await?;
    let mut data = rows
        .into_iter()
        .map(|row| visit_of(desk, seal, row))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Error::internal("a visit has all of its columns"))?;
    let more = data.len() > wanted.limit as usize;
    data.truncate(wanted.limit as usize);
    let next_cursor = data.last().filter(|_| more).map(|visit| visit.id.0.clone());
    Ok(VisitList { data, next_cursor })
}

/// One visit with what happened in it; 404 where the request may not see it.
pub async fn get(desk: &Desk, seal: &Seal, id: &str) -> Result<VisitDetails> {
    let place = Place::open(seal, desk.scope.site_id().as_str(), id).ok_or(ProblemCode::NotFound)?;
    let _turn = desk.scope.turn().await?;
    // The visit's own moment is range enough; its events may go on for long.
    let period = period_between(desk, place.start_ms, place.start_ms + 1);
    let mut statement = select(desk, &period, &[]);
    statement.push(" AND v.visit_id = ").int(place.visit_id);
    let row = desk.events.query(statement).await?.into_iter().next();
    let visit = row
        .and_then(|row| visit_of(desk, seal, row))
        .ok_or(ProblemCode::NotFound)?;

    let dialect = desk.events.dialect();
    let period = period_between(desk, place.start_ms, i64::MAX / 2);
    let question = question(desk, &[]);
    let span = Span {
        period: &period,
        buckets: None,
        rolled: None,
    };
    let (keys, values) = dialect.joined_map("e.props");
    let mut statement = Statement::plain(format!(
        "SELECT e.time_ms, e.name, e.hostname, e.pathname, {keys}, {values}, {}, coalesce(e.currency, '') FROM ",
        dialect.whole("e.revenue * 1000")
    ));
    statement.append(&question.rows(EVENTS, &span, "<>", Under::Everything));
    statement.push(" AND e.visit_id = ").int(place.visit_id);
    statement
        .push(" ORDER BY e.time_ms, e.event_id LIMIT ")
        .int(MAX_EVENTS as i64 + 1);
    let rows = desk.events.query(statement).await?;
    let truncated = rows.len() > MAX_EVENTS;
    let timeline = rows.into_iter().take(MAX_EVENTS).map(|row| event_of(desk, row));
    Ok(VisitDetails {
        visit,
        timeline: timeline
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| Error::internal("an event has all of its columns"))?,
        truncated,
    })
}

fn period_between(desk: &Desk, from_ms: i64, to_ms: i64) -> Period {
    Period {
        range: Range::Instants { from_ms, to_ms },
        zone: desk.scope.zone().clone(),
    }
}

fn question<'a>(desk: &'a Desk, filters: &'a [Filter]) -> Question<'a> {
    Question {
        scope: &desk.scope,
        dialect: desk.events.dialect(),
        metrics: &[],
        dimensions: &[],
        goals: &desk.goals,
        filters,
        order_by: &[],
        has_imports: false,
        pagination: Pagination::default(),
        counts_rows: false,
        has_wholes_apart: false,
    }
}

/// The columns of the visits of a period, with the conditions that they must meet.
fn select(desk: &Desk, period: &Period, filters: &[Filter]) -> Statement {
    let texts = TEXTS.map(|name| format!("v.{name}")).join(", ");
    let mut select = Statement::plain(format!(
        "SELECT v.visit_id, v.start_ms, v.end_ms, v.pageviews, v.events, v.is_bounce, {texts} FROM "
    ));
    let span = Span {
        period,
        buckets: None,
        rolled: None,
    };
    select.append(&question(desk, filters).rows(VISITS, &span, ENGAGEMENT, Under::Everything));
    select
}

fn visit_of(desk: &Desk, seal: &Seal, row: Vec<Cell>) -> Option<Visit> {
    let mut cells = row.into_iter();
    let mut int = || cells.next()?.as_int();
    let (visit_id, start_ms, end_ms) = (int()?, int()?, int()?);
    let (pageviews, events, bounce) = (int()?, int()?, int()? != 0);
    let mut text = || cells.next().map(Cell::into_text);
    Some(Visit {
        id: Place { start_ms, visit_id }.seal(seal, desk.scope.site_id().as_str()),
        started_at: moment(desk, start_ms),
        duration_s: (end_ms - start_ms) / 1000,
        pageviews,
        events,
        bounce,
        entry_page: text()?,
        exit_page: text()?,
        source: text()?,
        channel: text()?,
        referrer: text()?,
        utm_campaign: text()?,
        country: text()?,
        region: text()?,
        city: text()?,
        browser: text()?,
        browser_version: text()?,
        os: text()?,
        os_version: text()?,
        device: text()?,
    })
}

fn event_of(desk: &Desk, row: Vec<Cell>) -> Option<VisitEvent> {
    let [time_ms, name, hostname, path, keys, values, thousandths, currency] = <[Cell; 8]>::try_from(row).ok()?;
    let (keys, values) = (keys.into_text(), values.into_text());
    let pairs = keys.split(SEPARATOR).zip(values.split(SEPARATOR));
    let props: BTreeMap<String, String> = pairs
        .filter(|(key, _)| !key.is_empty())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    Some(VisitEvent {
        time: moment(desk, time_ms.as_int()?),
        name: name.into_text(),
        hostname: hostname.into_text(),
        path: path.into_text(),
        props,
        revenue: thousandths
            .as_int()
            .and_then(|thousandths| Money::new(thousandths, &currency.into_text())),
    })
}

/// An instant to the second, with the site's offset.
fn moment(desk: &Desk, ms: i64) -> String {
    let whole = instant(ms).as_second() * 1000;
    label(desk.scope.zone(), whole)
}
