//! The query parameters of what is read with GET: a range, and filters as JSON.

use super::service::check_filters;
use crate::error::{Error, Result};
use serde::Deserialize;
use shared::query::{DateRange, Filter};
use utoipa::IntoParams;

/// So many fit into an address, however they are encoded.
const MAX_FILTER_CHARS: usize = 5000;
const DEFAULT_RANGE: DateRange = DateRange::Days(28);

/// What part of a site's past is asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Seen {
    /// A range as in a query: a word such as `28d` (the default), or two dates or instants with a comma between.
    #[param(max_length = 80)]
    date_range: Option<String>,
    /// Filters as in a query, as JSON.
    #[param(max_length = 5000)]
    filters: Option<String>,
}

/// What part of the present is asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SeenNow {
    /// Filters as in a query, as JSON.
    #[param(max_length = 5000)]
    filters: Option<String>,
}

impl SeenNow {
    /// The filters, checked.
    pub fn filters(&self) -> Result<Vec<Filter>> {
        filters(self.filters.as_deref())
    }
}

impl Seen {
    /// The range.
    pub fn date_range(&self) -> Result<DateRange> {
        let Some(text) = &self.date_range else {
            return Ok(DEFAULT_RANGE);
        };
        let range = match text.split_once(',') {
            Some((from, to)) => Some(DateRange::Custom(from.to_owned(), to.to_owned())),
            None => DateRange::from_word(text),
        };
        range.ok_or_else(|| {
            let detail = "a word such as 28d, or two dates or instants with a comma between";
            Error::field("?date_range", "invalid", detail)
        })
    }

    /// The filters, checked.
    pub fn filters(&self) -> Result<Vec<Filter>> {
        filters(self.filters.as_deref())
    }
}

fn filters(text: Option<&str>) -> Result<Vec<Filter>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(Vec::new());
    };
    if text.chars().count() > MAX_FILTER_CHARS {
        let detail = format!("at most {MAX_FILTER_CHARS} characters; `/query` takes more");
        return Err(Error::field("?filters", "too_long", detail));
    }
    let filters: Vec<Filter> = serde_json::from_str(text)
        .map_err(|error| Error::field("?filters", "invalid", format!("a JSON list of filters: {error}")))?;
    check_filters(&filters)?;
    Ok(filters)
}
