//! Counts, rates and durations.

use super::{duration, intl};
use crate::client::answer::{Money, Row};
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

/// A share of time in percent, cut and not rounded: `99.87 %`, and 99.999 is not 100.
pub fn uptime(share: f64) -> String {
    format!("{}\u{a0}%", full((share * 100.0).floor() / 100.0))
}

/// A metric's value, short.
pub fn metric(metric: Metric, value: f64) -> String {
    match metric {
        Metric::BounceRate
        | Metric::ExitRate
        | Metric::Percentage
        | Metric::ConversionRate
        | Metric::GroupConversionRate
        | Metric::ScrollDepth => percent(value),
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

/// An amount with nothing left out: `€12.34`. The decimal goes to the browser as it stands, so that no amount is too large.
pub fn money(money: &Money) -> String {
    let options = [("style", "currency"), ("currency", money.currency.as_str())];
    intl::format("NumberFormat", &options, &money.value.as_str().into())
}

/// The value of a row's metric at a place, with nothing left out if `whole`.
pub fn cell(row: &Row, metrics: &[Metric], at: usize, whole: bool) -> String {
    match (row.money(at), row.number(at), metrics.get(at)) {
        (Some(amount), ..) => money(amount),
        (None, Some(value), Some(metric)) if whole => metric_full(*metric, value),
        (None, Some(value), Some(metric)) => self::metric(*metric, value),
        _ => "–".to_owned(),
    }
}
