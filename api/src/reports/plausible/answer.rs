//! An answer in Plausible's words.

use super::filters::NOT_SET;
use super::money::{PlausibleMoney, told_money};
use super::places::name_of;
use super::question::{Asked, Key, PlausibleInclude, Word};
use crate::goals::model::KnownGoal;
use crate::reports::goals::named_currencies;
use crate::reports::imported::WHOLE_DAYS;
use serde::Serialize;
use serde_json::Value;
use shared::query::{DateRange, Dimension, Direction, FixedDimension, Metric, OrderKey, Pagination};
use shared::query_result::{Meta, Number, QueryResult, Row};
use std::collections::BTreeMap;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// Answer of `POST /api/v2/query`.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlausibleAnswer {
    /// The rows.
    results: Vec<PlausibleRow>,
    /// What belongs to the rows as a whole.
    meta: PlausibleMeta,
    /// The question as it was understood.
    query: PlausibleEcho,
}

/// One row.
#[derive(Debug, Serialize, ToSchema)]
struct PlausibleRow {
    /// One value for each dimension.
    dimensions: Vec<String>,
    /// One value for each metric.
    metrics: Vec<Option<PlausibleNumber>>,
    /// The same row in the other range, when a comparison was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<PlausibleComparison>,
}

/// A row of the range that is compared with.
#[derive(Debug, Serialize, ToSchema)]
struct PlausibleComparison {
    /// The row's dimensions in the other range.
    dimensions: Vec<String>,
    /// The other range's values.
    metrics: Vec<Option<PlausibleNumber>>,
    /// Change in percent.
    change: Vec<Option<f64>>,
}

/// A count, a mean, or money.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum PlausibleNumber {
    /// A whole number.
    Int(i64),
    /// A rate.
    Float(f64),
    /// Revenue.
    Money(PlausibleMoney),
}

impl PartialSchema for PlausibleNumber {
    fn schema() -> RefOr<Schema> {
        // A whole number is a number too, so the two are one.
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Number))
            .item(Ref::from_schema_name("PlausibleMoney"))
            .description(Some("A count, a mean, or money."))
            .into()
    }
}

impl ToSchema for PlausibleNumber {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("PlausibleMoney".to_owned(), PlausibleMoney::schema()));
        PlausibleMoney::schemas(schemas);
    }
}

/// What belongs to the rows as a whole.
#[derive(Debug, Default, Serialize, ToSchema)]
struct PlausibleMeta {
    /// Whether imported days are counted in, when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    imports_included: Option<bool>,
    /// Why they are not: `no_imported_data`, `unsupported_interval`, `unsupported_query`.
    #[serde(skip_serializing_if = "Option::is_none")]
    imports_skip_reason: Option<&'static str>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    imports_warning: Option<String>,
    /// Why a metric of revenue is null.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metric_warnings: BTreeMap<&'static str, PlausibleWarning>,
    /// Every time label of the range, when asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    time_labels: Option<Vec<String>>,
    /// Number of rows without pagination, when asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_rows: Option<u64>,
}

/// Why a metric is null.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct PlausibleWarning {
    /// `no_revenue_goals_matching` or `no_single_revenue_currency`.
    code: &'static str,
    /// For people.
    warning: &'static str,
}

/// The question as it was understood.
#[derive(Debug, Serialize, ToSchema)]
struct PlausibleEcho {
    /// The site's domain.
    site_id: String,
    /// What was counted.
    metrics: Vec<Metric>,
    /// The first and the last second, with the offset of the site's zone.
    date_range: (String, String),
    /// The asked filters.
    filters: Vec<Value>,
    /// What rows are grouped by; `time` stands as the size that was chosen.
    dimensions: Vec<String>,
    /// The order of the rows.
    order_by: Vec<(String, Direction)>,
    /// What else was asked.
    include: PlausibleInclude,
    /// Which rows.
    pagination: Pagination,
}

/// Tells our answer in Plausible's words; `goals` are those that the question could name.
pub fn told(asked: Asked, goals: &[KnownGoal], answer: QueryResult) -> PlausibleAnswer {
    let dimensions: Vec<Word> = asked
        .theirs
        .dimensions
        .iter()
        .zip(&answer.query.dimensions)
        .map(resolved)
        .collect();
    let metrics = &answer.query.metrics;
    let results = answer
        .results
        .into_iter()
        .map(|row| told_row(row, &dimensions, metrics))
        .collect();
    let revenue_warning = warning(&asked, goals);
    let order_by = answer.query.order_by.iter().map(|order| {
        let by = match &order.0 {
            OrderKey::Metric(metric) => metric.as_str().to_owned(),
            OrderKey::Dimension(dimension) => called(dimension, &dimensions, &asked.theirs.order_by),
        };
        (by, order.1)
    });
    let mut order_by: Vec<(String, Direction)> = order_by.collect();
    // One row of totals has an order there too.
    if let (true, Some(metric)) = (order_by.is_empty(), metrics.first()) {
        order_by.push((metric.as_str().to_owned(), Direction::Desc));
    }
    PlausibleAnswer {
        results,
        meta: told_meta(answer.meta, &asked, revenue_warning),
        query: PlausibleEcho {
            site_id: asked.theirs.site_id,
            date_range: inclusive(&answer.query.date_range),
            filters: asked.theirs.filters,
            order_by,
            dimensions: dimensions.iter().map(|word| word.word.clone()).collect(),
            include: asked.theirs.include,
            pagination: answer.query.pagination,
            metrics: answer.query.metrics,
        },
    }
}

