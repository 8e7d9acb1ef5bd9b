//! What does not hold on a day that is rolled up: bits of it.

use super::of_days;
use super::visit_days::{STEADY, name};
use crate::events::dialect::Dialect;
use crate::events::event::ENGAGEMENT;
use crate::events::statement::Statement;
use jiff::civil::Date;
use shared::ids::SiteId;
use shared::query::FixedDimension;

/// The events that a visit has on the day have several visitors.
pub(super) const TORN: u32 = 1 << STEADY.len();

/// The bit that says that an attribute changed within some visitor's day; 0 for what may change.
pub(super) fn bit(attribute: FixedDimension) -> u32 {
    let place = STEADY.iter().position(|steady| *steady == attribute);
    place.map_or(0, |place| 1 << place)
}

/// Asks for the days of a stretch on which something does not hold, and its bits, once `visit_days` is filled.
pub(super) fn statement(dialect: Dialect, site_id: &SiteId, days: (Date, Date)) -> Statement {
    let mut changed = Vec::new();
    let mut bits = Vec::new();
    for attribute in STEADY {
        let name = name(attribute);
        changed.push(format!("min(d.{name}) <> max(d.{name}) AS {name}"));
        bits.push(format!("max(CASE WHEN c.{name} THEN {} ELSE 0 END)", bit(attribute)));
    }
    let mut select = Statement::plain(format!(
        "SELECT CAST(c.local_date AS VARCHAR), CAST({} AS UINTEGER) FROM (SELECT d.local_date, {} FROM visit_days d WHERE ",
        bits.join(" + "),
        changed.join(", ")
    ));
    select.append(&of_days(dialect, site_id, "d", days));
    select.push(
        " AND d.visitor IS NOT NULL GROUP BY d.local_date, d.visitor HAVING count(*) > 1) c GROUP BY c.local_date UNION ALL ",
    );
    select.push(&format!(
        "SELECT CAST(c.local_date AS VARCHAR), CAST({TORN} AS UINTEGER) FROM (SELECT e.local_date FROM events e WHERE "
    ));
    select.append(&of_days(dialect, site_id, "e", days));
    select.push(" AND e.name <> ").text(ENGAGEMENT);
    select.push(" GROUP BY e.local_date, e.visit_id HAVING min(e.visitor) <> max(e.visitor)) c GROUP BY c.local_date");
    select
}
