//! What happens on a site now.

use super::dates::{instant, label};
use super::desk::Desk;
use crate::error::Result;
use futures_util::future::try_join_all;
use shared::query::{DateRange, Dimension, Filter, FixedDimension, Include, Metric, Pagination, Query};
use shared::query_result::{Number, QueryResult};
use shared::realtime::{NamedCount, Realtime};

const MINUTES: i64 = 30;
const MINUTE_MS: i64 = 60_000;
const ROWS: u32 = 10;

/// Answers the last minutes under these filters.
pub async fn now(desk: &Desk, filters: &[Filter]) -> Result<Realtime> {
    let counted = |dimensions: Vec<Dimension>| Query {
        metrics: vec![Metric::Visitors],
        date_range: DateRange::Realtime,
        pagination: Pagination { limit: ROWS, offset: 0 },
        dimensions,
        filters: filters.to_vec(),
        order_by: Vec::new(),
        include: Include::default(),
    };
    let by = |dimension: FixedDimension| counted(vec![dimension.into()]);
    let now_ms = desk.clock.now_ms();
    let to_ms = now_ms - now_ms.rem_euclid(MINUTE_MS) + MINUTE_MS;
    let at = |ms: i64| instant(ms).to_string();
    let minutes = Query {
        metrics: vec![Metric::Pageviews],
        date_range: DateRange::Custom(at(to_ms - MINUTES * MINUTE_MS), at(to_ms)),
        pagination: Pagination::default(),
        ..by(FixedDimension::TimeMinute)
    };
    let questions = [
        counted(Vec::new()),
        minutes,
        by(FixedDimension::Page),
        by(FixedDimension::Source),
        by(FixedDimension::Country),
        by(FixedDimension::City),
    ];
    let answers = try_join_all(questions.into_iter().map(|query| desk.answer(query))).await?;
    let [visitors, minutes, pages, sources, countries, cities] =
        <[QueryResult; 6]>::try_from(answers).expect("each question has an answer");
    let first_ms = to_ms - MINUTES * MINUTE_MS;
    let pageviews_by_minute = (0..MINUTES).map(|n| {
        let label = label(desk.scope.zone(), first_ms + n * MINUTE_MS);
        let row = minutes.results.iter().find(|row| row.dimensions[0] == label);
        row.map_or(0, |row| count(&row.metrics))
    });
    Ok(Realtime {
        visitors: visitors.results.first().map_or(0, |row| count(&row.metrics)),
        pageviews_by_minute: pageviews_by_minute.collect(),
        pages: named(pages),
        sources: named(sources),
        countries: named(countries),
        cities: named(cities),
    })
}

fn count(metrics: &[Option<Number>]) -> i64 {
    match metrics.first() {
        Some(Some(Number::Int(count))) => *count,
        _ => 0,
    }
}

/// The rows of a list of one dimension with visitors.
pub(super) fn named(answer: QueryResult) -> Vec<NamedCount> {
    let rows = answer.results.into_iter();
    rows.map(|row| NamedCount {
        visitors: count(&row.metrics),
        name: row.dimensions.into_iter().next().unwrap_or_default(),
    })
    .collect()
}
