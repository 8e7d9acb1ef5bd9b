//! Answering questions.

use super::buckets::{Buckets, Step};
use super::checks::{self, check};
use super::comparison;
use super::compile::{Question, Span};
pub use super::dates::date;
use super::dates::{Period, Range};
use super::desk::Desk;
use super::funnel;
pub use super::funnel::Steps;
use super::goals as asked;
use super::imported;
use super::labels::Labels;
use crate::auth::scope::Scope;
use crate::error::{Error, Result};
use crate::events::Events;
use crate::events::statement::{Cell, Statement};
use crate::kit::clock::Clock;
use futures_util::StreamExt;
use futures_util::stream;
use jiff::civil::Date;
use shared::funnel::{FunnelQuery, FunnelResult};
use shared::query::{DateRange, Dimension, Direction, Filter, OrderBy, OrderKey, Query, QueryBatch};
use shared::query_result::{Meta, QueryEcho, QueryResult};

/// Questions of one batch that are computed at once.
const AT_ONCE: usize = 4;
/// Questions of one batch.
pub const MAX_BATCH: usize = 20;

/// Answers a question about the site of the scope.
pub async fn answer(desk: &Desk, query: Query) -> Result<QueryResult> {
    let Desk {
        events,
        clock,
        scope,
        goals,
        ..
    } = desk;
    check_within(scope, &query)?;
    let _turn = scope.turn().await?;
    let period = period_of(events, clock, scope, &query.date_range).await?;
    let other = query
        .include
        .comparison
        .as_ref()
        .map(|asked| comparison::other(&period, asked))
        .transpose()?;

    let time = query.dimensions.iter().position(Dimension::is_time);
    let step = time.map(|at| (at, step_of(&query.dimensions[at], &period)));
    let resolved = |dimension: &Dimension| match step {
        Some((_, step)) if dimension.is_time() => Dimension::Fixed(step.dimension()),
        _ => dimension.clone(),
    };
    let dimensions: Vec<Dimension> = query.dimensions.iter().map(resolved).collect();
    let order_by = order(&query, &dimensions, &resolved);
    let buckets = |period: &Period| {
        step.map(|(at, step)| Buckets::of(step, period, &format!("/dimensions/{at}")))
            .transpose()
    };
    let (main_buckets, other_buckets) = (buckets(&period)?, other.as_ref().map(buckets).transpose()?.flatten());

    let question = Question {
        scope,
        dialect: events.dialect(),
        metrics: &query.metrics,
        dimensions: &dimensions,
        goals,
        filters: &query.filters,
        order_by: &order_by,
        pagination: query.pagination,
        has_imports: desk.counts_imports
            && imported::has_days(events, scope.site_id(), [&period].into_iter().chain(&other)).await?,
    };
    let labels = Labels {
        main: main_buckets.as_ref(),
        other: other_buckets.as_ref(),
    };
    // A day that was changed while the question ran makes the answer one of nothing that ever was: ask the rows.
    let generation = events.rolled_generation();
    let rolled = |period: &Period| match period.range {
        Range::Days { first, last } => Some(events.rolled_days(scope.site_id(), first, last)),
        Range::Instants { .. } => None,
    };
    let mut main_span = Span {
        period: &period,
        buckets: main_buckets.as_ref(),
        rolled: rolled(&period),
    };
    let mut other_span = other.as_ref().map(|period| Span {
        period,
        buckets: other_buckets.as_ref(),
        rolled: rolled(period),
    });
    let mut rows = events
        .ask(scope.site_id(), question.statement(&main_span, other_span.as_ref()))
        .await?;
    if events.rolled_generation() != generation {
        main_span.rolled = None;
        if let Some(other_span) = &mut other_span {
            other_span.rolled = None;
        }
        rows = events
            .ask(scope.site_id(), question.statement(&main_span, other_span.as_ref()))
            .await?;
    }
    let imports = question.has_imports.then(|| question.family(&main_span));
    let mut total_rows = rows.first().and_then(|row| row.last()).and_then(Cell::as_int);
    if total_rows.is_none() && query.include.total_rows && query.pagination.offset > 0 {
        // A page beyond the last row carries no count.
        let mut whole = question;
        whole.pagination.offset = 0;
        whole.pagination.limit = 1;
        let first = events
            .ask(scope.site_id(), whole.statement(&main_span, other_span.as_ref()))
            .await?;
        total_rows = first.first().and_then(|row| row.last()).and_then(Cell::as_int);
    }

    let results = rows
        .into_iter()
        .map(|cells| labels.row(cells, &query.metrics, &dimensions, other.is_some()));
    let results = results.collect();
    let asked_labels = |buckets: Option<&Buckets>| {
        buckets
            .filter(|_| query.include.time_labels)
            .map(|buckets| buckets.labels.clone())
    };
    let present = main_buckets
        .as_ref()
        .and_then(|buckets| buckets.at(&period, clock.now_ms()).map(|at| buckets.labels[at].clone()));
    Ok(QueryResult {
        results,
        meta: Meta {
            time_labels: asked_labels(main_buckets.as_ref()),
            comparison_time_labels: asked_labels(other_buckets.as_ref()),
            present_label: present,
            total_rows: query
                .include
                .total_rows
                .then(|| u64::try_from(total_rows.unwrap_or(0)).unwrap_or(0)),
            segment: scope.segment().cloned(),
            imports_included: imports.map(|family| family.is_ok()),
            imports_skip_reason: imports.and_then(|family| family.err()).map(str::to_owned),
        },
        query: QueryEcho {
            metrics: query.metrics,
            date_range: period.echo(),
            comparison_date_range: other.as_ref().map(Period::echo),
            dimensions,
            filters: query.filters,
            order_by,
            pagination: query.pagination,
            include: query.include,
        },
    })
}

