//! A question on its way: from what a caller sent to a statement, and from rows to the answer.

use super::buckets::{Buckets, Step};
use super::checks::check;
use super::comparison;
use super::compile::{Question, Span};
use super::dates::{Period, Range};
use super::desk::Desk;
use super::imported;
use super::labels::{Labels, Wholes};
use super::rollups;
use super::service::period_of;
use crate::auth::scope::Scope;
use crate::error::Result;
use crate::events::rolled::Days;
use crate::events::statement::Cell;
use crate::events::together::Member;
use crate::events::{Rows, Version};
use shared::query::{Dimension, Direction, OrderBy, OrderKey, Pagination, Query};
use shared::query_result::{Meta, QueryEcho, QueryResult};

/// A period, its buckets where rows are grouped by time, and its days that were rolled up when the question was prepared.
struct Side {
    period: Period,
    buckets: Option<Buckets>,
    rolled: Option<Days>,
}

impl Side {
    fn span(&self, is_rolled: bool) -> Span<'_> {
        Span {
            period: &self.period,
            buckets: self.buckets.as_ref(),
            rolled: self.rolled.clone().filter(|_| is_rolled),
        }
    }
}

/// A question that is checked and complete.
pub(super) struct Asked<'a> {
    desk: &'a Desk,
    query: Query,
    dimensions: Vec<Dimension>,
    order_by: Vec<OrderBy>,
    has_imports: bool,
    main: Side,
    other: Option<Side>,
    generation: u64,
    version: Option<Version>,
}

impl<'a> Asked<'a> {
    /// Checks a question within the desk's scope and finds out what it depends on.
    pub(super) async fn prepare(desk: &'a Desk, query: Query) -> Result<Self> {
        let Desk {
            events, clock, scope, ..
        } = desk;
        check_within(scope, &query)?;
        let period = period_of(events, clock, scope, &desk.goals, &query.date_range).await?;
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
        let has_imports = desk.has_totals().await?
            && imported::has_days(events, scope.site_id(), [&period].into_iter().chain(&other)).await?;
        if !is_filtered(scope, &query) {
            for period in [&period].into_iter().chain(&other) {
                rollups::keep_up(events, clock, (scope.site_id(), scope.zone()), period).await;
            }
        }
        // Taken before the days are: a day that is changed from here on makes the answer one of nothing that ever was.
        let generation = events.rolled_generation();
        let version = events.version(scope.site_id());
        let side = |period: Period| -> Result<Side> {
            let buckets = step.map(|(at, step)| Buckets::of(step, &period, &format!("/dimensions/{at}")));
            Ok(Side {
                buckets: buckets.transpose()?,
                rolled: match period.range {
                    Range::Days { first, last } => Some(events.rolled_days(scope.site_id(), first, last)),
                    Range::Instants { .. } => None,
                },
                period,
            })
        };
        Ok(Self {
            main: side(period)?,
            other: other.map(side).transpose()?,
            desk,
            query,
            dimensions,
            order_by,
            has_imports,
            generation,
            version,
        })
    }

