//! The two lines of a chart from one answer. Pure.

use crate::client::answer::Answer;
use crate::reports::delta::is_rate;
use crate::ui::scale::Unit;
use shared::query::{Dimension, FixedDimension, Metric};

/// What a chart plots: one value for each time label, and beside it the other period's.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What is plotted.
    pub metric: Metric,
    /// The size of the buckets.
    pub size: FixedDimension,
    /// The buckets' labels.
    pub labels: Vec<String>,
    /// The buckets' values; `None` where a rate has no meaning or the bucket lies ahead.
    pub values: Vec<Option<f64>>,
    /// The labels of the other period, position by position; empty without a comparison.
    pub other_labels: Vec<String>,
    /// The other period's values.
    pub other_values: Vec<Option<f64>>,
    /// The bucket that is not over.
    pub present: Option<usize>,
}

impl Series {
    /// Reads an answer that has one time dimension and one metric.
    pub fn read(answer: &Answer) -> Option<Self> {
        let metric = *answer.asked.metrics.first()?;
        let size = match answer.asked.dimensions.first()? {
            Dimension::Fixed(size) if size.is_time() => *size,
            _ => return None,
        };
        let row_labels = || {
            answer
                .rows
                .iter()
                .filter_map(|row| row.dimensions.first().cloned())
                .collect()
        };
        let labels = answer.meta.time_labels.clone().unwrap_or_else(row_labels);
        let other_labels = answer.meta.comparison_time_labels.clone().unwrap_or_default();
        let empty = (!is_mean(metric)).then_some(0.0);
        let mut values = vec![empty; labels.len()];
        let mut other_values = vec![empty; other_labels.len()];
        for row in &answer.rows {
            if let Some(at) = row.dimensions.first().and_then(|label| position(&labels, label)) {
                values[at] = row.number(0);
            }
            if let Some(other) = &row.comparison
                && let Some(at) = other
                    .dimensions
                    .first()
                    .and_then(|label| position(&other_labels, label))
            {
                other_values[at] = other.metrics.first().copied().flatten();
            }
        }
        let present = answer
            .meta
            .present_label
            .as_ref()
            .and_then(|label| position(&labels, label));
        if let Some(present) = present {
            values.iter_mut().skip(present + 1).for_each(|ahead| *ahead = None);
        }
        Some(Series {
            metric,
            size,
            labels,
            values,
            other_labels,
            other_values,
            present,
        })
    }

    /// The largest value of both lines.
    pub fn max(&self) -> f64 {
        self.values
            .iter()
            .chain(&self.other_values)
            .flatten()
            .copied()
            .fold(0.0, f64::max)
    }

    /// What the numbers are.
    pub fn unit(&self) -> Unit {
        match self.metric {
            Metric::VisitDuration | Metric::TimeOnPage => Unit::Seconds,
            metric if is_mean(metric) => Unit::Decimal,
            _ => Unit::Count,
        }
    }

    /// The last bucket that is over, up to which the line is solid.
    pub fn solid_to(&self) -> usize {
        let last = self.labels.len().saturating_sub(1);
        self.present.map_or(last, |present| present.saturating_sub(1))
    }

    /// Index and value of the highest bucket.
    pub fn peak(&self) -> Option<(usize, f64)> {
        let known = self
            .values
            .iter()
            .enumerate()
            .filter_map(|(at, value)| value.map(|value| (at, value)));
        known.fold(None, |best: Option<(usize, f64)>, (at, value)| match best {
            Some((_, high)) if high >= value => best,
            _ => Some((at, value)),
        })
    }
}

fn is_mean(metric: Metric) -> bool {
    is_rate(metric)
        || matches!(
            metric,
            Metric::ViewsPerVisit | Metric::VisitDuration | Metric::TimeOnPage
        )
}

/// Labels come in order, rows nearly so: the search is short.
fn position(labels: &[String], label: &str) -> Option<usize> {
    labels.iter().position(|known| known == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(json: &str) -> Answer {
        let outcome = serde_json::from_str(json).expect("a document of the test table");
        Answer::read(&outcome).expect("an answer")
    }

    fn document(metric: &str, rows: &str, meta: &str) -> String {
        format!(
            r#"{{"results":[{rows}],"meta":{meta},"query":{{"metrics":["{metric}"],"date_range":["a","b"],
            "dimensions":["time:day"],"filters":[],"order_by":[],"pagination":{{}},"include":{{}}}}}}"#
        )
    }

    #[test]
    fn days_without_rows_are_zero_and_days_ahead_are_nothing() {
        let rows = r#"{"dimensions":["2026-01-02"],"metrics":[4],"comparison":{"dimensions":["2025-12-30"],"metrics":[2],"change":[100]}}"#;
        let meta = r#"{"time_labels":["2026-01-01","2026-01-02","2026-01-03"],
            "comparison_time_labels":["2025-12-29","2025-12-30","2025-12-31"],"present_label":"2026-01-02"}"#;
        let series = Series::read(&answer(&document("visitors", rows, meta))).expect("a series");
        assert_eq!(series.values, [Some(0.0), Some(4.0), None]);
        assert_eq!(series.other_values, [Some(0.0), Some(2.0), Some(0.0)]);
        assert_eq!((series.present, series.solid_to()), (Some(1), 0));
        assert_eq!(series.peak(), Some((1, 4.0)));
    }

    #[test]
    fn a_rate_of_nothing_is_a_gap() {
        let rows = r#"{"dimensions":["2026-01-02"],"metrics":[50.5]}"#;
        let meta = r#"{"time_labels":["2026-01-01","2026-01-02"]}"#;
        let series = Series::read(&answer(&document("bounce_rate", rows, meta))).expect("a series");
        assert_eq!(series.values, [None, Some(50.5)]);
        assert_eq!(series.solid_to(), 1);
        assert_eq!(series.max(), 50.5);
    }
}
