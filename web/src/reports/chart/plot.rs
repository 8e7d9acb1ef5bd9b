//! Draws the lines. The box is stretched by CSS, so that nothing needs to be measured or redrawn on resize.

use super::notes::Note;
use super::series::Series;
use crate::format::{css, date, number};
use crate::ui::markup::Markup;
use crate::ui::path::{self, HEIGHT, WIDTH};
use crate::ui::scale::ticks;

/// The most labels of the x axis.
const X_LABELS: usize = 8;

/// Everything of the chart that does not move with the crosshair.
pub fn plot(series: &Series, notes: &[Note], markup: &mut Markup) {
    let scale = ticks(series.max(), series.unit());
    let top = scale.last().copied().unwrap_or(1.0);
    markup.raw("<div class=\"ys\" aria-hidden=\"true\">");
    for tick in &scale {
        markup
            .raw("<span data-y=\"")
            .text(&css::percent(path::up(*tick, top)))
            .raw("\">");
        markup.text(&number::metric(series.metric, *tick)).raw("</span>");
    }
    markup.raw("</div>");
    lines(series, &scale, top, markup);
    let last = series.labels.len().saturating_sub(1);
    if let (true, Some(Some(value))) = (last == 0 || series.present == Some(0), series.values.first()) {
        dot("dot lonely", path::along(0, series.labels.len()), *value, top, markup);
    }
    for note in notes {
        let place = css::percent(path::along(note.at, series.labels.len()));
        markup.raw("<i class=\"note\" data-x=\"").text(&place).raw("\"></i>");
    }
    x_labels(series, markup);
}

fn lines(series: &Series, scale: &[f64], top: f64, markup: &mut Markup) {
    let solid_to = series.solid_to();
    let solid = path::line(&series.values, top, 0, solid_to);
    let dashed = series
        .present
        .map(|present| path::line(&series.values, top, solid_to, present));
    let others = series.other_values.len().saturating_sub(1);
    let other = path::line(&series.other_values, top, 0, others);
    markup
        .raw("<svg class=\"lines\" viewBox=\"0 0 ")
        .text(&format!("{WIDTH} {HEIGHT}"));
    markup.raw("\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    for tick in scale {
        let y = path::y(*tick, top);
        markup
            .raw("<path class=\"grid\" d=\"")
            .text(&format!("M0 {y}H{WIDTH}"))
            .raw("\"/>");
    }
    for (open, d) in [
        ("<path class=\"line other\" d=\"", other),
        ("<path class=\"area\" d=\"", path::area(&series.values, top)),
        ("<path class=\"line\" d=\"", solid),
        ("<path class=\"line unfinished\" d=\"", dashed.unwrap_or_default()),
    ] {
        markup.raw(open).text(&d).raw("\"/>");
    }
    markup.raw("</svg>");
}

fn x_labels(series: &Series, markup: &mut Markup) {
    let count = series.labels.len();
    let step = count.div_ceil(X_LABELS).max(1);
    markup.raw("<div class=\"xs\" aria-hidden=\"true\">");
    for (nth, at) in (0..count).step_by(step).enumerate() {
        let class = match (at == 0 && count > 1, at + 1 == count && count > 1, nth % 2 == 1) {
            (true, ..) => "first",
            (_, true, _) => "last",
            (.., true) => "odd",
            _ => "",
        };
        let place = css::percent(path::along(at, count));
        markup
            .raw("<span class=\"")
            .raw(class)
            .raw("\" data-x=\"")
            .text(&place)
            .raw("\">");
        markup.text(&date::tick(&series.labels[at], series.size)).raw("</span>");
    }
    markup.raw("</div>");
}

/// A dot at a value, so far along the width.
pub fn dot(class: &'static str, along: f64, value: f64, top: f64, markup: &mut Markup) {
    markup
        .raw("<i class=\"")
        .raw(class)
        .raw("\" data-x=\"")
        .text(&css::percent(along));
    markup
        .raw("\" data-y=\"")
        .text(&css::percent(path::up(value, top)))
        .raw("\"></i>");
}
