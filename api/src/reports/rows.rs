//! The rows that a question counts: of which site, when, and under which filters.

use super::compile::{Question, Span};
use super::dates::Range;
use super::dimensions::{EVENTS, REACHING, Source, Table, VISITS, is_of_visits_only, is_page, is_prop};
use super::filters::{Filtering, join_visits, names};
use super::goals::is_goal;
use super::metrics::{Component, Whole};
use super::rollups::Rolling;
use crate::events::event::ENGAGEMENT;
use crate::events::statement::{Param, Statement};
use shared::query::{Filter, Metric};

/// Which of the caller's filters hold. The scope's always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// All of them.
    Everything,
    /// All but the plain ones of goals and properties: of everyone who could have reached the goal.
    EverythingButGoals,
}

impl Under {
    pub(super) fn keeps(self, filter: &Filter) -> bool {
        let Filter::Compare(compare) = filter else {
            return true;
        };
        self == Under::Everything || !(is_goal(&compare.dimension) || is_prop(&compare.dimension))
    }
}

impl Question<'_> {
    /// `FROM` and `WHERE` of the rows of a table that count.
    pub(super) fn rows(&self, source: Source, span: &Span<'_>, engagement: &str, under: Under) -> Statement {
        let site_id = self.scope.site_id().as_str();
        let filters: Vec<Filter> = self.filters(under).collect();
        let alias = source.alias;
        let by_goal = source.table == Table::Events && self.dimensions.iter().any(is_goal);
        let mut rows = Statement::default();
        match by_goal {
            true => rows.push("(").append(&self.goals_reached(span)).push(")"),
            false => rows.push(source.table.name()),
        };
        rows.push(&format!(" {alias} "));
        if self.joins_visits(source, under) {
            rows.append(&join_visits(source, site_id));
        }
        rows.append(&self.within(source, span));
        if by_goal {
            rows.push(&format!(" AND {alias}.goal IS NOT NULL"));
        }
        if source.table == Table::Events {
            rows.push(&format!(" AND {alias}.name {engagement} ")).text(ENGAGEMENT);
        }
        let filtering = self.filtering(span);
        for filter in &filters {
            rows.push(" AND ").append(&filtering.condition(filter, source));
        }
        rows
    }

    /// Appends the rows of a table that count, of days that are not rolled up if any are; as rows that other questions may read too
    /// where a filter makes them few beside those that are looked at. To find all is cheaper than to keep them.
    pub(super) fn push_rows<'a>(
        &self,
        to: &'a mut Statement,
        source: Source,
        span: &Span<'_>,
        under: Under,
        rolling: Option<&Rolling>,
    ) -> &'a mut Statement {
        let mut rows = self.rows(source, span, "<>", under);
        if let Some(rolling) = rolling {
            rows.push(" AND ").append(&rolling.raw_days(self, source.alias));
        }
        let is_filtered = self.filters(under).next().is_some();
        match is_filtered && !self.joins_visits(source, under) {
            true => to.scan(source.alias, &rows),
            false => to.append(&rows),
        }
    }

    /// True where rows of events are joined with their visits.
    fn joins_visits(&self, source: Source, under: Under) -> bool {
        let by_visit = self.dimensions.iter().any(is_of_visits_only);
        let names_visit = || self.filters(under).any(|filter| names(&filter, &is_of_visits_only));
        source.table == Table::Events && (by_visit || names_visit())
    }

    /// `WHERE` of the site and the range.
    pub(super) fn within(&self, source: Source, span: &Span<'_>) -> Statement {
        let alias = source.alias;
        let mut within = Statement::plain(format!("WHERE {alias}.site_id = "));
        within.text(self.scope.site_id().as_str());
        match span.period.range {
            Range::Days { first, last } => {
                for (word, date) in [(">=", first), ("<=", last)] {
                    within.push(&format!(" AND {alias}.local_date {word} {}", self.dialect.date_value()));
                    within.params.push(Param::Text(date.to_string()));
                }
            }
            Range::Instants { from_ms, to_ms } => {
                let time_ms = time_column(source);
                within.push(&format!(" AND {time_ms} >= ")).int(from_ms);
                within.push(&format!(" AND {time_ms} < ")).int(to_ms);
            }
        }
        within
    }

    pub(super) fn filtering(&self, span: &Span<'_>) -> Filtering<'_> {
        Filtering {
            dialect: self.dialect,
            site_id: self.scope.site_id().as_str(),
            first_date: span.period.dates().0,
            by_entry_page: self.dimensions.iter().any(is_page),
        }
    }

    /// The events of the range that reach a goal, once for each that they reach, as `goal`.
    fn goals_reached(&self, span: &Span<'_>) -> Statement {
        let filtering = self.filtering(span);
        let conditions = self
            .goals
            .iter()
            .map(|goal| filtering.condition(&goal.reached_by, REACHING));
        let conditions: Vec<Statement> = conditions.collect();
        let (mut names, mut currencies) = (Statement::default(), Statement::default());
        let (mut any, mut between) = (Statement::plain("1 = 0"), "");
        for (goal, reached) in self.goals.iter().zip(&conditions) {
            names
                .push(between)
                .push("CASE WHEN ")
                .append(reached)
                .push(" THEN ")
                .text(goal.name.clone())
                .push(" END");
            currencies.push(between).text(goal.currency.clone().unwrap_or_default());
            any.push(" OR ").append(reached);
            between = ", ";
        }
        let mut select = Statement::plain(format!("SELECT {}.*, ", REACHING.alias));
        select.append(&self.dialect.each_pair((&names, "goal"), (&currencies, "goal_currency")));
        select.push(&format!(" FROM events {} ", REACHING.alias));
        select
            .append(&self.within(REACHING, span))
            .push(" AND (")
            .append(&any)
            .push(")");
        select
    }

    /// The first day of the range on which something is seen, as a number; null where nothing is.
    pub(super) fn first_day(&self, span: &Span<'_>) -> Statement {
        let mut select = Statement::plain(format!(
            "SELECT {} FROM (SELECT v.local_date FROM ",
            self.dialect.day_number("min(local_date)")
        ));
        select.append(&self.rows(VISITS, span, "<>", Under::Everything));
        if let Ok(family) = self.family(span) {
            select.push(" UNION ALL SELECT i.local_date FROM ");
            select.append(&self.imported_rows(family, span));
        }
        select.push(") days");
        select
    }

    /// All visitors of the range, one row of one column `visitors`.
    pub(super) fn all_visitors(&self, whole: Whole, span: &Span<'_>) -> Statement {
        let all = Question {
            dimensions: &[],
            metrics: &[Metric::Visitors],
            ..*self
        };
        let under = match whole {
            Whole::Visitors => Under::Everything,
            Whole::Everyone => Under::EverythingButGoals,
        };
        let rolling = all.rolling(under, span);
        let mut parts = Vec::new();
        if let Some(rolling) = &rolling {
            parts.extend(all.rolled(rolling, under, &[Component::Visitors], span));
        }
        if rolling.as_ref().is_none_or(Rolling::has_raw) {
            let mut part = Statement::plain("SELECT count(DISTINCT e.visitor) AS c0, 1 AS counted FROM ");
            // Whether a filter on pages means entry pages depends on the dimensions for visits only; these are events.
            all.push_rows(&mut part, EVENTS, span, under, rolling.as_ref());
            parts.push(part);
        }
        let sum = if parts.len() == 1 { "c0" } else { "sum(c0)" };
        let mut select = Statement::plain(format!("SELECT {}", self.dialect.whole(&format!("coalesce({sum}, 0)"))));
        // A share of numbers without imported ones is a share of visitors without them.
        let counts_imported = self.has_imports && self.family(span).is_ok();
        if let Some(imported) = all.imported_visitors(span).filter(|_| counts_imported) {
            select.push(" + ").append(&imported);
        }
        for (at, part) in parts.iter().enumerate() {
            let between = if at > 0 { " UNION ALL " } else { " AS visitors FROM (" };
            select.push(between).append(part);
        }
        select.push(") everybody");
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
