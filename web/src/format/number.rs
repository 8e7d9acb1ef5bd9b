//! Counts, rates and durations.

use super::{duration, intl};
use shared::query::Metric;

/// A count in full: `30,012`.
pub fn full(value: f64) -> String {
    intl::format("NumberFormat", &[("maximumFractionDigits", "2")], &value.into())
}

/// A count that fits a tile: `30k`; in full below 10,000.
pub fn compact(value: f64) -> String {
    if value.abs() < 10_000.0 {
        return full(value);
    }
    intl::format(
        "NumberFormat",
        &[("notation", "compact"), ("maximumFractionDigits", "1")],
        &value.into(),
    )
}

/// A rate in percent: `31.4%`.
pub fn percent(value: f64) -> String {
    let options = [("style", "percent"), ("maximumFractionDigits", "1")];
    intl::format("NumberFormat", &options, &(value / 100.0).into())
}

/// A metric's value, short.
pub fn metric(metric: Metric, value: f64) -> String {
    match metric {
        Metric::BounceRate | Metric::Percentage | Metric::ConversionRate | Metric::ScrollDepth => percent(value),
        Metric::VisitDuration | Metric::TimeOnPage => duration::short(value),
        Metric::ViewsPerVisit => full(value),
        _ => compact(value),
    }
}

/// A metric's value with nothing left out, for titles and tables.
pub fn metric_full(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Visitors | Metric::Visits | Metric::Pageviews | Metric::Events => full(value),
        _ => self::metric(metric, value),
    }
}
