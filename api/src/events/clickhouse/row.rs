//! Events, visits and days of totals as rows of ClickHouse, in its `JSONEachRow`.

use crate::events::event::{Attributes, InboxEvent};
use crate::events::imported::{ImportedDay, NUMBERS, TEXTS};
use crate::events::statement::Cell;
use crate::events::visits::Visit;
use jiff::civil::Date;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use shared::ids::SiteId;

/// A row of `events`.
#[derive(Debug, Serialize)]
pub(super) struct EventRow<'a> {
    event_id: i64,
    visit_id: i64,
    site_id: &'a str,
    time_ms: i64,
    local_date: Date,
    visitor: u64,
    name: &'a str,
    hostname: &'a str,
    pathname: &'a str,
    interactive: bool,
    engagement_ms: Option<i32>,
    scroll_depth: Option<u8>,
    props: Props,
    revenue: Option<String>,
    currency: Option<&'a str>,
    import_id: Option<&'a str>,
    entry_hostname: &'a str,
    entry_page: &'a str,
    #[serde(flatten)]
    attributes: &'a Attributes,
}

/// Properties as one object.
#[derive(Debug)]
struct Props(Vec<(String, String)>);

impl Serialize for Props {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'a> EventRow<'a> {
    /// The row of an event under its number, in its visit.
    pub(super) fn of(event_id: i64, event: &'a InboxEvent, visit: &'a Visit, import_id: Option<&'a str>) -> Self {
        let money = event.revenue.as_ref();
        Self {
            event_id,
            visit_id: visit.visit_id,
            site_id: event.site_id.as_str(),
            time_ms: event.time_ms,
            local_date: event.local_date,
            visitor: event.visitor,
            name: &event.name,
            hostname: &event.hostname,
            pathname: &event.pathname,
            interactive: event.interactive,
            engagement_ms: event.engagement_ms,
            scroll_depth: event.scroll_depth,
            props: Props(event.clean_props()),
            revenue: money.map(|money| decimal(money.thousandths)),
            currency: money.map(|money| money.currency.as_str()),
            import_id,
            entry_hostname: &visit.entry_hostname,
            entry_page: &visit.entry_page,
            attributes: &visit.attributes,
        }
    }
}

/// Thousandths as a number with three decimals.
pub(super) fn decimal(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let whole = thousandths.unsigned_abs();
    format!("{sign}{}.{:03}", whole / 1000, whole % 1000)
}

/// A row of `visits`.
#[derive(Debug, Serialize)]
pub(super) struct VisitRow<'a> {
    visit_id: i64,
    site_id: &'a str,
    visitor: u64,
    last_visitor: u64,
    start_ms: i64,
    end_ms: i64,
    exit_ms: i64,
    local_date: Date,
    exit_hostname: &'a str,
    exit_page: &'a str,
    pageviews: i32,
    events: i32,
    interactive_events: i32,
    is_bounce: bool,
    entry_hostname: &'a str,
    entry_page: &'a str,
    import_id: Option<&'a str>,
    version: i64,
    #[serde(flatten)]
    attributes: &'a Attributes,
}

impl<'a> VisitRow<'a> {
    /// The row of a visit as a plan leaves it.
    pub(super) fn of(visit: &'a Visit, import_id: Option<&'a str>, version: i64) -> Self {
        Self {
            visit_id: visit.visit_id,
            site_id: visit.site_id.as_str(),
            visitor: visit.visitor,
            last_visitor: visit.last_visitor,
            start_ms: visit.start_ms,
            end_ms: visit.end_ms,
            exit_ms: visit.exit_ms,
            local_date: visit.local_date,
            exit_hostname: &visit.exit_hostname,
            exit_page: &visit.exit_page,
            pageviews: visit.pageviews,
            events: visit.events,
            interactive_events: visit.interactive_events,
            is_bounce: visit.is_bounce(),
            entry_hostname: &visit.entry_hostname,
            entry_page: &visit.entry_page,
            import_id,
            version,
            attributes: &visit.attributes,
        }
    }
}

/// The columns that make a [`Visit`], in the order of [`visit_of`]; the date is a number of days.
pub(super) fn visit_columns(day_number: &str) -> String {
    format!(
        "visit_id, site_id, visitor, last_visitor, start_ms, end_ms, exit_ms, {day_number}, entry_hostname, entry_page, \
         exit_hostname, exit_page, pageviews, events, interactive_events, {}",
        Attributes::COLUMNS.join(", ")
    )
}

/// The visit of a row.
pub(super) fn visit_of(row: Vec<Cell>) -> Option<Visit> {
    let mut cells = row.into_iter();
    let int = |cells: &mut std::vec::IntoIter<Cell>| cells.next()?.as_int();
    let text = |cells: &mut std::vec::IntoIter<Cell>| cells.next().map(Cell::into_text);
    let count = |cells: &mut std::vec::IntoIter<Cell>| i32::try_from(cells.next()?.as_int()?).ok();
    Some(Visit {
        visit_id: int(&mut cells)?,
        site_id: SiteId(text(&mut cells)?),
        visitor: int(&mut cells)?.cast_unsigned(),
        last_visitor: int(&mut cells)?.cast_unsigned(),
        start_ms: int(&mut cells)?,
        end_ms: int(&mut cells)?,
        exit_ms: int(&mut cells)?,
        local_date: jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(int(&mut cells)?)),
        entry_hostname: text(&mut cells)?,
        entry_page: text(&mut cells)?,
        exit_hostname: text(&mut cells)?,
        exit_page: text(&mut cells)?,
        pageviews: count(&mut cells)?,
        events: count(&mut cells)?,
        interactive_events: count(&mut cells)?,
        attributes: Attributes::from_values(cells.map(Cell::into_text)),
    })
}

/// A row of `imported_days`.
pub(super) struct DayRow<'a> {
    pub(super) import_id: &'a str,
    pub(super) site_id: &'a str,
    pub(super) day: &'a ImportedDay,
}

impl Serialize for DayRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("import_id", self.import_id)?;
        map.serialize_entry("site_id", self.site_id)?;
        map.serialize_entry("local_date", &self.day.date)?;
        map.serialize_entry("family", self.day.family)?;
        for (name, text) in TEXTS.iter().zip(&self.day.texts) {
            map.serialize_entry(name, text)?;
        }
        for (name, number) in NUMBERS.iter().zip(&self.day.numbers) {
            map.serialize_entry(name, number)?;
        }
        map.end()
    }
}
