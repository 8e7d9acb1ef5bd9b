//! The y axis: round numbers from zero. Pure.

/// What the numbers of an axis are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Whole things.
    Count,
    /// Means and rates.
    Decimal,
    /// Seconds.
    Seconds,
}

/// The most steps of an axis.
const STEPS_MAX: f64 = 4.0;

/// Ticks from 0 to a round number that is not below `max`, at least two of them.
pub fn ticks(max: f64, unit: Unit) -> Vec<f64> {
    let max = if max.is_finite() && max > 0.0 { max } else { 1.0 };
    let step = step(max / STEPS_MAX, unit);
    let count = (max / step).ceil().max(1.0) as usize;
    (0..=count).map(|index| step * index as f64).collect()
}

/// The smallest round step that is not below `least`: 1, 2 or 5 times a power of ten; for seconds, of minutes and hours.
fn step(least: f64, unit: Unit) -> f64 {
    const ROUND_SECONDS: [f64; 12] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0,
    ];
    let minimum = if unit == Unit::Decimal { 0.0 } else { 1.0 };
    if let (Unit::Seconds, Some(step)) = (unit, ROUND_SECONDS.into_iter().find(|step| *step >= least)) {
        return step;
    }
    let scale = if unit == Unit::Seconds { 3600.0 } else { 1.0 };
    let power = power_of_ten_below(least / scale);
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|step| *step * (1.0 + 1e-9) >= least / scale);
    (step.unwrap_or(10.0 * power) * scale).max(minimum)
}

/// The largest power of ten that is not above `value`.
fn power_of_ten_below(value: f64) -> f64 {
    let mut power = 1.0;
    while power > value {
        power /= 10.0;
    }
    while power * 10.0 <= value {
        power *= 10.0;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_on_round_numbers() {
        for (max, unit, expected) in [
            (0.0, Unit::Count, vec![0.0, 1.0]),
            (f64::NAN, Unit::Count, vec![0.0, 1.0]),
            (1.0, Unit::Count, vec![0.0, 1.0]),
            (3.0, Unit::Count, vec![0.0, 1.0, 2.0, 3.0]),
            (7.0, Unit::Count, vec![0.0, 2.0, 4.0, 6.0, 8.0]),
            (100.0, Unit::Count, vec![0.0, 50.0, 100.0]),
            (1480.0, Unit::Count, vec![0.0, 500.0, 1000.0, 1500.0]),
            (0.4, Unit::Decimal, vec![0.0, 0.1, 0.2, 0.30000000000000004, 0.4]),
            (95.0, Unit::Seconds, vec![0.0, 30.0, 60.0, 90.0, 120.0]),
            (9000.0, Unit::Seconds, vec![0.0, 3600.0, 7200.0, 10800.0]),
        ] {
            assert_eq!(ticks(max, unit), expected, "{max}");
        }
    }

    #[test]
    fn no_axis_is_crowded_or_too_low() {
        let mut max = 0.001;
        while max < 1e12 {
            for unit in [Unit::Count, Unit::Decimal, Unit::Seconds] {
                let ticks = ticks(max, unit);
                let top = ticks.last().copied().unwrap_or_default();
                assert!(
                    (2..=5).contains(&ticks.len()) && top >= max * (1.0 - 1e-9),
                    "{max} {ticks:?}"
                );
            }
            max *= 1.07;
        }
    }
}
