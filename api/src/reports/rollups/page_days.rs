//! Pages by what their visits had: what the list of pages under a filter of visits, and everything under a page, is answered from.

use super::{COLUMNS, of_days, shown, stored};
use crate::events::dialect::Dialect;
use crate::events::event::ENGAGEMENT;
use crate::events::statement::{Param, Statement};
use crate::reports::metrics::{Counts, Part};
use jiff::civil::Date;
use shared::ids::SiteId;
use shared::query::FixedDimension;

/// What events of a page are counted by, beside all of them.
pub(super) const BY: [FixedDimension; 4] = [
    FixedDimension::Source,
    FixedDimension::Channel,
    FixedDimension::EntryPage,
    FixedDimension::UtmCampaign,
];

/// The table's name.
pub(super) const TABLE: &str = "page_days";

/// The columns of the table, in the order in which they are filled.
pub(super) fn columns() -> Vec<&'static str> {
    let own = ["site_id", "local_date", "family", "part", "page", "value"];
    own.into_iter().chain(COLUMNS.into_iter().filter_map(stored)).collect()
}

/// Fills the table with a stretch of days of a site.
pub(super) fn statements(dialect: Dialect, site_id: &SiteId, days: (Date, Date)) -> Vec<Statement> {
    let families = [None].into_iter().chain(BY.map(Some));
    let mut statements: Vec<_> = families.map(|by| of_events(dialect, site_id, days, by)).collect();
    statements.push(of_visits(dialect, site_id, days));
    statements
}

/// The beginning of a statement, up to the columns that count; those of the other part are 0.
fn begun(dialect: Dialect, site_id: &SiteId, part: Part, [date, family, page, value]: [&str; 4]) -> Statement {
    let mut insert = Statement::plain(format!("INSERT INTO {TABLE} ({}) SELECT ", columns().join(", ")));
    insert.text(site_id.as_str());
    insert.push(&format!(", {date}, ")).text(family);
    insert.push(match part {
        Part::Events => ", 'events'",
        _ => ", 'visits'",
    });
    insert.push(&format!(", {page}, {value}"));
    for component in COLUMNS {
        let is_mine = component.part() == part;
        let sql = if is_mine {
            component.sql(Counts::Everything)
        } else {
            "0"
        };
        insert.push(&format!(", {}", dialect.whole(sql)));
    }
    insert
}

fn of_events(dialect: Dialect, site_id: &SiteId, days: (Date, Date), by: Option<FixedDimension>) -> Statement {
    let page = shown(dialect, FixedDimension::Page);
    let value = by.map_or("''".to_owned(), |by| shown(dialect, by));
    let family = by.map_or("", FixedDimension::as_str);
    let mut insert = begun(dialect, site_id, Part::Events, ["e.local_date", family, &page, &value]);
    insert
        .push(" FROM events e WHERE ")
        .append(&of_days(dialect, site_id, "e", days));
    insert.push(" AND e.name <> ").text(ENGAGEMENT);
    // By the value first: what is filtered by lies together, so that the rest is skipped.
    let groups = if by.is_some() { format!("{value}, {page}") } else { page };
    insert.push(&format!(" GROUP BY e.local_date, {groups} ORDER BY {groups}"));
    insert
}

/// Visits that began on the days, once for each page that they have an event of, be it on a later day.
fn of_visits(dialect: Dialect, site_id: &SiteId, days: (Date, Date)) -> Statement {
    let mut insert = begun(dialect, site_id, Part::Visits, ["v.local_date", "", "v.page", "''"]);
    // Joined before pages are told apart, so that the engine passes over events of other visits.
    insert.push(&format!(
        " FROM (SELECT DISTINCT v.visit_id, v.local_date, v.is_bounce, v.start_ms, v.end_ms, v.pageviews, {} AS page \
         FROM events e JOIN visits v ON v.visit_id = e.visit_id WHERE ",
        shown(dialect, FixedDimension::Page)
    ));
    insert.append(&of_days(dialect, site_id, "v", days));
    insert.push(" AND e.site_id = ").text(site_id.as_str());
    insert.push(&format!(" AND e.local_date >= {}", dialect.date_value()));
    insert.params.push(Param::Text(days.0.to_string()));
    insert.push(" AND e.name <> ").text(ENGAGEMENT);
    insert.push(") v GROUP BY v.local_date, v.page ORDER BY v.page");
    insert
}
