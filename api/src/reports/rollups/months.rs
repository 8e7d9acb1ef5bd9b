//! Months of what has many values, added up from days: a list over a year reads a row for each value and month, not for each day.

use super::{COLUMNS, audience_months, of_days, stored};
use crate::events::dialect::Dialect;
use crate::events::statement::{Param, Statement};
use crate::reports::dimensions::Table;
use jiff::civil::Date;
use shared::ids::SiteId;

/// Adds a month of a site up; its first day stands for it.
pub(super) fn statements(dialect: Dialect, site_id: &SiteId, month: Date) -> Vec<Statement> {
    let mut statements = vec![by_family(dialect, site_id, month)];
    statements.extend(audience_months::statements(dialect, site_id, month));
    statements
}

fn by_family(dialect: Dialect, site_id: &SiteId, month: Date) -> Statement {
    let columns: Vec<&str> = COLUMNS.into_iter().filter_map(stored).collect();
    let (to, from) = (Table::LongMonths.name(), Table::LongRollups.name());
    let mut insert = Statement::plain(format!(
        "INSERT INTO {to} (site_id, local_date, family, part, value, {}) SELECT ",
        columns.join(", ")
    ));
    insert.text(site_id.as_str());
    insert.push(&format!(", {}, d.family, d.part, d.value", dialect.date_value()));
    insert.params.push(Param::Text(month.to_string()));
    for column in columns {
        insert.push(&format!(", {}", dialect.whole(&format!("sum(d.{column})"))));
    }
    insert.push(&format!(" FROM {from} d WHERE "));
    insert.append(&of_days(dialect, site_id, "d", (month, month.last_of_month())));
    insert.push(" GROUP BY d.family, d.part, d.value");
    insert
}