    fn question(&self, pagination: Pagination, has_wholes_apart: bool) -> Question<'_> {
        Question {
            scope: &self.desk.scope,
            dialect: self.desk.events.dialect(),
            metrics: &self.query.metrics,
            dimensions: &self.dimensions,
            goals: &self.desk.goals,
            filters: &self.query.filters,
            order_by: &self.order_by,
            pagination,
            has_imports: self.has_imports,
            counts_rows: self.query.include.total_rows,
            has_wholes_apart,
        }
    }

    fn spans(&self, is_rolled: bool) -> (Span<'_>, Option<Span<'_>>) {
        let other = self.other.as_ref().map(|other| other.span(is_rolled));
        (self.main.span(is_rolled), other)
    }

    /// What to ask: the question itself, then what its shares are parts of, of both periods.
    pub(super) fn members(&self) -> Vec<Member> {
        let (main, other) = self.spans(true);
        let question = self.question(self.query.pagination, self.has_wholes_apart());
        let mut members = vec![question.member(&main, other.as_ref())];
        for span in std::iter::once(&main).chain(&other) {
            members.extend(question.wholes(span).into_iter().map(|(_, whole)| whole));
        }
        members
    }

    /// True when what shares are parts of is asked once for all questions of a batch. It has to be of the same data, which only a version
    /// can tell; and under a filter everything is asked in one statement, which costs too much to be asked again.
    fn has_wholes_apart(&self) -> bool {
        self.version.is_some() && !is_filtered(&self.desk.scope, &self.query)
    }

    /// The answer, from the rows that came for each of the members.
    pub(super) async fn finish(self, answers: Vec<Rows>) -> Result<QueryResult> {
        let Desk {
            events, clock, scope, ..
        } = self.desk;
        let is_rolled = events.rolled_generation() == self.generation;
        let is_of_one_version = answers.len() == 1 || events.version(scope.site_id()) == self.version;
        let is_apart = self.has_wholes_apart() && is_rolled && is_of_one_version;
        let question = self.question(self.query.pagination, is_apart);
        let (main, other) = self.spans(is_rolled);
        let mut answers = answers.into_iter();
        let mut rows = answers.next().unwrap_or_default();
        if !(is_rolled && is_of_one_version) {
            // All at once, and of the rows alone where days are no longer what they were.
            let statement = question.statement(&main, other.as_ref());
            rows = events.ask(scope.site_id(), statement).await?;
        }
        let mut wholes = |span: &Span<'_>| -> Wholes {
            let number = |rows: Rows| rows.first()?.first()?.as_int();
            let whole = |(at, _)| (at, answers.next().and_then(number));
            question.wholes(span).into_iter().map(whole).collect()
        };
        let main_wholes = wholes(&main);
        let other_wholes = other.as_ref().map(&mut wholes).unwrap_or_default();
        let imports = self.has_imports.then(|| question.family(&main));
        let counts_rows = self.query.include.total_rows;
        let counted = |rows: &[Vec<Cell>]| rows.first().and_then(|row| row.last()).and_then(Cell::as_int);
        let mut total_rows = counted(&rows).filter(|_| counts_rows);
        if total_rows.is_none() && counts_rows && self.query.pagination.offset > 0 {
            // A page beyond the last row carries no count.
            let whole = self.question(Pagination { offset: 0, limit: 1 }, false);
            let statement = whole.statement(&main, other.as_ref());
            let first = events.ask(scope.site_id(), statement).await?;
            total_rows = counted(&first);
        }
        let imports = (
            imports.map(|family| family.is_ok()),
            imports.and_then(|family| family.err()),
        );
        let other_buckets = self.other.as_ref().and_then(|other| other.buckets.as_ref());
        let main_buckets = self.main.buckets.as_ref();
        let labels = Labels {
            main: main_buckets,
            other: other_buckets,
            main_wholes,
            other_wholes,
        };
        let results = rows
            .into_iter()
            .map(|cells| labels.row(cells, &self.query.metrics, &self.dimensions, self.other.is_some()));
        let results = results.collect();
        let asked_labels = |buckets: Option<&Buckets>| {
            buckets
                .filter(|_| self.query.include.time_labels)
                .map(|buckets| buckets.labels.clone())
        };
        let period = &self.main.period;
        let present = main_buckets.and_then(|buckets| {
            let at = buckets.at(period, clock.now_ms())?;
            Some(buckets.labels[at].clone())
        });
        let total_rows = u64::try_from(total_rows.unwrap_or(0)).unwrap_or(0);
        Ok(QueryResult {
            results,
            meta: Meta {
                time_labels: asked_labels(main_buckets),
                comparison_time_labels: asked_labels(other_buckets),
                present_label: present,
                total_rows: counts_rows.then_some(total_rows),
                segment: scope.segment().cloned(),
                imports_included: imports.0,
                imports_skip_reason: imports.1.map(str::to_owned),
            },
            query: QueryEcho {
                date_range: period.echo(),
                comparison_date_range: self.other.as_ref().map(|other| other.period.echo()),
                metrics: self.query.metrics,
                dimensions: self.dimensions,
                filters: self.query.filters,
                order_by: self.order_by,
                pagination: self.query.pagination,
                include: self.query.include,
            },
        })
    }
}

fn is_filtered(scope: &Scope, query: &Query) -> bool {
    scope.forced_filter().is_some() || !query.filters.is_empty()
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
