//! From a question to one statement.
//!
//! Each part (events, visits, engagement) is grouped by itself and answers a row a group; the parts are laid on top of one
//! another and each group's numbers are picked out. A comparison is the same once more over the other period, joined by
//! the group, with buckets of time joined by their position.

use super::buckets::Buckets;
use super::dates::Period;
use super::dimensions::{EVENTS, Source, VISITS, column};
use super::filters::labelled;
use super::metrics::{Part, is_count, part_of, sql};
use super::rows::time_column;
use crate::auth::scope::Scope;
use crate::events::dialect::Dialect;
use crate::events::statement::Statement;
use shared::query::{Dimension, Direction, Filter, Metric, OrderBy, OrderKey, Pagination};

/// A question, checked, with its words resolved.
#[derive(Debug)]
pub struct Question<'a> {
    /// Whose numbers, and what of them.
    pub scope: &'a Scope,
    /// How the engine spells.
    pub dialect: Dialect,
    /// What to count.
    pub metrics: &'a [Metric],
    /// What to group by.
    pub dimensions: &'a [Dimension],
    /// What the caller asks to hold.
    pub filters: &'a [Filter],
    /// The order of the rows.
    pub order_by: &'a [OrderBy],
    /// Which rows.
    pub pagination: Pagination,
}

/// A period with its buckets, where rows are grouped by time.
#[derive(Debug)]
pub struct Span<'a> {
    /// The period.
    pub period: &'a Period,
    /// The buckets.
    pub buckets: Option<&'a Buckets>,
}

