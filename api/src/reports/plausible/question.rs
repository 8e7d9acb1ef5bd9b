//! A question in Plausible's words.

use super::filters::ours;
use super::places::Kind;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::query::{
    Comparison, DateRange, Dimension, Direction, FixedDimension, Include, Metric, OrderBy, OrderKey, Pagination, Query,
};
use shared::segment::Segment;
use utoipa::ToSchema;

/// Body of `POST /api/v2/query`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlausibleQuery {
    /// The site's domain.
    pub site_id: String,
    /// What to count; at least one.
    #[schema(min_items = 1)]
    pub metrics: Vec<Metric>,
    /// When.
    pub date_range: DateRange,
    /// What to group by: our dimensions, and `visit:country_name`, `visit:region_name`, `visit:city_name`.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 4)]
    pub dimensions: Vec<Word>,
    /// Our filters, with the names of places, and `["is","segment",["seg_…"]]`.
    #[serde(default)]
    #[schema(value_type = Vec<Value>)]
    pub filters: Vec<Value>,
    /// The order of the rows, by metrics and dimensions of the question.
    #[serde(default)]
    #[schema(value_type = Vec<Value>)]
    pub order_by: Vec<(Key, Direction)>,
    /// Which rows.
    #[serde(default)]
    pub pagination: Pagination,
    /// What else to answer.
    #[serde(default)]
    pub include: PlausibleInclude,
}

/// What else to answer.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlausibleInclude {
    /// Count days in that were imported as totals.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub imports: bool,
    /// Answer every time label of the range in `meta.time_labels`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub time_labels: bool,
    /// Answer the number of rows without pagination in `meta.total_rows`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub total_rows: bool,
    /// Answer each row's numbers of another range beside its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparisons: Option<Comparison>,
}

/// A dimension as it was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its word.
    pub word: String,
    /// What we ask for it.
    pub dimension: Dimension,
    /// What its codes are names of.
    pub(super) names: Option<Kind>,
}

impl Word {
    pub(super) fn of(word: &str) -> Option<Self> {
        let named = match word {
            "visit:country_name" => Some((FixedDimension::Country, Some(Kind::Country))),
            "visit:region_name" => Some((FixedDimension::Region, Some(Kind::Region))),
            "visit:city_name" => Some((FixedDimension::City, None)),
            _ => None,
        };
        let (dimension, names) = match named {
            Some((fixed, names)) => (fixed.into(), names),
            None => (Dimension::from_word(word)?, None),
        };
        Some(Self {
            word: word.to_owned(),
            dimension,
            names,
        })
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Word::of(&word).ok_or_else(|| serde::de::Error::custom(format!("unknown dimension `{word}`")))
    }
}

/// What rows are ordered by, as it was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// By the numbers.
    Metric(Metric),
    /// By the values.
    Dimension(Word),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Metric::from_word(&word)
            .map(Key::Metric)
            .or_else(|| Word::of(&word).map(Key::Dimension))
            .ok_or_else(|| serde::de::Error::custom(format!("unknown metric or dimension `{word}`")))
    }
}

/// A question in both languages.
#[derive(Debug)]
pub struct Asked {
    /// Theirs.
    pub theirs: PlausibleQuery,
    /// Ours.
    pub ours: Query,
}

impl Asked {
    /// Translates a question about a site with these segments.
    pub fn new(theirs: PlausibleQuery, segments: &[Segment]) -> Result<Self> {
        let key = |key: &Key| match key {
            Key::Metric(metric) => OrderKey::Metric(*metric),
            Key::Dimension(word) => OrderKey::Dimension(word.dimension.clone()),
        };
        let order = theirs.order_by.iter();
        let ours = Query {
            metrics: theirs.metrics.clone(),
            date_range: theirs.date_range.clone(),
            dimensions: theirs.dimensions.iter().map(|word| word.dimension.clone()).collect(),
            filters: ours(&theirs.filters, segments)?,
            order_by: order.map(|(by, direction)| OrderBy(key(by), *direction)).collect(),
            pagination: theirs.pagination,
            include: Include {
                time_labels: theirs.include.time_labels,
                total_rows: theirs.include.total_rows,
                comparison: theirs.include.comparisons.clone(),
            },
        };
        Ok(Self { theirs, ours })
    }
}
