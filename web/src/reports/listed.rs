//! What the details dialog lists, as the URL says it. Pure.

use super::filter;
use shared::query::Dimension;

/// What the details dialog lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Details {
    /// The values of a dimension.
    Of(Dimension),
    /// The revenue of each value of a dimension, each currency for itself.
    Revenue(Dimension),
    /// The visits.
    Visits,
}

const VISITS: &str = "visits";
const REVENUE: &str = "revenue.";

impl Details {
    /// Its word in the URL.
    pub fn key(&self) -> String {
        match self {
            Details::Of(dimension) => filter::dimension_key(dimension),
            Details::Revenue(dimension) => format!("{REVENUE}{}", filter::dimension_key(dimension)),
            Details::Visits => VISITS.to_owned(),
        }
    }

    /// What a word of the URL opens.
    pub fn of_key(key: &str) -> Option<Self> {
        match key.strip_prefix(REVENUE) {
            Some(key) => filter::dimension_of_key(key).map(Details::Revenue),
            None if key == VISITS => Some(Details::Visits),
            None => filter::dimension_of_key(key).map(Details::Of),
        }
    }
}
