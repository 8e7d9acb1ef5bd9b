//! Rollups: whole days of a site counted beforehand, so that an unfiltered dashboard costs by days and not by events.
//!
//! Promise: no number changes. A visitor's number lives for one local day of a site, so that distinct visitors of several days are the
//! sum of the days, for the day as a whole and for each value of a dimension; what is not a sum of days (engagement, which goes over
//! midnight) is not rolled up and is asked of the rows as ever. A question without filters about whole days
//! takes the days that are rolled up from here and the others from the rows, in one statement (`question`); if a day was changed
//! meanwhile it is asked anew of the rows alone. The store takes a day out in the transaction that changes it (`events::rolled`).
//!
//! Filtered questions are answered from rows that are fewer and narrower than events: a row for each visit and day (`visit_days`), where
//! distinct visitors are a sum of marks, events by page and by whom (`audience_days`), pages by what their visits had, and visits by the
//! pages that they have, on the day on which they began (`page_days`). Where a sum would be wrong, because an attribute changed within
//! somebody's day, the day says so (`unsteady`) and is asked otherwise.
//!
//! Days of what has many values are added up to months once all days of one are rolled up (`months`), and so is what a filter of one
//! country, browser, system or device leaves of a month (`audience_months`).
//!
//! A day is rolled up an hour after its end; late events take it out, and the next round rolls it up again (`work`). One that
//! is asked about before that and has many events is counted as it goes on (`running`).

mod audience_days;
mod audience_months;
mod months;
mod page_days;
mod question;
mod recount;
mod running;
mod sql;
mod unsteady;
mod visit_days;
mod work;

pub use question::Rolling;
pub use recount::Recount;
pub use running::keep_up;
#[cfg(test)]
pub use running::{Running, run_up};
pub use work::{Rebuilt, rebuild, roll_all, work};

use super::dates::day_number;
use super::dimensions::{EVENTS, Source, Table, VISITS, column};
use super::filters::{join_visits, labelled};
use super::metrics::{Component, Counts};
use crate::events::dialect::Dialect;
use crate::events::event::ENGAGEMENT;
use crate::events::rolled::RollUp;
use crate::events::statement::{Param, Statement};
use jiff::civil::Date;
use shared::ids::SiteId;
use shared::query::{Dimension, FixedDimension};
use visit_days::{CHANGING, STEADY};

const A_DAY_MS: i64 = 86_400_000;

/// The dimensions that days are counted by, beside the day as a whole.
fn families() -> impl Iterator<Item = FixedDimension> {
    audience_days::FAMILIES.into_iter().chain(CHANGING).chain(STEADY)
}

/// The family of a dimension; none when days are not counted by it.
fn family_of(dimension: &Dimension) -> Option<&'static str> {
    match dimension {
        Dimension::Fixed(fixed) if families().any(|family| family == *fixed) => Some(fixed.as_str()),
        _ => None,
    }
}

/// Families that have about as many values as a site has pages or referrers. Their days stand apart, so that a question about the others
/// does not read past them.
const LONG: [FixedDimension; 6] = [
    FixedDimension::Page,
    FixedDimension::EntryPage,
    FixedDimension::ExitPage,
    FixedDimension::Referrer,
    FixedDimension::Region,
    FixedDimension::City,
];

/// The table of a family's days, by its word.
fn table_of(family: &str) -> Table {
    match LONG.iter().any(|long| long.as_str() == family) {
        true => Table::LongRollups,
        false => Table::Rollups,
    }
}

/// The columns of the store's table, in their order.
const COLUMNS: [Component; 7] = [
    Component::Visitors,
    Component::Pageviews,
    Component::Events,
    Component::Visits,
    Component::Bounces,
    Component::DurationMs,
    Component::VisitPageviews,
];

/// The rows that are counted, and the word for them in the store.
const COUNTED: [(&str, Source); 2] = [("events", EVENTS), ("visits", VISITS)];

/// The column of a component that is rolled up.
fn stored(component: Component) -> Option<&'static str> {
    Some(match component {
        Component::Visitors => "visitors",
        Component::Pageviews => "pageviews",
        Component::Events => "events",
        Component::Visits => "visits",
        Component::Bounces => "bounces",
        Component::DurationMs => "duration_ms",
        Component::VisitPageviews => "visit_pageviews",
        _ => return None,
    })
}

