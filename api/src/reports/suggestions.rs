//! Values to filter by, from the data that the request may see.

use super::compile::{Question, Span};
use super::desk::Desk;
use super::dimensions::EVENTS;
use super::realtime::named;
use super::rows::Under;
use crate::error::{Error, Result};
use crate::events::statement::{Cell, Statement};
use shared::query::{Compare, DateRange, Dimension, Filter, Include, Metric, Operator, Pagination, Query};
use shared::realtime::{NamedCount, SuggestionList};

const MAX_SEARCH_BYTES: usize = 200;
/// Asks for the names of properties instead of the values of one.
pub const PROPERTY_KEYS: &str = "event:props";

/// What values are asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// A dimension's word, or `event:props`.
    pub dimension: String,
    /// What they contain, whatever its case.
    pub search: String,
    /// At most so many.
    pub limit: u32,
    /// The range.
    pub date_range: DateRange,
    /// The filters.
    pub filters: Vec<Filter>,
}

/// Answers the values with the most visitors.
pub async fn suggest(desk: &Desk, wanted: Wanted) -> Result<SuggestionList> {
    if wanted.search.len() > MAX_SEARCH_BYTES || wanted.search.contains('\0') {
        return Err(Error::field(
            "?search",
            "invalid",
            format!("at most {MAX_SEARCH_BYTES} bytes, and no NUL"),
        ));
    }
    if wanted.dimension == PROPERTY_KEYS {
        return property_keys(desk, wanted).await;
    }
    let dimension = Dimension::from_word(&wanted.dimension).filter(|dimension| !dimension.is_time());
    let dimension = dimension.ok_or_else(|| {
        Error::field(
            "?dimension",
            "invalid",
            "a dimension of queries, or event:props for the names of properties",
        )
    })?;
    let mut filters = wanted.filters;
    if !wanted.search.is_empty() {
        filters.push(Filter::Compare(Compare {
            operator: Operator::Contains,
            dimension: dimension.clone(),
            values: vec![wanted.search],
            case_sensitive: false,
        }));
    }
    let answer = desk.answer(Query {
        metrics: vec![Metric::Visitors],
        date_range: wanted.date_range,
        dimensions: vec![dimension],
        filters,
        order_by: Vec::new(),
        pagination: Pagination {
            limit: wanted.limit,
            offset: 0,
        },
        include: Include::default(),
    });
    Ok(SuggestionList {
        data: named(answer.await?),
    })
}

async fn property_keys(desk: &Desk, wanted: Wanted) -> Result<SuggestionList> {
    let _turn = desk.scope.turn().await?;
    let period = desk.period(&wanted.date_range).await?;
    let question = Question {
        scope: &desk.scope,
        dialect: desk.events.dialect(),
        metrics: &[],
        dimensions: &[],
        goals: &desk.goals,
        filters: &wanted.filters,
        order_by: &[],
        has_imports: false,
        pagination: Pagination::default(),
        counts_rows: false,
        has_wholes_apart: false,
    };
    let span = Span {
        period: &period,
        buckets: None,
        rolled: None,
    };
    let folded = |text: &str| question.dialect.lower(text);
    let keys = Statement::plain("SELECT e.visitor, ");
    let mut statement = Statement::plain("SELECT k.prop_key, count(DISTINCT k.visitor) AS visitors FROM (");
    statement
        .append(&keys)
        .push(&question.dialect.each_key("e.props", "prop_key"))
        .push(" FROM ");
    statement.append(&question.rows(EVENTS, &span, "<>", Under::Everything));
    statement
        .push(") k WHERE ")
        .push(&question.dialect.contains(&folded("k.prop_key"), &folded("?")));
    statement
        .params
        .push(crate::events::statement::Param::Text(wanted.search));
    statement
        .push(" GROUP BY k.prop_key ORDER BY visitors DESC, k.prop_key LIMIT ")
        .int(i64::from(wanted.limit));
    let rows = desk.events.ask(desk.scope.site_id(), statement).await?.into_iter();
    let data = rows.filter_map(|row| match <[Cell; 2]>::try_from(row) {
        Ok([name, visitors]) => Some(NamedCount {
            name: name.into_text(),
            visitors: visitors.as_int()?,
        }),
        Err(_) => None,
    });
    Ok(SuggestionList { data: data.collect() })
}
