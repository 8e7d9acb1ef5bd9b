//! The stats query document, in the shape of Plausible's Stats API v2.
//!
//! Unknown words are refused while parsing, so that the error can point at them; what needs the site (its zone, its
//! goals) is checked by the server's query compiler.

mod date_range;
mod dimension;
mod filter;
mod include;
mod metric;
mod order;
#[cfg(feature = "openapi")]
mod schema;

pub use date_range::DateRange;
pub use dimension::{Dimension, FixedDimension};
pub use filter::{Compare, Filter, Operator};
pub use include::{Comparison, ComparisonMode, Include, Pagination};
pub use metric::Metric;
pub use order::{Direction, OrderBy, OrderKey};

use serde::{Deserialize, Serialize};

/// One question about one site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// What to count; at least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub metrics: Vec<Metric>,
    /// When.
    pub date_range: DateRange,
    /// What to group by, at most four; none gives one row of totals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub dimensions: Vec<Dimension>,
    /// All of them must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// The order of the rows; by the first metric, descending, when absent (time dimensions first, ascending).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<OrderBy>,
    /// Which rows.
    #[serde(default)]
    pub pagination: Pagination,
    /// What else to answer.
    #[serde(default)]
    pub include: Include,
}

/// Body of `POST /sites/{site_id}/queries`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QueryBatch {
    /// 1 to 20 questions, answered in order.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
    pub queries: Vec<Query>,
}
