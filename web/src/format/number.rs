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
    format!("{}\u{a0}%", full(cut(share)))
}

/// A share in percent, cut to two decimals. 624 checks of 625 are 99.84 %, which no binary fraction is: what lies closer below
/// than any other share of fewer than a million checks counts as reached.
fn cut(share: f64) -> f64 {
    (share * 100.0 + 1e-6).floor() / 100.0
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

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_share_of_time_is_cut_and_not_rounded() {
        for (up, all, expected) in [
            (624, 625, 99.84),
            (23, 125, 18.4),
            (1, 1, 100.0),
            (0, 1, 0.0),
            (129_599, 129_600, 99.99),
            (2, 3, 66.66),
            (9_986, 10_000, 99.86),
            (99_869, 100_000, 99.86),
        ] {
            assert_eq!(cut(f64::from(up) / f64::from(all) * 100.0), expected, "{up} of {all}");
        }
    }

    #[test]
    fn a_cut_share_is_never_above_the_whole_division() {
        for all in 1..2_000_i32 {
            for up in 0..=all {
                let expected = f64::from(up * 10_000 / all) / 100.0;
                assert_eq!(cut(f64::from(up) / f64::from(all) * 100.0), expected, "{up} of {all}");
            }
        }
    }
}
