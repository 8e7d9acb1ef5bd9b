//! Events by a dimension of their own and by whom: what filtered questions about pages are answered from.

use super::{of_days, shown};
use crate::events::dialect::Dialect;
use crate::events::event::ENGAGEMENT;
use crate::events::statement::Statement;
use crate::reports::metrics::{Component, Counts};
use jiff::civil::Date;
use shared::ids::SiteId;
use shared::query::FixedDimension;

/// What events are counted by.
pub(super) const FAMILIES: [FixedDimension; 3] = [
    FixedDimension::Page,
    FixedDimension::Hostname,
    FixedDimension::EventName,
];

/// By whom: they are few together.
pub(super) const AUDIENCE: [FixedDimension; 4] = [
    FixedDimension::Country,
    FixedDimension::Os,
    FixedDimension::Browser,
    FixedDimension::Device,
];

/// The columns of the table, in the order in which they are filled.
pub(super) const COLUMNS: [&str; 11] = [
    "site_id",
    "local_date",
    "family",
    "value",
    "country",
    "os",
    "browser",
    "device",
    "visitors",
    "pageviews",
    "events",
];

/// Fills the table with a stretch of days of a site: a statement for each family.
pub(super) fn statements(dialect: Dialect, site_id: &SiteId, days: (Date, Date)) -> Vec<Statement> {
    let text = |fixed| shown(dialect, fixed);
    let counts = [Component::Visitors, Component::Pageviews, Component::Events];
    let statement = |family: FixedDimension| {
        let mut insert = Statement::plain(format!("INSERT INTO audience_days ({}) SELECT ", COLUMNS.join(", ")));
        insert
            .text(site_id.as_str())
            .push(", e.local_date, ")
            .text(family.as_str());
        let mut groups = vec![text(family)];
        groups.extend(AUDIENCE.map(text));
        let groups = groups.join(", ");
        insert.push(&format!(
            ", {groups}, {} FROM events e WHERE ",
            counts.map(|count| count.sql(Counts::Everything)).join(", ")
        ));
        insert.append(&of_days(dialect, site_id, "e", days));
        insert.push(" AND e.name <> ").text(ENGAGEMENT);
        insert.push(&format!(" GROUP BY e.local_date, {groups} ORDER BY {groups}"));
        insert
    };
    FAMILIES.map(statement).into()
}
