//! Answers to stats queries.

pub use crate::money::Money;
use crate::problem::Problem;
use crate::query::{DateRange, Dimension, Filter, Include, Metric, OrderBy, Pagination};
use serde::{Deserialize, Serialize};

/// The answer to one query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryResult {
    /// The rows.
    pub results: Vec<Row>,
    /// What belongs to the rows as a whole.
    pub meta: Meta,
    /// The query as the server understood it.
    pub query: QueryEcho,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Row {
    /// One value for each dimension, in the query's order. `(none)` or `Direct / None` stand for an absent value.
    pub dimensions: Vec<String>,
    /// One value for each metric, in the query's order; null where it has no meaning (a rate of nothing).
    pub metrics: Vec<Option<Number>>,
    /// The same row in the other range, when a comparison was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<RowComparison>,
}

/// A row of the range that is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowComparison {
    /// The row's dimensions in the other range (time labels differ, others do not).
    pub dimensions: Vec<String>,
    /// The other range's values.
    pub metrics: Vec<Option<Number>>,
    /// Change in percent, rounded; percentage points for rates; null where there is nothing to compare.
    pub change: Vec<Option<f64>>,
}

/// A count, a mean, or money.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A count.
    Int(i64),
    /// A mean or a rate.
    Float(f64),
    /// Revenue.
    Money(Money),
}

/// A count is a number too, so the derived "one of these" would hold for none.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Number {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let number = utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("A count or a mean."));
        let money = utoipa::openapi::Ref::from_schema_name("Money");
        utoipa::openapi::OneOfBuilder::new().item(number).item(money).into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Number {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        schemas.push(("Money".to_owned(), <Money as utoipa::PartialSchema>::schema()));
    }
}

impl Number {
    /// As a floating-point number.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(n) => n as f64,
            Number::Float(x) => x,
            Number::Money(money) => money.thousandths as f64 / 1000.0,
        }
    }
}

/// What belongs to the rows as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Meta {
    /// Every time label of the range, when asked. Days, weeks and months are dates (`2026-01-31`); hours and minutes are
    /// RFC 3339 with the zone's offset, so that the hour that comes twice in autumn has two labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_labels: Option<Vec<String>>,
    /// The labels of the other range, position by position, when labels and a comparison were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison_time_labels: Option<Vec<String>>,
    /// The label of the bucket that is not over yet, if the range reaches into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present_label: Option<String>,
    /// Number of rows without pagination, when asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_rows: Option<u64>,
    /// The segment that the share link is bound to: nothing outside of it is ever counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<ForcedSegment>,
    /// Whether days that were imported as totals are counted in; absent when the range has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imports_included: Option<bool>,
    /// Why they are not, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imports_skip_reason: Option<String>,
}

/// A segment that the server adds to every question of a share link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForcedSegment {
    /// The segment's name.
    pub name: String,
    /// Its conditions; all of them hold.
    pub filters: Vec<Filter>,
}

/// The query as the server understood it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryEcho {
    /// What was counted.
    pub metrics: Vec<Metric>,
    /// The range as two RFC 3339 instants in the site's zone; the end is not included.
    pub date_range: DateRange,
    /// The other range, when a comparison was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison_date_range: Option<DateRange>,
    /// What rows are grouped by; `time` stands as the size that was chosen.
    pub dimensions: Vec<Dimension>,
    /// The asked filters.
    pub filters: Vec<Filter>,
    /// The order of the rows.
    pub order_by: Vec<OrderBy>,
    /// Which rows.
    pub pagination: Pagination,
    /// What else was asked.
    pub include: Include,
}

/// Answer of `POST /sites/{site_id}/queries`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryBatchResult {
    /// One outcome for each query, in order.
    pub results: Vec<QueryOutcome>,
}

/// The outcome of one query of a batch: its answer, or a problem of its own (a timeout), so that one slow panel does not
/// blank the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(clippy::large_enum_variant, reason = "almost every outcome is an answer")
)]
pub enum QueryOutcome {
    /// The answer.
    Answer(QueryResult),
    /// What went wrong.
    Problem(Problem),
}
