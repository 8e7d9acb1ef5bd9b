//! A line through values in time, with a crosshair, a read-out and the same as a table.
//!
//! It is the small sister of the dashboard's chart: one line, no comparison, nothing to press.

use super::markup::{Markup, written};
use super::path;
use super::scale::{Unit, ticks};
use super::scrub::{ScrubSpec, scrub};
use crate::format::css;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// The most labels of the x axis.
const X_LABELS: usize = 6;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The value; a gap when there is none.
    pub value: Option<f64>,
    /// When, short enough for an axis.
    pub tick: String,
    /// When, in full.
    pub when: String,
    /// The value in words.
    pub words: String,
}

/// What distinguishes one chart from another.
#[derive(Clone, Copy)]
pub struct TraceSpec {
    /// What is plotted.
    pub name: &'static str,
    /// The top of the axis, where it does not follow from the values.
    pub top: Option<f64>,
    /// A value as the axis and the table write it.
    pub write: fn(f64) -> String,
}

/// The chart; `label` is one sentence about the whole.
pub fn trace(spec: TraceSpec, points: Signal<Arc<Vec<Point>>>, label: Box<dyn Fn() -> String + Send>) -> AnyView {
    let cursor = RwSignal::new(None::<usize>);
    let picture = move |markup: &mut Markup| points.with(|points| plot(spec, points, markup));
    let marker = move |markup: &mut Markup| {
        points.with(|points| {
            if let Some((at, point)) = cursor.get().and_then(|at| Some((at, points.get(at)?))) {
                crosshair(spec, points, at, point, markup);
            }
        });
    };
    let spoken = move |at: usize| {
        points.with(|points| {
            let point = points.get(at)?;
            Some(format!("{}: {}", point.when, point.words))
        })
    };
    let figure = scrub(ScrubSpec {
        class: "chart trace",
        label,
        count: Signal::derive(move || points.with(|points| points.len())),
        nearest: path::nearest,
        cursor,
        spoken: Box::new(spoken),
        picture: Box::new(picture),
        marker: Box::new(marker),
    });
    view! { {figure} {table(spec, points)} }.into_any()
}

fn scale(spec: TraceSpec, points: &[Point]) -> Vec<f64> {
    if let Some(top) = spec.top {
        return vec![0.0, top / 2.0, top];
    }
    let max = points.iter().filter_map(|point| point.value).fold(0.0, f64::max);
    ticks(max, Unit::Count)
}

fn top(scale: &[f64]) -> f64 {
    scale.last().copied().unwrap_or(1.0)
}

fn plot(spec: TraceSpec, points: &[Point], markup: &mut Markup) {
    let scale = scale(spec, points);
    let top = top(&scale);
    let values: Vec<Option<f64>> = points.iter().map(|point| point.value).collect();
    markup.raw("<div class=\"ys\" aria-hidden=\"true\">");
    for tick in &scale {
        let up = css::percent(path::up(*tick, top));
        markup.raw("<span data-y=\"").text(&up).raw("\">");
        markup.text(&(spec.write)(*tick)).raw("</span>");
    }
    markup.raw("</div>");
    lines(&values, &scale, top, markup);
    // A value between two gaps is no line.
    for (at, value) in values.iter().enumerate() {
        let missing = |at: Option<usize>| at.and_then(|at| values.get(at).copied().flatten()).is_none();
        if let Some(value) = value
            && missing(at.checked_sub(1))
            && missing(Some(at + 1))
        {
            dot(path::along(at, values.len()), *value, top, markup);
        }
    }
    x_labels(points, markup);
}

/// The line with its grid.
pub fn lines(values: &[Option<f64>], scale: &[f64], top: f64, markup: &mut Markup) {
    let (width, height) = (path::WIDTH, path::HEIGHT);
    markup
        .raw("<svg class=\"lines\" viewBox=\"0 0 ")
        .text(&format!("{width} {height}"));
    markup.raw("\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    for tick in scale {
        let d = format!("M0 {}H{width}", path::y(*tick, top));
        markup.raw("<path class=\"grid\" d=\"").text(&d).raw("\"/>");
    }
    let line = path::line(values, top, 0, values.len().saturating_sub(1));
    for (open, d) in [
        ("<path class=\"area\" d=\"", path::area(values, top)),
        ("<path class=\"line\" d=\"", line),
    ] {
        markup.raw(open).text(&d).raw("\"/>");
    }
    markup.raw("</svg>");
}

fn dot(along: f64, value: f64, top: f64, markup: &mut Markup) {
    markup.raw("<i class=\"dot\" data-x=\"").text(&css::percent(along));
    markup
        .raw("\" data-y=\"")
        .text(&css::percent(path::up(value, top)))
        .raw("\"></i>");
}

fn x_labels(points: &[Point], markup: &mut Markup) {
    let count = points.len();
    let step = count.div_ceil(X_LABELS).max(1);
    markup.raw("<div class=\"xs\" aria-hidden=\"true\">");
    for (nth, at) in (0..count).step_by(step).enumerate() {
        let class = match (at == 0 && count > 1, at + 1 == count && count > 1, nth % 2 == 1) {
            (true, ..) => "first",
            (_, true, _) => "last",
            (.., true) => "odd",
            _ => "",
        };
        markup.raw("<span class=\"").raw(class).raw("\" data-x=\"");
        markup.text(&css::percent(path::along(at, count))).raw("\">");
        markup.text(&points[at].tick).raw("</span>");
    }
    markup.raw("</div>");
}

fn crosshair(spec: TraceSpec, points: &[Point], at: usize, point: &Point, markup: &mut Markup) {
    let x = path::along(at, points.len());
    let place = css::percent(x);
    markup
        .raw("<div class=\"crosshair\" data-x=\"")
        .text(&place)
        .raw("\"></div>");
    if let Some(value) = point.value {
        dot(x, value, top(&scale(spec, points)), markup);
    }
    markup.raw(if x > 0.5 {
        "<div class=\"tip left\""
    } else {
        "<div class=\"tip\""
    });
    markup
        .raw(" aria-hidden=\"true\" data-x=\"")
        .text(&place)
        .raw("\">")
        .element("<p class=\"tip-head\">", &point.when, "</p>")
        .element("<p>", &point.words, "</p></div>");
}

/// A disclosure with the table, which is only built when opened.
fn table(spec: TraceSpec, points: Signal<Arc<Vec<Point>>>) -> AnyView {
    let open = RwSignal::new(false);
    let on_toggle = move |event: web_sys::Event| {
        let element = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        open.set(element.is_some_and(|element| element.has_attribute("open")));
    };
    let write = move |markup: &mut Markup| {
        if open.get() {
            markup.raw("<table class=\"table\"><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">");
            markup.raw(spec.name).raw("</th></tr></thead><tbody>");
            points.with(|points| {
                for point in points.iter() {
                    markup.element("<tr><th scope=\"row\">", &point.when, "</th>");
                    markup.element("<td>", &point.words, "</td></tr>");
                }
            });
            markup.raw("</tbody></table>");
        }
    };
    view! {
        <details class="chart-table" on:toggle=on_toggle>
            <summary>"Show data as table"</summary>
            <div class="table-scroll" tabindex="0" role="region" aria-label=format!("Data of the chart: {}", spec.name)>
                {written("", Box::new(write))}
            </div>
        </details>
    }
    .into_any()
}
