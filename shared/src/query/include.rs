//! Which rows, and what else to answer.

use crate::words::words;
use serde::{Deserialize, Serialize};

/// Which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Pagination {
    /// At most so many rows; 1 to 10,000.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000))]
    pub limit: u32,
    /// Skip so many rows; at most 1,000,000.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000))]
    pub offset: u32,
}

impl Default for Pagination {
    fn default() -> Self {
        Pagination {
            limit: 10_000,
            offset: 0,
        }
    }
}

/// What else to answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Include {
    /// Answer every time label of the range in `meta.time_labels`, also those without rows; without a time dimension there are none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub time_labels: bool,
    /// Answer the number of rows without pagination in `meta.total_rows`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub total_rows: bool,
    /// Answer each row's numbers of another range beside its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// What to compare with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Which range.
    pub mode: ComparisonMode,
    /// Two dates, both included; with `custom` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_range: Option<(String, String)>,
    /// Move the other range by a few days so that it begins on the same weekday.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub match_day_of_week: bool,
}

words! {
    /// Which range to compare with.
    ComparisonMode, "comparison mode" {
        /// The range of the same length just before.
        PreviousPeriod = "previous_period",
        /// The same dates a year before.
        YearOverYear = "year_over_year",
        /// The dates in `date_range`.
        Custom = "custom",
    }
}
