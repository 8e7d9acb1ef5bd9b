//! The dashboard's range and filters for the calls beside the questions: visits, suggestions, funnels, exports. Pure.

use super::date::Date;
use super::view::View;
use crate::router::query;
use shared::funnel::FunnelQuery;
use shared::query::{DateRange, Filter};

/// Range and filters as the calls beside the questions take them.
pub fn scope(view: &View, today: Date) -> String {
    let range = match view.shown().range(today) {
        DateRange::Custom(from, to) => format!("{from},{to}"),
        word => json(&word).trim_matches('"').to_owned(),
    };
    format!("date_range={}&{}", query::encode(&range), filters(view))
}

/// The filters alone.
pub fn filters(view: &View) -> String {
    format!("filters={}", query::encode(&json(&conditions(view))))
}

fn conditions(view: &View) -> Vec<Filter> {
    view.filters.iter().map(|filter| filter.to_query()).collect()
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("questions are JSON")
}

/// The question of a funnel.
pub fn funnel(view: &View, today: Date) -> String {
    json(&FunnelQuery {
        date_range: view.shown().range(today),
        filters: conditions(view),
    })
}
