//! The order of rows.

use super::{Dimension, Metric};
use crate::words::words;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What rows are ordered by: `["visitors","desc"]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderBy(pub OrderKey, pub Direction);

/// A metric or a dimension of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderKey {
    /// By the numbers.
    Metric(Metric),
    /// By the names.
    Dimension(Dimension),
}

impl Serialize for OrderKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            OrderKey::Metric(metric) => metric.serialize(serializer),
            OrderKey::Dimension(dimension) => dimension.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for OrderKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Metric::from_word(&word)
            .map(OrderKey::Metric)
            .or_else(|| Dimension::from_word(&word).map(OrderKey::Dimension))
            .ok_or_else(|| de::Error::custom(format!("unknown metric or dimension `{word}`")))
    }
}

words! {
    /// Ascending or descending.
    Direction, "direction" {
        /// Smallest first.
        Asc = "asc",
        /// Largest first.
        Desc = "desc",
    }
}