/// A dimension under its word; `time` under that of the size that was chosen.
fn resolved((asked, chosen): (&Word, &Dimension)) -> Word {
    let mut word = asked.clone();
    if chosen.is_time() {
        word.word = chosen.to_string();
        word.dimension = chosen.clone();
    }
    word
}

fn called(dimension: &Dimension, dimensions: &[Word], order_by: &[(Key, Direction)]) -> String {
    let ordered = order_by.iter().filter_map(|(key, _)| match key {
        Key::Dimension(word) => Some(word),
        Key::Metric(_) => None,
    });
    let mut known = dimensions
        .iter()
        .chain(ordered)
        .filter(|word| word.dimension == *dimension);
    known
        .next()
        .map_or_else(|| dimension.to_string(), |word| word.word.clone())
}

fn told_row(row: Row, dimensions: &[Word], metrics: &[Metric]) -> PlausibleRow {
    let values = |values: Vec<String>| values.into_iter().zip(dimensions).map(told_value).collect();
    let numbers = |numbers: Vec<Option<Number>>| {
        let each = numbers.into_iter().zip(metrics);
        each.map(|(number, metric)| number.map(|number| told_number(number, *metric)))
            .collect()
    };
    PlausibleRow {
        dimensions: values(row.dimensions),
        metrics: numbers(row.metrics),
        comparison: row.comparison.map(|other| PlausibleComparison {
            dimensions: values(other.dimensions),
            metrics: numbers(other.metrics),
            change: other.change,
        }),
    }
}

fn told_value((value, word): (String, &Word)) -> String {
    if word.dimension.is_time() {
        return told_label(&value);
    }
    match (&word.dimension, value.as_str()) {
        (Dimension::Fixed(fixed), "(none)") if fixed.as_str().starts_with("visit:") => NOT_SET.to_owned(),
        _ if word.names.is_some() => name_of(&value).to_owned(),
        _ => value,
    }
}

/// `2024-09-10 05:00:00`: local, without its offset.
fn told_label(label: &str) -> String {
    match label.split_at_checked(19) {
        Some((local, _)) => local.replacen('T', " ", 1),
        None => label.to_owned(),
    }
}

fn told_number(number: Number, metric: Metric) -> PlausibleNumber {
    use Metric::{BounceRate, ScrollDepth, TimeOnPage, VisitDuration};
    match number {
        Number::Int(count) => PlausibleNumber::Int(count),
        Number::Float(mean) if matches!(metric, BounceRate | VisitDuration | TimeOnPage | ScrollDepth) =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "percents and seconds are far smaller")]
            PlausibleNumber::Int(mean.round() as i64)
        }
        Number::Float(rate) => PlausibleNumber::Float(rate),
        Number::Money(money) => PlausibleNumber::Money(told_money(money)),
    }
}

fn told_meta(meta: Meta, asked: &Asked, warning: Option<PlausibleWarning>) -> PlausibleMeta {
    let mut told = PlausibleMeta {
        total_rows: meta.total_rows,
        time_labels: meta
            .time_labels
            .map(|labels| labels.iter().map(|label| told_label(label)).collect()),
        ..PlausibleMeta::default()
    };
    if asked.theirs.include.imports {
        let included = meta.imports_included.unwrap_or(false);
        told.imports_included = Some(included);
        told.imports_skip_reason = (!included).then(|| match &meta.imports_skip_reason {
            None => "no_imported_data",
            Some(reason) if reason == WHOLE_DAYS => "unsupported_interval",
            Some(_) => "unsupported_query",
        });
        told.imports_warning = meta.imports_skip_reason;
    }
    for metric in [Metric::TotalRevenue, Metric::AverageRevenue] {
        if let (Some(warning), true) = (warning, asked.ours.metrics.contains(&metric)) {
            told.metric_warnings.insert(metric.as_str(), warning);
        }
    }
    told
}

/// Why the goals that a question asks for have no revenue in one currency.
fn warning(asked: &Asked, goals: &[KnownGoal]) -> Option<PlausibleWarning> {
    let goal = Dimension::Fixed(FixedDimension::Goal);
    if asked.ours.dimensions.contains(&goal) {
        return None;
    }
    let currencies = named_currencies(&asked.ours.filters, goals)?;
    match currencies.len() {
        0 => Some(PlausibleWarning {
            code: "no_revenue_goals_matching",
            warning: "Revenue metrics are null as there are no matching revenue goals.",
        }),
        1 => None,
        _ => Some(PlausibleWarning {
            code: "no_single_revenue_currency",
            warning: "Revenue metrics are null as there are multiple currencies for the selected goals.",
        }),
    }
}

/// Both ends of a range, the last second included.
fn inclusive(range: &DateRange) -> (String, String) {
    let DateRange::Custom(from, to) = range else {
        return (String::new(), String::new());
    };
    let last = jiff::fmt::temporal::DateTimeParser::new()
        .parse_timestamp(to)
        .ok()
        .and_then(|end| end.checked_sub(jiff::SignedDuration::from_secs(1)).ok());
    // The offset of the end is that of the second before, but for a change of clocks at that very moment.
    let offset = jiff::fmt::temporal::Pieces::parse(to)
        .ok()
        .and_then(|pieces| pieces.to_numeric_offset());
    let last = match (last, offset) {
        (Some(last), Some(offset)) => last.display_with_offset(offset).to_string(),
        _ => to.clone(),
    };
    (from.clone(), last)
}
