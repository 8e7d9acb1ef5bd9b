//! The SQL of what is answered from rolled days: one more part of a question.

use super::question::{Rolling, Table, Visitors};
use super::visit_days::name;
use super::{stored, table_of};
use crate::events::rolled::Stretches;
use crate::events::statement::{Param, Statement};
use crate::reports::compile::{Question, Span};
use crate::reports::dimensions::{self, AUDIENCE_DAYS, PAGE_DAYS, Source, VISIT_DAYS, is_of_visits_only};
use crate::reports::filters::names;
use crate::reports::metrics::{Component, Part};
use crate::reports::rows::Under;
use shared::query::{Filter, FixedDimension};

impl Rolling {
    /// The condition that rows of `alias` are of days that are not rolled up.
    pub fn raw_days(&self, question: &Question<'_>, alias: &str) -> Statement {
        within(question, alias, &self.days.raw)
    }

    /// The aggregate of a component on rows of a table; none when rolled days do not have it.
    fn sum(&self, table: &Table, component: Component) -> Option<String> {
        if !self.covers(component.part()) {
            return None;
        }
        let column = stored(component)?;
        Some(match table {
            Table::VisitDays(visitors) if component == Component::Visitors => visitors.sum(),
            _ => format!("sum(d.{column})"),
        })
    }

    /// The condition that a row of a table belongs to what is counted, beside the filters; each begins with ` AND `.
    fn kind(&self, table: &Table, components: &[Component], names_exit_page: bool) -> Statement {
        let asks = |part: Part| components.iter().any(|component| component.part() == part);
        let mut kind = Statement::default();
        let covered = |part: Part| asks(part) && self.covers(part);
        let by_family = |kind: &mut Statement, family: &str| {
            kind.push(" AND d.family = ").text(family);
            match (covered(Part::Events), covered(Part::Visits)) {
                (true, false) => kind.push(" AND d.part = 'events'"),
                (false, true) => kind.push(" AND d.part = 'visits'"),
                _ => kind,
            };
        };
        match table {
            Table::Rollups(family) | Table::LongMonths(family) => by_family(&mut kind, family),
            Table::PageDays { by, .. } => by_family(&mut kind, by.map_or("", FixedDimension::as_str)),
            Table::VisitDays(_) | Table::AudienceMonths(_) => {
                // A group in which only the other part has rows is none.
                match (covered(Part::Events), covered(Part::Visits)) {
                    (true, false) => kind.push(" AND d.events > 0"),
                    (false, true) => kind.push(" AND d.visits > 0"),
                    _ => &mut kind,
                };
                if names_exit_page {
                    kind.push(" AND d.exit_page IS NOT NULL");
                }
            }
            Table::AudienceDays(family) => {
                kind.push(" AND d.family = ").text(family.as_str());
            }
        }
        kind
    }
}

impl Table {
    /// What its columns are called, and by which table.
    fn source(&self) -> Source {
        match self {
            Table::Rollups(family) => Source {
                table: table_of(family),
                ..VISIT_DAYS
            },
            Table::LongMonths(_) => Source {
                table: dimensions::Table::LongMonths,
                ..VISIT_DAYS
            },
            Table::VisitDays(_) => VISIT_DAYS,
            Table::AudienceDays(_) => AUDIENCE_DAYS,
            Table::PageDays { .. } => PAGE_DAYS,
            Table::AudienceMonths(pair) => pair.source(),
        }
    }

    /// SQL of its rows.
    fn rows(&self) -> String {
        match self {
            Table::AudienceMonths(pair) => pair.rows(),
            _ => self.source().table.name().to_owned(),
        }
    }
}

impl Visitors {
    /// The aggregate of distinct visitors, each of whom has a number for one day.
    fn sum(&self) -> String {
        let distinct = |which: &str| format!("count(DISTINCT d.visitor) FILTER (WHERE {which})");
        match self {
            Visitors::First => "sum(d.first)".to_owned(),
            Visitors::FirstWith(attributes) => {
                let marks = attributes
                    .iter()
                    .map(|attribute| format!("d.first_{}", name(*attribute)));
                match &marks.collect::<Vec<_>>()[..] {
                    [mark] => format!("sum({mark})"),
                    marks => format!(
                        "sum(CASE WHEN d.of_day <= 2 THEN greatest({}) ELSE 0 END) + {}",
                        marks.join(", "),
                        distinct("d.of_day > 2")
                    ),
                }
            }
            // Who has one row is counted with it.
            Visitors::Distinct => format!(
                "sum(CASE WHEN d.of_day = 1 THEN 1 ELSE 0 END) + {}",
                distinct("d.of_day > 1")
            ),
        }
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
    /// The components of the days that are rolled up, and of the months that are added up: one or two more parts.
    pub(in crate::reports) fn rolled(
        &self,
        rolling: &Rolling,
        under: Under,
        components: &[Component],
        span: &Span<'_>,
    ) -> Vec<Statement> {
        let days = [(&rolling.table, &rolling.days.rolled)].into_iter();
        let months = rolling.months.iter().map(|table| (table, &rolling.days.months));
        let from = days.chain(months).filter(|(_, stretches)| !stretches.is_empty());
        from.map(|from| self.rolled_from(from, rolling, under, components, span))
            .collect()
    }

    fn rolled_from(
        &self,
        (table, stretches): (&Table, &Stretches),
        rolling: &Rolling,
        under: Under,
        components: &[Component],
        span: &Span<'_>,
    ) -> Statement {
        let source = table.source();
        let mut select = Statement::plain("SELECT ");
        for (at, dimension) in self.dimensions.iter().enumerate() {
            let value = match table {
                Table::Rollups(_) | Table::LongMonths(_) if !dimension.is_time() => Statement::plain("d.value"),
                _ => self.group(dimension, source, span),
            };
            select.append(&value).push(&format!(" AS d{at}, "));
        }
        for (at, component) in components.iter().enumerate() {
            let sum = rolling.sum(table, *component).map(|sum| self.dialect.whole(&sum));
            select.push(&format!("{} AS c{at}, ", sum.as_deref().unwrap_or("NULL")));
        }
        select.push("1 AS counted FROM ");
        let alias = source.alias;
        let mut rows = Statement::plain(format!("{} {alias} WHERE {alias}.site_id = ", table.rows()));
        rows.text(self.scope.site_id().as_str());
        rows.push(" AND ").append(&within(self, alias, stretches));
        let filters: Vec<Filter> = self.filters(under).collect();
        let filtering = self.filtering(span);
        for filter in &filters {
            rows.push(" AND ").append(&filtering.condition(filter, source));
        }
        match filters.is_empty() {
            true => select.append(&rows),
            false => select.scan(alias, &rows),
        };
        let by_exit_page = self.dimensions.iter().any(is_of_visits_only);
        let names_exit_page = by_exit_page || filters.iter().any(|filter| names(filter, &is_of_visits_only));
        select.append(&rolling.kind(table, components, names_exit_page));
        if !self.dimensions.is_empty() {
            select.push(" GROUP BY ").push(&self.group_names());
        }
        select
    }
}
