//! Days of totals that were imported, beside what was collected.
//!
//! Totals of one file can't be laid over those of another, so a question is answered with them only where all that it groups
//! and filters by stands in one file, and that file has what the metrics are made of. Otherwise they are left out, and the
//! answer says so.

use super::compile::{Question, Span};
use super::dates::{Period, Range};
use super::dimensions::{Source, Table};
use super::filters::{asks_for_more, names};
use super::metrics::Component;
use super::rows::Under;
use crate::error::Result;
use crate::events::Events;
use crate::events::statement::{Param, Statement};
use shared::ids::SiteId;
use shared::query::{Dimension, FixedDimension};
use std::cell::Cell;

/// The totals, under the names of the columns of events.
const IMPORTED: Source = Source {
    table: Table::Events,
    alias: "i",
    visits: "i",
};

/// A sum of imported numbers counts for at most so much, so that no sum of sums leaves 64 bits.
const MOST: i64 = 1_000_000_000_000_000;

/// Why a question about parts of days is answered without them.
pub const WHOLE_DAYS: &str = "imported numbers are of whole days";

/// True when a site has days of totals.
pub async fn has_any(events: &Events, site_id: &SiteId) -> Result<bool> {
    let mut statement = Statement::plain("SELECT 1 FROM imported_days WHERE site_id = ");
    statement.text(site_id.as_str()).push(" LIMIT 1");
    Ok(!events.ask(site_id, statement).await?.is_empty())
}

/// True when a site has days of totals in one of the periods.
pub async fn has_days<'a>(
    events: &Events,
    site_id: &SiteId,
    periods: impl IntoIterator<Item = &'a Period>,
) -> Result<bool> {
    let mut statement = Statement::plain("SELECT 1 FROM imported_days WHERE site_id = ");
    statement.text(site_id.as_str()).push(" AND (1 = 0");
    let date = events.dialect().date_value();
    for (first, last) in periods.into_iter().map(Period::dates) {
        statement.push(&format!(" OR local_date BETWEEN {date} AND {date}"));
        let bounds = [first, last].map(|date| Param::Text(date.to_string()));
        statement.params.extend(bounds);
    }
    statement.push(") LIMIT 1");
    Ok(!events.ask(site_id, statement).await?.is_empty())
}

/// The file that a dimension stands in; none where no file has it.
fn family_of(dimension: &Dimension) -> Option<&'static str> {
    use FixedDimension::*;
    let Dimension::Fixed(fixed) = dimension else {
        return None;
    };
    Some(match fixed {
        Source | Channel | Referrer | UtmSource | UtmMedium | UtmCampaign | UtmContent | UtmTerm => "sources",
        Page | Hostname => "pages",
        EntryPage => "entry_pages",
        ExitPage => "exit_pages",
        EventName => "custom_events",
        Country | Region | City => "locations",
        Device => "devices",
        Browser | BrowserVersion => "browsers",
        Os | OsVersion => "operating_systems",
        _ => return None,
    })
}

/// A component as the sum of a file's column; none where the file does not have it.
fn sum(component: Component, family: &str) -> Option<&'static str> {
    let (is_pages, is_events) = (family == "pages", family == "custom_events");
    Some(match component {
        Component::Visitors => "sum(i.visitors)",
        Component::Events if is_events => "sum(i.events)",
        _ if is_events => return None,
        // Custom events have no totals by anything but their names.
        Component::Events | Component::Pageviews => "sum(i.pageviews)",
        Component::EventVisits | Component::Visits => "sum(i.visits)",
        Component::EngagedMs if is_pages => "sum(i.engagement_s) * 1000",
        Component::EngagedPages if is_pages => "sum(i.engaged_visits)",
        Component::ScrollDepths if is_pages => "sum(i.scroll_depth)",
        Component::ScrolledPages if is_pages => "sum(i.scrolled_visits)",
        _ if is_pages => return None,
        Component::Bounces => "sum(i.bounces)",
        Component::DurationMs => "sum(i.duration_s) * 1000",
        Component::VisitPageviews => "sum(i.pageviews)",
        _ => return None,
    })
}

