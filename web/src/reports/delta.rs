//! The change of a metric against another period: sign, size and whether it is welcome. Pure.

use shared::query::Metric;

/// A change, ready to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delta {
    /// `↑`, `↓` or `→`.
    pub arrow: &'static str,
    /// Size without sign, whole percent or percentage points.
    pub size: u64,
    /// True when `size` is percentage points.
    pub points: bool,
    /// `up`, `down` or `unchanged`.
    pub direction: &'static str,
    /// `better` or `worse`; empty when unchanged.
    pub verdict: &'static str,
}

/// True for metrics that are percentages already: their change is in percentage points.
pub fn is_rate(metric: Metric) -> bool {
    use Metric::{BounceRate, ConversionRate, ExitRate, GroupConversionRate, Percentage, ScrollDepth};
    matches!(
        metric,
        BounceRate | ConversionRate | ExitRate | GroupConversionRate | Percentage | ScrollDepth
    )
}

/// The change as the server counts it: percent, or points for rates; `None` where there is nothing to compare.
pub fn change(metric: Metric, now: f64, before: f64) -> Option<f64> {
    match (is_rate(metric), before == 0.0) {
        (true, _) => Some(now - before),
        (false, true) => None,
        (false, false) => Some((now - before) / before * 100.0),
    }
}

/// Reads a change.
pub fn delta(metric: Metric, change: f64) -> Delta {
    let rounded = change.round();
    let lower_is_better = matches!(metric, Metric::BounceRate | Metric::ExitRate);
    let (arrow, direction, verdict) = match rounded {
        r if r > 0.0 => ("↑", "up", if lower_is_better { "worse" } else { "better" }),
        r if r < 0.0 => ("↓", "down", if lower_is_better { "better" } else { "worse" }),
        _ => ("→", "unchanged", ""),
    };
    Delta {
        arrow,
        size: rounded.abs() as u64,
        points: is_rate(metric),
        direction,
        verdict,
    }
}

impl Delta {
    /// `↑ 12%` or `↓ 3 pp`; beyond a thousand percent the figure says no more than that.
    pub fn short(self) -> String {
        let unit = if self.points { " pp" } else { "%" };
        match self.size {
            ..=999 => format!("{} {}{unit}", self.arrow, self.size),
            _ => format!("{} >999{unit}", self.arrow),
        }
    }

    /// `up 12%, better`.
    pub fn words(self) -> String {
        match (self.direction, self.points) {
            ("unchanged", _) => "unchanged".to_owned(),
            (direction, true) => {
                let points = if self.size == 1 {
                    "percentage point"
                } else {
                    "percentage points"
                };
                format!("{direction} {} {points}, {}", self.size, self.verdict)
            }
            (direction, false) => format!("{direction} {}%, {}", self.size, self.verdict),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_verdicts() {
        for (metric, change, short, words) in [
            (Metric::Visitors, 12.2, "↑ 12%", "up 12%, better"),
            (Metric::Visitors, -12.6, "↓ 13%", "down 13%, worse"),
            (Metric::Visitors, 0.3, "→ 0%", "unchanged"),
            (Metric::Visitors, -0.4, "→ 0%", "unchanged"),
            (Metric::BounceRate, 3.0, "↑ 3 pp", "up 3 percentage points, worse"),
            (Metric::BounceRate, -3.0, "↓ 3 pp", "down 3 percentage points, better"),
            (Metric::VisitDuration, 1234.0, "↑ >999%", "up 1234%, better"),
        ] {
            let delta = delta(metric, change);
            assert_eq!((delta.short().as_str(), delta.words().as_str()), (short, words));
        }
    }

    #[test]
    fn nothing_before_is_no_change() {
        assert_eq!(change(Metric::Visitors, 5.0, 0.0), None);
        assert_eq!(change(Metric::Visitors, 15.0, 10.0), Some(50.0));
        assert_eq!(change(Metric::BounceRate, 40.0, 0.0), Some(40.0));
    }
}
