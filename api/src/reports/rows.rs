//! The rows that a question counts: of which site, when, and under which filters.

use super::compile::{Question, Span};
use super::dates::Range;
use super::dimensions::{EVENTS, Source, Table, is_of_visits_only, is_page};
use super::filters::{Filtering, join_visits, names};
use crate::events::event::ENGAGEMENT;
use crate::events::statement::{Param, Statement};

impl Question<'_> {
    /// `FROM` and `WHERE` of the rows of a table that count.
    pub(super) fn rows(&self, source: Source, span: &Span<'_>, engagement: &str) -> Statement {
        let site_id = self.scope.site_id().as_str();
        let filters = || self.scope.forced_filter().into_iter().chain(self.filters);
        let alias = source.alias;
        let mut rows = Statement::default();
        match source.table {
            Table::Visits => rows.push(&format!("visits {alias} ")),
            Table::Events => rows.push(&format!("events {alias} ")),
        };
        let joins =
            self.dimensions.iter().any(is_of_visits_only) || filters().any(|filter| names(filter, &is_of_visits_only));
        if source.table == Table::Events && joins {
            rows.append(&join_visits(source, site_id));
        }
        rows.push(&format!("WHERE {alias}.site_id = ")).text(site_id);
        match span.period.range {
            Range::Days { first, last } => {
                for (word, date) in [(">=", first), ("<=", last)] {
                    rows.push(&format!(" AND {alias}.local_date {word} {}", self.dialect.date_value()));
                    rows.params.push(Param::Text(date.to_string()));
                }
            }
            Range::Instants { from_ms, to_ms } => {
                let time_ms = time_column(source);
                rows.push(&format!(" AND {time_ms} >= ")).int(from_ms);
                rows.push(&format!(" AND {time_ms} < ")).int(to_ms);
            }
        }
        if source.table == Table::Events {
            rows.push(&format!(" AND {alias}.name {engagement} ")).text(ENGAGEMENT);
        }
        let filtering = Filtering {
            dialect: self.dialect,
            site_id,
            first_date: span.period.dates().0,
            by_entry_page: self.dimensions.iter().any(is_page),
        };
        for filter in filters() {
            rows.push(" AND ").append(&filtering.condition(filter, source));
        }
        rows
    }

    /// All visitors of the range under the same filters.
    pub(super) fn all_visitors(&self, span: &Span<'_>) -> Statement {
        let all = Question {
            dimensions: &[],
            ..*self
        };
        let mut select = Statement::plain("SELECT count(DISTINCT e.visitor) FROM ");
        // Whether a filter on pages means entry pages depends on the dimensions for visits only; these are events.
        select.append(&all.rows(EVENTS, span, "<>"));
        select
    }
}

/// An event's instant, or that of a visit's beginning.
pub(super) fn time_column(source: Source) -> String {
    let name = if source.table == Table::Visits {
        "start_ms"
    } else {
        "time_ms"
    };
    format!("{}.{name}", source.alias)
}