/// A sum that counts for at most [`MOST`]; no sum stays none, where `least` would make that the most.
fn bounded(sum: &str) -> String {
    format!("CASE WHEN {sum} > {MOST} THEN {MOST} ELSE {sum} END")
}

impl Question<'_> {
    /// The file whose totals answer the question too, or why none does.
    pub(super) fn family(&self, span: &Span<'_>) -> std::result::Result<&'static str, &'static str> {
        use FixedDimension::{TimeDay, TimeMonth, TimeWeek};
        if !matches!(span.period.range, Range::Days { .. }) {
            return Err(WHOLE_DAYS);
        }
        let is_whole = |dimension: &Dimension| matches!(dimension, Dimension::Fixed(TimeDay | TimeWeek | TimeMonth));
        let mut family = None;
        for dimension in self.dimensions.iter().filter(|dimension| !is_whole(dimension)) {
            if dimension.is_time() {
                return Err(WHOLE_DAYS);
            }
            let found = family_of(dimension).ok_or("imported numbers are not known by this dimension")?;
            if *family.get_or_insert(found) != found {
                return Err("imported numbers are known by one kind of dimension at a time");
            }
        }
        for filter in self.scope.forced_filter().into_iter().chain(self.filters) {
            let first = Cell::new(None);
            if asks_for_more(filter) {
                return Err("imported numbers know nothing of single visits");
            }
            if names(filter, &|dimension| {
                let found = family_of(dimension);
                let known = family.or(first.get()).or(found);
                first.set(known);
                found.is_none() || known != found
            }) {
                return Err("imported numbers can't be filtered by this");
            }
            family = family.or(first.get());
        }
        let family = family.unwrap_or("visitors");
        let components = self.components();
        match components.iter().all(|component| sum(*component, family).is_some()) {
            true => Ok(family),
            false => Err("imported numbers do not have one of the metrics"),
        }
    }

    /// The components of the days of totals: one more part.
    pub(super) fn imported(&self, family: &str, components: &[Component], span: &Span<'_>) -> Statement {
        let mut select = Statement::plain("SELECT ");
        for (at, dimension) in self.dimensions.iter().enumerate() {
            select
                .append(&self.group(dimension, IMPORTED, span))
                .push(&format!(" AS d{at}, "));
        }
        for (at, component) in components.iter().enumerate() {
            let sql = sum(*component, family).map_or("NULL".to_owned(), bounded);
            select.push(&format!("CAST({sql} AS BIGINT) AS c{at}, "));
        }
        select
            .push("1 AS counted FROM ")
            .append(&self.imported_rows(family, span));
        if !self.dimensions.is_empty() {
            select.push(" GROUP BY ").push(&self.group_names());
        }
        select
    }

    /// The visitors of the range in the days of totals, as a number.
    pub(super) fn imported_visitors(&self, span: &Span<'_>) -> Option<Statement> {
        let family = self.family(span).ok()?;
        let mut select = Statement::plain(format!(
            "(SELECT coalesce(CAST({} AS BIGINT), 0) FROM ",
            bounded("sum(i.visitors)")
        ));
        select.append(&self.imported_rows(family, span)).push(")");
        Some(select)
    }

    /// The rows of a file in the range, with the condition.
    pub(super) fn imported_rows(&self, family: &str, span: &Span<'_>) -> Statement {
        let mut rows = Statement::plain("imported_days i ");
        rows.append(&self.within(IMPORTED, span));
        rows.push(" AND i.family = ").text(family);
        let filtering = self.filtering(span);
        for filter in self.filters(Under::Everything) {
            rows.push(" AND ").append(&filtering.condition(&filter, IMPORTED));
        }
        rows
    }
}
