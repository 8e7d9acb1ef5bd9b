//! The chart's numbers as a table.

use super::Chart;
use super::notes::Note;
use super::series::Series;
use crate::format::{date, number};
use crate::reports::words;
use crate::ui::markup::{Markup, written};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A disclosure with the table, which is only built when opened.
pub fn table(chart: Chart) -> AnyView {
    let open = RwSignal::new(false);
    let on_toggle = move |event: web_sys::Event| {
        let element = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        open.set(element.is_some_and(|element| element.has_attribute("open")));
    };
    let write = move |markup: &mut Markup| {
        if let (true, Some(series)) = (open.get(), chart.series.get()) {
            chart.notes.with(|notes| rows(&series, notes, markup));
        }
    };
    view! {
        <details class="chart-table" on:toggle=on_toggle>
            <summary>"Show data as table"</summary>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Data of the chart">
                {written("", Box::new(write))}
            </div>
        </details>
    }
    .into_any()
}

fn rows(series: &Series, notes: &[Note], markup: &mut Markup) {
    let compared = !series.other_labels.is_empty();
    let text = |value: Option<f64>| value.map_or("–".to_owned(), |value| number::metric_full(series.metric, value));
    let name = words::metric(series.metric);
    markup.raw("<table class=\"table\"><thead><tr><th scope=\"col\">Time</th><th scope=\"col\" class=\"num\">");
    markup.raw(name).raw("</th>");
    if compared {
        markup
            .raw("<th scope=\"col\">Compared with</th><th scope=\"col\" class=\"num\">")
            .raw(name)
            .raw("</th>");
    }
    if !notes.is_empty() {
        markup.raw("<th scope=\"col\">Notes</th>");
    }
    markup.raw("</tr></thead><tbody>");
    for (at, label) in series.labels.iter().enumerate() {
        markup
            .raw("<tr><th scope=\"row\">")
            .text(&date::bucket(label, series.size));
        markup
            .raw("</th><td class=\"num\">")
            .text(&text(series.values[at]))
            .raw("</td>");
        if compared {
            let other = series
                .other_labels
                .get(at)
                .map(|label| date::bucket(label, series.size));
            markup
                .raw("<td>")
                .text(&other.unwrap_or_default())
                .raw("</td><td class=\"num\">");
            markup
                .text(&text(series.other_values.get(at).copied().flatten()))
                .raw("</td>");
        }
        if !notes.is_empty() {
            let here: Vec<&str> = notes
                .iter()
                .filter(|note| note.at == at)
                .map(|note| note.text.as_str())
                .collect();
            markup.raw("<td>").text(&here.join("; ")).raw("</td>");
        }
        markup.raw("</tr>");
    }
    markup.raw("</tbody></table>");
}
