//! Answering questions.

use super::asked::Asked;
use super::checks;
use super::compile::{Question, Span};
use super::dates::Period;
pub use super::dates::date;
use super::desk::Desk;
use super::funnel;
pub use super::funnel::Steps;
use super::goals;
use super::patterns;
use crate::auth::scope::Scope;
use crate::error::{Error, Result};
use crate::events::Events;
use crate::events::statement::{Cell, Statement};
use crate::events::together::Member;
use crate::goals::model::KnownGoal;
use crate::kit::clock::Clock;
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use futures_util::stream;
use jiff::civil::Date;
use shared::funnel::{FunnelQuery, FunnelResult};
use shared::query::{DateRange, Filter, Metric, Pagination, Query, QueryBatch};
use shared::query_result::QueryResult;

/// Questions of one batch that are computed at once.
const AT_ONCE: usize = 4;
/// Questions of one batch.
pub const MAX_BATCH: usize = 20;

/// Answers a question about the site of the scope.
pub async fn answer(desk: &Desk, query: Query) -> Result<QueryResult> {
    let _turn = desk.scope.turn().await?;
    let asked = Asked::prepare(desk, query).await?;
    let answers = desk.events.ask_together(desk.scope.site_id(), asked.members());
    asked.finish(try_join_all(answers).await?).await
}

/// Checks filters that are kept to be asked later, the field `/filters` of a body.
pub fn check_filters(filters: &[Filter]) -> Result<()> {
    checks::check_filters(filters)
}

/// Has the engine judge the regular expressions of filters that are kept, the field `/filters` of a body.
pub async fn check_patterns(events: &Events, filters: &[Filter]) -> Result<()> {
    patterns::check(events, filters).await
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
    let period = period_of(events, clock, scope, funnel.goals, &asked.date_range).await?;
    funnel::answer(events, &period, scope, funnel, &asked).await
}

/// The period of a date range in the scope's site.
pub(super) async fn period_of(
    events: &Events,
    clock: &Clock,
    scope: &Scope,
    goals: &[KnownGoal],
    range: &DateRange,
) -> Result<Period> {
    let of = |first_day| Period::of(range, scope.zone(), clock.now(), first_day);
    if !matches!(range, DateRange::All) {
        return of(None);
    }
    let whole = of(first_day(events, scope).await?)?;
    if scope.forced_filter().is_none() {
        return Ok(whole);
    }
    // Whoever sees a part learns nothing of when the rest began.
    let part = Question {
        scope,
        dialect: events.dialect(),
        metrics: &[Metric::Visitors],
        dimensions: &[],
        goals,
        filters: &[],
        order_by: &[],
        has_imports: true,
        pagination: Pagination { limit: 1, offset: 0 },
        counts_rows: false,
        has_wholes_apart: false,
    };
    let span = Span {
        period: &whole,
        buckets: None,
        rolled: None,
    };
    of(day_of(events, scope, part.first_day(&span)).await?)
}

/// True when one of the filters names the goal.
pub fn name_goal(filters: &[Filter], goal: &str) -> bool {
    filters.iter().any(|filter| goals::names(filter, goal))
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
    if patterns::count(batch.queries.iter().flat_map(|query| &query.filters)) > patterns::MAX_PATTERNS {
        let detail = format!("at most {} different regular expressions", patterns::MAX_PATTERNS);
        return Err(Error::field("/queries", "too_many", detail));
    }
    let prepare = async |query| {
        let _turn = desk.scope.turn().await?;
        Asked::prepare(desk, query).await
    };
    let prepared = stream::iter(batch.queries.into_iter().map(prepare)).buffered(AT_ONCE);
    let prepared: Vec<Result<Asked<'_>>> = prepared.collect().await;
    let members = prepared
        .iter()
        .map(|asked| asked.as_ref().map_or(vec![], Asked::members));
    let members: Vec<Vec<Member>> = members.collect();
    let counts: Vec<usize> = members.iter().map(Vec::len).collect();
    let members = members.into_iter().flatten().collect();
    let mut answers = desk.events.ask_together(desk.scope.site_id(), members).into_iter();
    let outcomes = prepared.into_iter().zip(counts).map(|(asked, count)| {
        let answers: Vec<_> = answers.by_ref().take(count).collect();
        async {
            let asked = asked?;
            let _turn = desk.scope.turn().await?;
            asked.finish(try_join_all(answers).await?).await
        }
    });
    Ok(stream::iter(outcomes).buffered(AT_ONCE).collect().await)
}

async fn first_day(events: &Events, scope: &Scope) -> Result<Option<Date>> {
    let mut statement = Statement::plain(format!(
        "SELECT {} FROM (SELECT local_date FROM visits WHERE site_id = ",
        events.dialect().day_number("min(local_date)")
    ));
    statement.text(scope.site_id().as_str());
    statement.push(" UNION ALL SELECT local_date FROM imported_days WHERE site_id = ");
    statement.text(scope.site_id().as_str()).push(") days");
    day_of(events, scope, statement).await
}

/// The day that a question answers as a number; none where it answers none.
async fn day_of(events: &Events, scope: &Scope, statement: Statement) -> Result<Option<Date>> {
    let rows = events.ask(scope.site_id(), statement).await?;
    let days = rows.first().and_then(|row| row.first()).and_then(Cell::as_int);
    Ok(days.map(|days| jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(days))))
}