/// How a stretch of days of a site is rolled up.
pub(super) fn roll_up(dialect: Dialect, site_id: &SiteId, days: (Date, Date)) -> RollUp {
    let mut inserts = statements(dialect, site_id, days);
    inserts.push(visit_days::statement(dialect, site_id, days));
    inserts.extend(audience_days::statements(dialect, site_id, days));
    inserts.extend(page_days::statements(dialect, site_id, days));
    RollUp {
        inserts,
        unsteady: Some(unsteady::statement(dialect, site_id, days)),
    }
}

/// The condition that rows of `alias` are of a site and between two days, both included.
fn of_days(dialect: Dialect, site_id: &SiteId, alias: &str, (first, last): (Date, Date)) -> Statement {
    let date = dialect.date_value();
    let mut condition = Statement::plain(format!("{alias}.site_id = "));
    condition.text(site_id.as_str());
    condition.push(&format!(" AND {alias}.local_date BETWEEN {date} AND {date}"));
    let ends = [first, last].map(|date| Param::Text(date.to_string()));
    condition.params.extend(ends);
    condition
}

/// The condition, with ` AND ` before it, that visits of `alias` may have events between two days, both included, wherever on earth: one that
/// follows from the events' dates, and lets the engine pass over most visits.
fn around(alias: &str, (first, last): (Date, Date)) -> Statement {
    let midnight = |day: Date| day_number(day) * A_DAY_MS;
    let mut around = Statement::plain(format!(" AND {alias}.end_ms >= "));
    around.int(midnight(first) - A_DAY_MS);
    around
        .push(&format!(" AND {alias}.start_ms < "))
        .int(midnight(last) + 2 * A_DAY_MS);
    around
}

/// SQL of a dimension's value on events, as it is shown.
fn shown(dialect: Dialect, fixed: FixedDimension) -> String {
    labelled(dialect, &column(&Dimension::Fixed(fixed), EVENTS)).sql
}

/// Counts a stretch of days of a site: one statement for each family and kind of rows.
fn statements(dialect: Dialect, site_id: &SiteId, (first, last): (Date, Date)) -> Vec<Statement> {
    let families = [None].into_iter().chain(families().map(Some));
    let statements = families.flat_map(|family| {
        COUNTED
            .iter()
            // Visits have no name of an event.
            .filter(move |(part, _)| !(family == Some(FixedDimension::EventName) && *part == "visits"))
            .map(move |counted| statement(dialect, site_id, (first, last), family, *counted))
    });
    statements.collect()
}

fn statement(
    dialect: Dialect,
    site_id: &SiteId,
    days: (Date, Date),
    family: Option<FixedDimension>,
    (part, source): (&str, Source),
) -> Statement {
    let alias = source.alias;
    let dimension = family.map(Dimension::Fixed);
    let value = dimension.as_ref();
    let value = value.map(|dimension| labelled(dialect, &column(dimension, source)).sql);
    let of_events = part == "events";
    let word = family.map_or("", FixedDimension::as_str);
    let mut insert = Statement::plain(format!(
        "INSERT INTO {} (site_id, local_date, family, part, value",
        table_of(word).name()
    ));
    for component in COLUMNS {
        insert.push(&format!(", {}", stored(component).unwrap_or_default()));
    }
    insert.push(") SELECT ").text(site_id.as_str());
    insert.push(&format!(", {alias}.local_date, "));
    insert.text(word);
    insert.push(", ").text(part);
    insert.push(&format!(", {}", value.as_deref().unwrap_or("''")));
    for component in COLUMNS {
        let mine = matches!(
            component,
            Component::Visitors | Component::Pageviews | Component::Events
        ) == of_events;
        let sql = if mine { component.sql(Counts::Everything) } else { "0" };
        insert.push(&format!(", {}", dialect.whole(sql)));
    }
    // The word is the table's name.
    insert.push(&format!(" FROM {part} {alias} "));
    if of_events && family == Some(FixedDimension::ExitPage) {
        insert.append(&join_visits(source, site_id.as_str()));
        insert.append(&around(source.visits, days)).push(" ");
    }
    insert.push("WHERE ").append(&of_days(dialect, site_id, alias, days));
    if of_events {
        insert.push(&format!(" AND {alias}.name <> ")).text(ENGAGEMENT);
    }
    insert.push(&format!(" GROUP BY {alias}.local_date"));
    if let Some(value) = value {
        insert.push(&format!(", {value}"));
    }
    insert
}
