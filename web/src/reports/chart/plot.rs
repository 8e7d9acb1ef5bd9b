//! Draws the lines. The box is stretched by CSS, so that nothing needs to be measured or redrawn on resize.

use super::path::{self, HEIGHT, WIDTH};
use super::scale::ticks;
use super::series::Series;
use crate::format::{css, date, number};
use crate::ui::Views;
use leptos::prelude::*;

/// The most labels of the x axis.
const X_LABELS: usize = 8;

/// Everything of the chart that does not move with the crosshair.
pub fn plot(series: &Series) -> AnyView {
    let scale = ticks(series.max(), series.unit());
    let top = scale.last().copied().unwrap_or(1.0);
    let last = series.labels.len().saturating_sub(1);
    let solid_to = series.solid_to();
    let solid = path::line(&series.values, top, 0, solid_to);
    let dashed = series
        .present
        .map(|present| path::line(&series.values, top, solid_to, present))
        .unwrap_or_default();
    let other = path::line(
        &series.other_values,
        top,
        0,
        series.other_values.len().saturating_sub(1),
    );
    let lonely = (last == 0 || series.present == Some(0))
        .then(|| series.values.first().copied().flatten())
        .flatten();
    let grid = scale.iter().map(|tick| {
        let y = path::y(*tick, top);
        view! { <line class="grid" x1="0" x2=WIDTH.to_string() y1=y.to_string() y2=y.to_string() /> }
    });
    let y_labels = scale.iter().map(|tick| {
        let at = css::percent(path::up(*tick, top));
        view! { <span style=("--at", at)>{number::metric(series.metric, *tick)}</span> }
    });
    view! {
        <div class="ys" aria-hidden="true">{y_labels.views()}</div>
        <svg class="lines" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
            {grid.views()}
            <path class="line other" d=other />
            <path class="area" d=path::area(&series.values, top) />
            <path class="line" d=solid />
            <path class="line unfinished" d=dashed />
        </svg>
        {lonely.map(|value| dot("dot lonely", path::along(0, series.labels.len()), value, top))}
        <div class="xs" aria-hidden="true">{x_labels(series)}</div>
    }
    .into_any()
}

fn x_labels(series: &Series) -> AnyView {
    let count = series.labels.len();
    let step = count.div_ceil(X_LABELS).max(1);
    let label = |(nth, at): (usize, usize)| {
        let place = css::percent(path::along(at, count));
        let class = match (at == 0 && count > 1, at + 1 == count && count > 1, nth % 2 == 1) {
            (true, ..) => "first",
            (_, true, _) => "last",
            (.., true) => "odd",
            _ => "",
        };
        view! { <span class=class style=("--at", place)>{date::tick(&series.labels[at], series.size)}</span> }
    };
    (0..count).step_by(step).enumerate().map(label).views().into_any()
}

/// A dot at a value, so far along the width.
pub fn dot(class: &'static str, along: f64, value: f64, top: f64) -> AnyView {
    let (left, bottom) = (css::percent(along), css::percent(path::up(value, top)));
    view! { <i class=class style=("--x", left) style=("--y", bottom)></i> }.into_any()
}
