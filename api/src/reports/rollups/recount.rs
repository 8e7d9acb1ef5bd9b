//! Counting a day anew, or adding up a month, for whoever doubts what is rolled up.

use super::{COLUMNS, audience_days, audience_months, page_days, statements, stored, visit_days};
use crate::events::dialect::Dialect;
use crate::events::statement::{Param, Statement};
use jiff::civil::Date;
use shared::ids::SiteId;

/// A day or a month of a site, as a table has it counted and as what it was counted from gives it. All answers have the same columns, their
/// rows no order.
#[derive(Clone, Debug)]
pub struct Recount {
    /// What the table has.
    pub rolled: Statement,
    /// What it was counted from gives: the answers to all of these.
    pub counted: Vec<Statement>,
}

impl Recount {
    /// The questions about a day, a pair for each table that has one that `is_running`, or any.
    pub fn of(dialect: Dialect, site_id: &SiteId, day: Date, is_running: bool) -> Vec<Self> {
        let days = (day, day);
        let stored = COLUMNS.into_iter().filter_map(stored);
        let rollups = ["site_id", "local_date", "family", "part", "value"]
            .into_iter()
            .chain(stored);
        let rollups: Vec<String> = rollups.map(str::to_owned).collect();
        let of_rollups = |table: &str| {
            let mut inserts = statements(dialect, site_id, days);
            inserts.retain(|insert| fills(insert, table));
            inserts
        };
        let tables = [
            ("rollups", rollups.clone(), of_rollups("rollups")),
            ("long_rollups", rollups, of_rollups("long_rollups")),
            (
                "visit_days",
                visit_days::columns(),
                vec![visit_days::statement(dialect, site_id, days)],
            ),
            (
                "audience_days",
                audience_days::COLUMNS.map(str::to_owned).to_vec(),
                audience_days::statements(dialect, site_id, days),
            ),
            (
                page_days::TABLE,
                page_days::columns().into_iter().map(str::to_owned).collect(),
                page_days::statements(dialect, site_id, days),
            ),
        ];
        let of_running = |(table, _, _): &(&str, _, _)| !is_running || table.ends_with("rollups");
        let recount = |(table, columns, inserts): (&str, Vec<String>, Vec<Statement>)| {
            Self::table((table, &columns.join(", ")), dialect, (site_id, day), inserts)
        };
        tables.into_iter().filter(of_running).map(recount).collect()
    }

    /// The questions about a month by whom, which is added up of days.
    pub fn of_month(dialect: Dialect, site_id: &SiteId, month: Date) -> Vec<Self> {
        let columns = audience_months::columns().join(", ");
        let recount = |table| {
            let mut inserts = audience_months::statements(dialect, site_id, month);
            inserts.retain(|insert| fills(insert, table));
            Self::table((table, &columns), dialect, (site_id, month), inserts)
        };
        audience_months::TABLES.map(recount).into()
    }

    fn table(
        (table, columns): (&str, &str),
        dialect: Dialect,
        (site_id, date): (&SiteId, Date),
        inserts: Vec<Statement>,
    ) -> Self {
        let mut rolled = Statement::plain(format!("SELECT {columns} FROM {table} WHERE site_id = "));
        rolled.text(site_id.as_str());
        rolled.push(&format!(" AND local_date = {}", dialect.date_value()));
        rolled.params.push(Param::Text(date.to_string()));
        Self {
            rolled,
            counted: inserts.into_iter().map(selected).collect(),
        }
    }
}

/// True for a statement that inserts into a table.
fn fills(insert: &Statement, table: &str) -> bool {
    insert.sql.starts_with(&format!("INSERT INTO {table} "))
}

/// What a statement inserts.
fn selected(insert: Statement) -> Statement {
    let (_, select) = insert
        .sql
        .split_once(") SELECT ")
        .expect("what is rolled up is selected");
    Statement {
        sql: format!("SELECT {select}"),
        params: insert.params,
        ..Statement::default()
    }
}