impl Question<'_> {
    /// The whole statement. Its columns: each dimension, each metric, each metric of the other period if there is one, the
    /// number of rows without pagination.
    pub fn statement(&self, main: &Span<'_>, other: Option<&Span<'_>>) -> Statement {
        let mut whole = Statement::plain("WITH main AS (");
        whole.append(&self.groups(main)).push(")");
        if let Some(other) = other {
            whole.push(", other AS (").append(&self.groups(other)).push(")");
        }
        let mut columns: Vec<String> = (0..self.dimensions.len()).map(|at| format!("main.d{at}")).collect();
        columns.extend((0..self.metrics.len()).map(|at| format!("main.m{at}")));
        if other.is_some() {
            columns.extend((0..self.metrics.len()).map(|at| format!("other.m{at}")));
        }
        columns.push("count(*) OVER ()".to_owned());
        whole.push(&format!(" SELECT {} FROM main", columns.join(", ")));
        if other.is_some() {
            let same: Vec<String> = (0..self.dimensions.len())
                .map(|at| format!("main.d{at} = other.d{at}"))
                .collect();
            let same = if same.is_empty() {
                "1 = 1".to_owned()
            } else {
                same.join(" AND ")
            };
            whole.push(&format!(" LEFT JOIN other ON {same}"));
        }
        whole.append(&self.order());
        whole.push(" LIMIT ").int(i64::from(self.pagination.limit));
        whole.push(" OFFSET ").int(i64::from(self.pagination.offset));
        whole
    }

    /// One row a group of a period.
    fn groups(&self, span: &Span<'_>) -> Statement {
        let mut parts: Vec<Part> = self
            .metrics
            .iter()
            .map(|metric| part_of(*metric, self.dimensions))
            .collect();
        parts.sort_by_key(|part| *part as u8);
        parts.dedup();
        // A page that only engagement of an earlier view belongs to makes no row beside counted ones.
        let counted = |part: Part| part != Part::Engagement || parts.len() == 1;
        let mut groups = Statement::plain("SELECT ");
        for at in 0..self.dimensions.len() {
            groups.push(&format!("d{at}, "));
        }
        for (at, metric) in self.metrics.iter().enumerate() {
            groups.push(if at > 0 { ", " } else { "" });
            match metric {
                Metric::Percentage => {
                    groups.push(&format!("100.0 * max(m{at}) / nullif(("));
                    groups.append(&self.all_visitors(span)).push(&format!("), 0) AS m{at}"));
                }
                metric if is_count(*metric) => {
                    groups
                        .push(&self.dialect.whole(&format!("coalesce(max(m{at}), 0)")))
                        .push(&format!(" AS m{at}"));
                }
                _ => {
                    groups.push(&format!("max(m{at}) AS m{at}"));
                }
            }
        }
        groups.push(" FROM (");
        for (at, part) in parts.iter().enumerate() {
            groups.push(if at > 0 { " UNION ALL " } else { "" });
            groups.append(&self.part(*part, counted(*part), span));
        }
        groups.push(") parts");
        if !self.dimensions.is_empty() {
            groups
                .push(" GROUP BY ")
                .push(&self.group_names())
                .push(" HAVING max(counted) = 1");
        }
        groups
    }

    fn group_names(&self) -> String {
        (0..self.dimensions.len())
            .map(|at| format!("d{at}"))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The metrics of one part, and nothing in the place of the others.
    fn part(&self, part: Part, counted: bool, span: &Span<'_>) -> Statement {
        let source = if part == Part::Visits { VISITS } else { EVENTS };
        let inner = part == Part::Engagement;
        let mut select = Statement::plain("SELECT ");
        for (at, dimension) in self.dimensions.iter().enumerate() {
            match inner {
                true => select.push(&format!("d{at}, ")),
                false => select
                    .append(&self.group(dimension, source, span))
                    .push(&format!(" AS d{at}, ")),
            };
        }
        for (at, metric) in self.metrics.iter().enumerate() {
            let mine = part_of(*metric, self.dimensions) == part;
            select.push(&format!(
                "{} AS m{at}, ",
                if mine { sql(*metric, part) } else { "NULL" }
            ));
        }
        select.push(&format!("{} AS counted FROM ", u8::from(counted)));
        match inner {
            true => select.push("(").append(&self.engagement(span)).push(") pages"),
            false => select.append(&self.rows(source, span, "<>")),
        };
        if !self.dimensions.is_empty() {
            select.push(" GROUP BY ").push(&self.group_names());
        }
        select
    }

    /// Time and depth of each page in each visit.
    fn engagement(&self, span: &Span<'_>) -> Statement {
        let mut select = Statement::plain("SELECT ");
        for (at, dimension) in self.dimensions.iter().enumerate() {
            select
                .append(&self.group(dimension, EVENTS, span))
                .push(&format!(" AS d{at}, "));
        }
        select.push("sum(e.engagement_ms) AS engagement_ms, max(e.scroll_depth) AS scroll_depth FROM ");
        select.append(&self.rows(EVENTS, span, "="));
        select.push(" GROUP BY e.visit_id, e.hostname, e.pathname");
        if !self.dimensions.is_empty() {
            select.push(", ").push(&self.group_names());
        }
        select
    }

    /// What a dimension groups by.
    fn group(&self, dimension: &Dimension, source: Source, span: &Span<'_>) -> Statement {
        match (dimension.is_time(), span.buckets) {
            (true, Some(buckets)) => {
                let (time_ms, local_date) = (time_column(source), format!("{}.local_date", source.alias));
                Statement::plain(buckets.sql(self.dialect, &time_ms, &local_date))
            }
            _ => labelled(self.dialect, &column(dimension, source)),
        }
    }

    /// The order that was asked, then by the names, so that pages of rows never overlap.
    fn order(&self) -> Statement {
        let mut keys = Vec::new();
        for OrderBy(key, direction) in self.order_by {
            let column = match key {
                OrderKey::Metric(metric) => position(self.metrics, metric).map(|at| format!("main.m{at}")),
                OrderKey::Dimension(dimension) => position(self.dimensions, dimension).map(|at| format!("main.d{at}")),
            };
            let word = if *direction == Direction::Asc { "ASC" } else { "DESC" };
            keys.extend(column.map(|column| format!("{column} {word} NULLS LAST")));
        }
        keys.extend((0..self.dimensions.len()).map(|at| format!("main.d{at} ASC NULLS LAST")));
        if keys.is_empty() {
            return Statement::default();
        }
        Statement::plain(format!(" ORDER BY {}", keys.join(", ")))
    }
}

fn position<T: PartialEq>(words: &[T], word: &T) -> Option<usize> {
    words.iter().position(|known| known == word)
}
