//! Which part of a question is answered from rollups, and its SQL.

use super::{family_of, stored};
use crate::events::rolled::{Split, Stretches};
use crate::events::statement::{Param, Statement};
use crate::reports::compile::{Question, Span};
use crate::reports::dates::Range;
use crate::reports::dimensions::{Column, EVENTS, Source, empty_label};
use crate::reports::filters::labelled;
use crate::reports::metrics::{Component, Part, whole_of};
use shared::query::{Dimension, FixedDimension};

/// More stretches than these, and the rows are asked: the condition would be longer than its worth.
const MOST_STRETCHES: usize = 60;
const ROLLUPS: Source = Source { alias: "r", ..EVENTS };

/// How a period is answered: by family, and which of its days.
#[derive(Clone, Debug)]
pub struct Rolling {
    family: &'static str,
    days: Split,
}

impl Rolling {
    /// How a question is answered over a period whose days are told apart; none when rollups do not have what it asks.
    pub fn of(question: &Question<'_>, split: impl FnOnce(&Range) -> Option<Split>, range: &Range) -> Option<Self> {
        use FixedDimension::{TimeDay, TimeMonth, TimeWeek};
        let has_filters = question.scope.forced_filter().is_some() || !question.filters.is_empty();
        if has_filters || !matches!(range, Range::Days { .. }) {
            return None;
        }
        let is_whole = |dimension: &&Dimension| matches!(dimension, Dimension::Fixed(TimeDay | TimeWeek | TimeMonth));
        let mut families = question.dimensions.iter().filter(|dimension| !is_whole(dimension));
        let family = families.next().map_or(Some(""), family_of)?;
        let is_sum = |component: &Component| stored(*component).is_some();
        let is_whole_of_something = |metric| whole_of(metric, question.dimensions).is_some();
        if families.next().is_some()
            || !question.components().iter().all(is_sum)
            || question.metrics.iter().copied().any(is_whole_of_something)
        {
            return None;
        }
        let days = split(range)?;
        let is_worth_it = !days.rolled.is_empty() && days.rolled.len() + days.raw.len() <= MOST_STRETCHES;
        is_worth_it.then_some(Self { family, days })
    }

    /// True when the rows have something to add.
    pub fn has_raw(&self) -> bool {
        !self.days.raw.is_empty()
    }

    /// The condition that rows of `alias` are of days that are not rolled up.
    pub fn raw_days(&self, question: &Question<'_>, alias: &str) -> Statement {
        within(question, alias, &self.days.raw)
    }
}

fn within(question: &Question<'_>, alias: &str, stretches: &Stretches) -> Statement {
    let date = question.dialect.date_value();
    let mut within = Statement::plain("(");
    for (at, (first, last)) in stretches.iter().enumerate() {
        within.push(if at > 0 { " OR " } else { "" });
        within.push(&format!("{alias}.local_date BETWEEN {date} AND {date}"));
        within
            .params
            .extend([first, last].map(|date| Param::Text(date.to_string())));
    }
    within.push(")");
    within
}

impl Question<'_> {
    /// The components of the days that are rolled up: one more part.
    pub(in crate::reports) fn rolled(&self, rolling: &Rolling, components: &[Component], span: &Span<'_>) -> Statement {
        let mut select = Statement::plain("SELECT ");
        for (at, dimension) in self.dimensions.iter().enumerate() {
            let value = match dimension {
                Dimension::Fixed(fixed) if !dimension.is_time() => labelled(
                    self.dialect,
                    &Column {
                        sql: format!("{}.value", ROLLUPS.alias),
                        key: None,
                        empty: empty_label(*fixed),
                    },
                ),
                _ => self.group(dimension, ROLLUPS, span),
            };
            select.append(&value).push(&format!(" AS d{at}, "));
        }
        let mut parts = Vec::new();
        for (at, component) in components.iter().enumerate() {
            let column = stored(*component).unwrap_or_default();
            let sum = self.dialect.whole(&format!("sum({}.{column})", ROLLUPS.alias));
            select.push(&format!("{sum} AS c{at}, "));
            let part = if component.part() == Part::Visits {
                "visits"
            } else {
                "events"
            };
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        select.push("1 AS counted FROM rollups r WHERE r.site_id = ");
        select.text(self.scope.site_id().as_str());
        select.push(" AND r.family = ").text(rolling.family);
        select.push(" AND (");
        for (at, part) in parts.into_iter().enumerate() {
            select
                .push(if at > 0 { " OR " } else { "" })
                .push("r.part = ")
                .text(part);
        }
        select
            .push(") AND ")
            .append(&within(self, ROLLUPS.alias, &rolling.days.rolled));
        if !self.dimensions.is_empty() {
            select.push(" GROUP BY ").push(&self.group_names());
        }
        select
    }
}
