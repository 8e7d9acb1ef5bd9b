//! How far visits come through steps in order.

use super::checks::check_filters;
use super::compile::{Question, Span};
use super::dates::Period;
use super::dimensions::{REACHING, VISITS};
use super::rows::Under;
use crate::auth::scope::Scope;
use crate::error::Result;
use crate::events::Events;
use crate::events::statement::{Param, Statement};
use crate::goals::model::KnownGoal;
use shared::funnel::{FunnelQuery, FunnelResult, FunnelStep};
use shared::query::Pagination;

/// A funnel with its goals.
#[derive(Clone, Copy, Debug)]
pub struct Steps<'a> {
    /// The funnel's name.
    pub name: &'a str,
    /// The goals of its steps, in order.
    pub steps: &'a [KnownGoal],
    /// All goals of the site, which filters may name.
    pub goals: &'a [KnownGoal],
}

/// Answers how many visitors reached each step in a visit that began in the range.
pub(super) async fn answer(
    events: &Events,
    period: &Period,
    scope: &Scope,
    funnel: Steps<'_>,
    asked: &FunnelQuery,
) -> Result<FunnelResult> {
    check_filters(&asked.filters)?;
    let question = Question {
        scope,
        dialect: events.dialect(),
        metrics: &[],
        dimensions: &[],
        goals: funnel.goals,
        filters: &asked.filters,
        order_by: &[],
        has_imports: false,
        pagination: Pagination::default(),
        counts_rows: false,
        has_wholes_apart: false,
    };
    let span = Span {
        period,
        buckets: None,
        rolled: None,
    };
    let rows = events
        .ask(scope.site_id(), question.funnel(&span, funnel.steps))
        .await?;
    let counts = rows.into_iter().next().unwrap_or_default();
    let counts: Vec<i64> = counts.iter().map(|cell| cell.as_int().unwrap_or(0)).collect();
    let visitors = counts.first().copied().unwrap_or(0);
    let reached = counts.get(1..).unwrap_or_default();
    let percent = |part: i64, whole: i64| {
        let percent = part as f64 / whole as f64 * 100.0;
        (whole > 0).then(|| (percent * 100.0).round() / 100.0)
    };
    let steps = funnel.steps.iter().zip(reached).zip(&counts);
    Ok(FunnelResult {
        name: funnel.name.to_owned(),
        visitors,
        steps: steps
            .map(|((goal, count), before)| FunnelStep {
                name: goal.name.clone(),
                visitors: *count,
                of_entering: percent(*count, reached.first().copied().unwrap_or(0)),
                of_previous: percent(*count, *before),
            })
            .collect(),
    })
}

impl Question<'_> {
    /// The visitors of all visits, and those of the visits that reached each step. The earliest event that reaches a step
    /// after the one before is as good as any later one, so one instant a visit and step is enough.
    fn funnel(&self, span: &Span<'_>, steps: &[KnownGoal]) -> Statement {
        let mut whole = Statement::plain("WITH begun AS (SELECT v.visit_id, v.visitor FROM ");
        whole
            .append(&self.rows(VISITS, span, "<>", Under::Everything))
            .push(")");
        let event = self.dialect.pair(&format!("{0}.time_ms, {0}.event_id", REACHING.alias));
        let first_date = span.period.dates().0.to_string();
        for (at, goal) in steps.iter().enumerate() {
            let alias = REACHING.alias;
            whole.push(&format!(
                ", s{at} AS (SELECT {alias}.visit_id, min({event}) AS reached FROM events {alias} "
            ));
            match at.checked_sub(1) {
                None => whole.push(&format!("JOIN begun p ON p.visit_id = {alias}.visit_id ")),
                Some(before) => whole.push(&format!(
                    "JOIN s{before} p ON p.visit_id = {alias}.visit_id AND {event} > p.reached "
                )),
            };
            whole
                .push(&format!("WHERE {alias}.site_id = "))
                .text(self.scope.site_id().as_str());
            whole.push(&format!(
                " AND {alias}.local_date >= {} AND ",
                self.dialect.date_value()
            ));
            whole.params.push(Param::Text(first_date.clone()));
            whole.append(&self.filtering(span).condition(&goal.reached_by, REACHING));
            whole.push(&format!(" GROUP BY {alias}.visit_id)"));
        }
        whole.push(" SELECT (SELECT count(DISTINCT visitor) FROM begun)");
        for at in 0..steps.len() {
            whole.push(&format!(
                ", (SELECT count(DISTINCT begun.visitor) FROM begun JOIN s{at} ON s{at}.visit_id = begun.visit_id)"
            ));
        }
        whole
    }
}
