//! Counting a day anew, for whoever doubts what is rolled up.

use super::{COLUMNS, statements, stored};
use crate::events::dialect::Dialect;
use crate::events::statement::{Param, Statement};
use jiff::civil::Date;
use shared::ids::SiteId;

/// A day of a site, as it is rolled up and as the rows give it. All answers have the same columns, their rows no order.
#[derive(Clone, Debug)]
pub struct Recount {
    /// What is rolled up.
    pub rolled: Statement,
    /// What the rows give: the answers to all of these.
    pub counted: Vec<Statement>,
}

impl Recount {
    /// The questions about a day.
    pub fn of(dialect: Dialect, site_id: &SiteId, day: Date) -> Self {
        let counted = statements(dialect, site_id, (day, day)).into_iter();
        let counted = counted.map(|insert| {
            let (_, select) = insert
                .sql
                .split_once(") SELECT ")
                .expect("what is rolled up is selected");
            Statement {
                sql: format!("SELECT {select}"),
                params: insert.params,
            }
        });
        let mut rolled = Statement::plain("SELECT site_id, local_date, family, part, value");
        for component in COLUMNS {
            rolled.push(&format!(", {}", stored(component).unwrap_or_default()));
        }
        rolled.push(" FROM rollups WHERE site_id = ").text(site_id.as_str());
        rolled.push(&format!(" AND local_date = {}", dialect.date_value()));
        rolled.params.push(Param::Text(day.to_string()));
        Self {
            rolled,
            counted: counted.collect(),
        }
    }
}
