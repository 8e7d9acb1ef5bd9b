//! A row for each visit and day: what filtered questions about visits, and about events by what their visit was, are answered from.

use super::{around, of_days};
use crate::events::dialect::Dialect;
use crate::events::event::ENGAGEMENT;
use crate::events::statement::Statement;
use crate::reports::dimensions::{self, Table, empty_label};
use crate::reports::metrics::{Component, Counts};
use jiff::civil::Date;
use shared::ids::SiteId;
use shared::query::FixedDimension;

/// What comes from a visitor's address and browser, and so does not change within the visitor's day but for rare causes.
pub(super) const STEADY: [FixedDimension; 8] = [
    FixedDimension::Country,
    FixedDimension::Region,
    FixedDimension::City,
    FixedDimension::Browser,
    FixedDimension::BrowserVersion,
    FixedDimension::Os,
    FixedDimension::OsVersion,
    FixedDimension::Device,
];

/// What differs from one visit to the visitor's next; each has a mark on its visitor's first row of a day with its value.
pub(super) const CHANGING: [FixedDimension; 10] = [
    FixedDimension::EntryPage,
    FixedDimension::ExitPage,
    FixedDimension::Source,
    FixedDimension::Channel,
    FixedDimension::Referrer,
    FixedDimension::UtmSource,
    FixedDimension::UtmMedium,
    FixedDimension::UtmCampaign,
    FixedDimension::UtmContent,
    FixedDimension::UtmTerm,
];

/// The columns beside those of attributes and marks, of the rows before they are marked.
const OWN: [&str; 8] = [
    "local_date",
    "visitor",
    "pageviews",
    "events",
    "visits",
    "bounces",
    "duration_ms",
    "visit_pageviews",
];

/// The column of an attribute, in this table as in that of visits.
pub(super) fn name(attribute: FixedDimension) -> &'static str {
    dimensions::name(attribute, Table::VisitDays)
}

/// The columns of the table, in an order of their own.
pub(super) fn columns() -> Vec<String> {
    let own = ["site_id"].into_iter().chain(OWN);
    let attributes = CHANGING.into_iter().chain(STEADY).map(name);
    let marks = CHANGING
        .into_iter()
        .map(|attribute| format!("first_{}", name(attribute)));
    let named = own.chain(attributes).map(str::to_owned);
    named
        .chain(["first", "of_day"].map(str::to_owned))
        .chain(marks)
        .collect()
}

/// Fills the table with a stretch of days of a site.
pub(super) fn statement(dialect: Dialect, site_id: &SiteId, days: (Date, Date)) -> Statement {
    let mut insert = Statement::plain(format!("INSERT INTO visit_days ({}) SELECT ", columns().join(", ")));
    insert.text(site_id.as_str());
    for column in OWN.into_iter().chain(CHANGING.into_iter().chain(STEADY).map(name)) {
        insert.push(&format!(", t.{column}"));
    }
    let marked = |is_first: &str| format!(", CASE WHEN t.visitor IS NULL THEN 0 WHEN {is_first} THEN 1 ELSE 0 END");
    insert.push(&marked("row_number() OVER in_order = 1"));
    insert.push(", CASE WHEN t.visitor IS NULL THEN 0 ELSE least(count(*) OVER (PARTITION BY t.local_date, t.visitor), 255) END");
    for attribute in CHANGING.map(name) {
        // One sort serves all of them. A visitor has few visits in a day, as each ends with half an hour of nothing.
        insert.push(&marked(&format!(
            "coalesce(list_contains(list(t.{attribute}) OVER earlier, t.{attribute}), false) = false"
        )));
    }
    insert
        .push(" FROM (")
        .append(&rows(dialect, site_id, days, None))
        .push(") t WINDOW in_order AS (PARTITION BY t.local_date, t.visitor ORDER BY t.visit_id), earlier AS (")
        .push("PARTITION BY t.local_date, t.visitor ORDER BY t.visit_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)")
        // What is filtered by most lies together, so that the rest is skipped.
        .push(" ORDER BY t.country, t.os, t.browser, t.device");
    insert
}

/// Visits with their events of a day, before they are marked; `only` those whose number a statement answers.
pub(super) fn rows(dialect: Dialect, site_id: &SiteId, days: (Date, Date), only: Option<&str>) -> Statement {
    let only = |alias: &str| only.map_or(String::new(), |only| format!(" AND {alias}.visit_id IN ({only})"));
    let mut rows = Statement::plain(
        "SELECT coalesce(p.visit_id, v.visit_id) AS visit_id, coalesce(p.local_date, v.local_date) AS local_date, p.visitor AS visitor, \
         coalesce(p.pageviews, 0) AS pageviews, coalesce(p.events, 0) AS events, CASE WHEN v.visit_id IS NULL THEN 0 ELSE 1 END AS visits, \
         CASE WHEN v.is_bounce THEN 1 ELSE 0 END AS bounces, coalesce(v.end_ms - v.start_ms, 0) AS duration_ms, \
         coalesce(v.pageviews, 0) AS visit_pageviews, coalesce(v.entry_hostname, '') AS entry_hostname",
    );
    let mut of_visit = String::new();
    for attribute in CHANGING.into_iter().chain(STEADY) {
        let (name, label) = (name(attribute), empty_label(attribute));
        if attribute == FixedDimension::ExitPage {
            // Events of a visit that is gone have no exit page, not even an empty one.
            rows.push(&format!(
                ", CASE WHEN coalesce(v.visit_id, x.visit_id) IS NOT NULL THEN coalesce(nullif(coalesce(v.{name}, x.{name}), ''), '{label}') END AS {name}"
            ));
            continue;
        }
        rows.push(&format!(
            ", coalesce(nullif(coalesce(p.{name}, v.{name}), ''), '{label}') AS {name}"
        ));
        // The events of a visit have what the visit has.
        of_visit.push_str(&format!(", any_value(e.{name}) AS {name}"));
    }
    rows.push(" FROM (SELECT e.visit_id, e.local_date, min(e.visitor) AS visitor");
    for (count, name) in [(Component::Pageviews, "pageviews"), (Component::Events, "events")] {
        rows.push(&format!(", {} AS {name}", count.sql(Counts::Everything)));
    }
    rows.push(&of_visit).push(" FROM events e WHERE ");
    rows.append(&of_days(dialect, site_id, "e", days));
    rows.push(&only("e")).push(" AND e.name <> ").text(ENGAGEMENT);
    rows.push(" GROUP BY e.visit_id, e.local_date) p FULL JOIN (SELECT v.* FROM visits v WHERE ");
    rows.append(&of_days(dialect, site_id, "v", days));
    rows.push(&only("v"));
    rows.push(") v ON v.visit_id = p.visit_id AND v.local_date = p.local_date LEFT JOIN visits x ON x.site_id = ");
    rows.text(site_id.as_str());
    rows.append(&around("x", days));
    // Only of visits that began on another day; NULL equals nothing.
    rows.push(" AND x.visit_id = CASE WHEN v.visit_id IS NULL THEN p.visit_id END");
    rows
}
