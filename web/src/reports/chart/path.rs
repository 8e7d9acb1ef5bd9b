//! SVG paths of lines with gaps. Pure.
//!
//! Coordinates lie in a box of [`WIDTH`] × [`HEIGHT`] that the page stretches to its own size.

use std::fmt::Write;

/// Width of the plot's box.
pub const WIDTH: f64 = 1000.0;
/// Height of the plot's box.
pub const HEIGHT: f64 = 250.0;

/// The x of one of `count` points, spread over the whole width; a single point stands in the middle.
pub fn x(index: usize, count: usize) -> f64 {
    if count < 2 {
        WIDTH / 2.0
    } else {
        index as f64 / (count - 1) as f64 * WIDTH
    }
}

/// The y of a value below `top`.
pub fn y(value: f64, top: f64) -> f64 {
    HEIGHT - (value / top).clamp(0.0, 1.0) * HEIGHT
}

/// The line through `values[from..=to]`, interrupted where a value is missing.
pub fn line(values: &[Option<f64>], top: f64, from: usize, to: usize) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for (index, value) in values.iter().enumerate().take(to + 1).skip(from) {
        match value {
            Some(value) => {
                let command = if drawing { 'L' } else { 'M' };
                let _ = write!(path, "{command}{:.1} {:.1}", x(index, values.len()), y(*value, top));
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
                let _ = write!(path, "M{:.1} {HEIGHT}", x(start, values.len()));
                path.push_str(&line(values, top, start, index - 1).replacen('M', "L", 1));
                let _ = write!(path, "L{:.1} {HEIGHT}Z", x(index - 1, values.len()));
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
        assert_eq!(line(&values, 10.0, 0, 4), "M0.0 250.0L250.0 125.0M750.0 0.0L1000.0 0.0");
        assert_eq!(line(&values, 10.0, 3, 4), "M750.0 0.0L1000.0 0.0");
        assert_eq!(line(&[Some(10.0)], 10.0, 0, 0), "M500.0 0.0");
        assert_eq!(line(&[], 10.0, 0, 0), "");
    }

    #[test]
    fn areas_close_along_the_bottom() {
        let values = [Some(0.0), Some(10.0), None];
        assert_eq!(area(&values, 10.0), "M0.0 250L0.0 250.0L500.0 0.0L500.0 250Z");
        assert_eq!(area(&[None, Some(10.0)], 10.0), "M1000.0 250L1000.0 0.0L1000.0 250Z");
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