/// Checks a question as it will be computed: a metric that has no meaning under the scope's filter is refused, as it is
/// for the owner who asks with that filter.
fn check_within(scope: &Scope, query: &Query) -> Result<()> {
    let Some(forced) = scope.forced_filter() else {
        return check(query);
    };
    let mut whole = query.clone();
    whole.filters.push(forced.clone());
    check(&whole)
}

/// Checks filters that are kept to be asked later, the field `/filters` of a body.
pub fn check_filters(filters: &[Filter]) -> Result<()> {
    checks::check_filters(filters)
}

/// Answers how far the visits of a range came through a funnel.
pub async fn funnel(
    events: &Events,
    clock: &Clock,
    scope: &Scope,
    funnel: Steps<'_>,
    asked: FunnelQuery,
) -> Result<FunnelResult> {
    let _turn = scope.turn().await?;
    let period = period_of(events, clock, scope, &asked.date_range).await?;
    funnel::answer(events, &period, scope, funnel, &asked).await
}

/// The period of a date range in the scope's site.
pub(super) async fn period_of(events: &Events, clock: &Clock, scope: &Scope, range: &DateRange) -> Result<Period> {
    let first_day = match range {
        DateRange::All => first_day(events, scope).await?,
        _ => None,
    };
    Period::of(range, scope.zone(), clock.now(), first_day)
}

/// True when one of the filters names the goal.
pub fn name_goal(filters: &[Filter], goal: &str) -> bool {
    filters.iter().any(|filter| asked::names(filter, goal))
}

/// Answers the questions of a batch, a few at once, in order; each has an outcome of its own.
pub async fn answer_batch(desk: &Desk, batch: QueryBatch) -> Result<Vec<Result<QueryResult>>> {
    if !(1..=MAX_BATCH).contains(&batch.queries.len()) {
        return Err(Error::field(
            "/queries",
            "out_of_range",
            format!("1 to {MAX_BATCH} queries"),
        ));
    }
    let answers = batch.queries.into_iter().map(|query| desk.answer(query));
    Ok(stream::iter(answers).buffered(AT_ONCE).collect().await)
}

async fn first_day(events: &Events, scope: &Scope) -> Result<Option<Date>> {
    let mut statement = Statement::plain(format!(
        "SELECT {} FROM (SELECT local_date FROM visits WHERE site_id = ",
        events.dialect().day_number("min(local_date)")
    ));
    statement.text(scope.site_id().as_str());
    statement.push(" UNION ALL SELECT local_date FROM imported_days WHERE site_id = ");
    statement.text(scope.site_id().as_str()).push(") days");
    let rows = events.ask(scope.site_id(), statement).await?;
    let days = rows.first().and_then(|row| row.first()).and_then(Cell::as_int);
    Ok(days.map(|days| jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(days))))
}

fn step_of(dimension: &Dimension, period: &Period) -> Step {
    match dimension {
        Dimension::Fixed(fixed) => Step::of(*fixed, period),
        Dimension::Prop(_) => Step::Day,
    }
}

/// The order that was asked; otherwise by time, or by the first metric from the largest on.
fn order(query: &Query, dimensions: &[Dimension], resolved: &dyn Fn(&Dimension) -> Dimension) -> Vec<OrderBy> {
    if !query.order_by.is_empty() {
        let key = |key: &OrderKey| match key {
            OrderKey::Dimension(dimension) => OrderKey::Dimension(resolved(dimension)),
            OrderKey::Metric(metric) => OrderKey::Metric(*metric),
        };
        return query
            .order_by
            .iter()
            .map(|order| OrderBy(key(&order.0), order.1))
            .collect();
    }
    let time = dimensions.iter().filter(|dimension| dimension.is_time());
    let time = time.map(|dimension| OrderBy(OrderKey::Dimension(dimension.clone()), Direction::Asc));
    let metric = query.metrics.first().filter(|_| !dimensions.is_empty());
    time.chain(metric.map(|metric| OrderBy(OrderKey::Metric(*metric), Direction::Desc)))
        .collect()
}
