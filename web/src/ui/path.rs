//! SVG paths of lines with gaps. Pure.
//!
//! Coordinates are whole numbers in a box of [`WIDTH`] × [`HEIGHT`] that the page stretches to its own size: finer than
//! any screen, and no code to write decimals.

use std::fmt::Write;

/// Width of the plot's box.
pub const WIDTH: i32 = 4000;
/// Height of the plot's box.
pub const HEIGHT: i32 = 1000;

/// Where one of `count` points stands on the width, 0 to 1; a single point in the middle.
pub fn along(index: usize, count: usize) -> f64 {
    if count < 2 {
        0.5
    } else {
        index as f64 / (count - 1) as f64
    }
}

/// How high a value stands below `top`, 0 to 1.
pub fn up(value: f64, top: f64) -> f64 {
    (value / top).clamp(0.0, 1.0)
}

fn x(index: usize, count: usize) -> i32 {
    (along(index, count) * f64::from(WIDTH)).round() as i32
}

/// The y of a value below `top`.
pub fn y(value: f64, top: f64) -> i32 {
    HEIGHT - (up(value, top) * f64::from(HEIGHT)).round() as i32
}

/// The line through `values[from..=to]`, interrupted where a value is missing.
pub fn line(values: &[Option<f64>], top: f64, from: usize, to: usize) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for (index, value) in values.iter().enumerate().take(to + 1).skip(from) {
        match value {
            Some(value) => {
                let command = if drawing { 'L' } else { 'M' };
                let _ = write!(path, "{command}{} {}", x(index, values.len()), y(*value, top));
                drawing = true;
            }
            None => drawing = false,
        }
    }
    path
}

/// The area under that line, closed along the bottom.
pub fn area(values: &[Option<f64>], top: f64) -> String {
    let mut path = String::new();
    let mut first = None;
    for index in 0..=values.len() {
        match (values.get(index).copied().flatten(), first) {
            (Some(_), None) => first = Some(index),
            (None, Some(start)) => {
                let _ = write!(path, "M{} {HEIGHT}", x(start, values.len()));
                path.push_str(&line(values, top, start, index - 1).replacen('M', "L", 1));
                let _ = write!(path, "L{} {HEIGHT}Z", x(index - 1, values.len()));
                first = None;
            }
            _ => {}
        }
    }
    path
}

/// The index of the point nearest to a place on the width, 0 to 1.
pub fn nearest(place: f64, count: usize) -> usize {
    let last = count.saturating_sub(1);
    ((place * last as f64).round().max(0.0) as usize).min(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_gaps() {
        let values = [Some(0.0), Some(5.0), None, Some(10.0), Some(20.0)];
        assert_eq!(line(&values, 10.0, 0, 4), "M0 1000L1000 500M3000 0L4000 0");
        assert_eq!(line(&values, 10.0, 3, 4), "M3000 0L4000 0");
        assert_eq!(line(&[Some(10.0)], 10.0, 0, 0), "M2000 0");
        assert_eq!(line(&[], 10.0, 0, 0), "");
    }

    #[test]
    fn areas_close_along_the_bottom() {
        let values = [Some(0.0), Some(10.0), None];
        assert_eq!(area(&values, 10.0), "M0 1000L0 1000L2000 0L2000 1000Z");
        assert_eq!(area(&[None, Some(10.0)], 10.0), "M4000 1000L4000 0L4000 1000Z");
    }

    #[test]
    fn the_pointer_finds_the_nearest_point() {
        for (place, count, index) in [
            (0.0, 5, 0),
            (0.12, 5, 0),
            (0.13, 5, 1),
            (1.0, 5, 4),
            (1.2, 5, 4),
            (-0.3, 5, 0),
            (0.5, 1, 0),
            (0.5, 0, 0),
        ] {
            assert_eq!(nearest(place, count), index, "{place} {count}");
        }
    }
}
