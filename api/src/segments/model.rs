//! Rules of a segment's filters.

use crate::error::{Error, Result};
use crate::reports;
use shared::query::Filter;

/// A site has at most so many segments.
pub const MOST_SEGMENTS: usize = 100;
/// Conditions at the top level; a question that adds its own stays within the compiler's bounds.
const MAX_FILTERS: usize = 50;

/// Checks filters, the field `/filters` of a body, and writes them as they are stored.
pub fn filters_to_text(filters: &[Filter]) -> Result<String> {
    if !(1..=MAX_FILTERS).contains(&filters.len()) {
        let detail = format!("1 to {MAX_FILTERS} conditions");
        return Err(Error::field("/filters", "out_of_range", detail));
    }
    reports::service::check_filters(filters)?;
    serde_json::to_string(filters).map_err(Error::internal)
}

/// Reads stored filters. What can't be read is a failure, never an empty list: a link must not lose its filter.
pub fn filters_of_text(text: &str) -> Result<Vec<Filter>> {
    let filters: Vec<Filter> = serde_json::from_str(text).map_err(Error::internal)?;
    if filters.is_empty() {
        return Err(Error::internal("a stored segment has no filters"));
    }
    Ok(filters)
}
