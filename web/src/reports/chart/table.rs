//! The chart's numbers as a table.

use super::Chart;
use super::series::Series;
use crate::format::{date, number};
use crate::reports::words;
use crate::ui::{Views, part_if};
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
    let body = move || {
        if open.get() {
            chart.series.get().map(|series| rows(&series))
        } else {
            None
        }
    };
    view! {
        <details class="chart-table" on:toggle=on_toggle>
            <summary>"Show data as table"</summary>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Data of the chart">{part_if(body)}</div>
        </details>
    }
    .into_any()
}

fn rows(series: &Series) -> AnyView {
    let compared = !series.other_labels.is_empty();
    let text = |value: Option<f64>| value.map_or("–".to_owned(), |value| number::metric_full(series.metric, value));
    let cells = |at: usize| {
        let other = compared.then(|| {
            let label = series
                .other_labels
                .get(at)
                .map(|label| date::bucket(label, series.size));
            view! { <td>{label}</td> <td class="num">{text(series.other_values.get(at).copied().flatten())}</td> }
        });
        view! {
            <tr>
                <th scope="row">{date::bucket(&series.labels[at], series.size)}</th>
                <td class="num">{text(series.values[at])}</td>
                {other}
            </tr>
        }
    };
    let name = words::metric(series.metric);
    let other_head =
        compared.then(|| view! { <th scope="col">"Compared with"</th> <th scope="col" class="num">{name}</th> });
    view! {
        <table class="table">
            <thead><tr><th scope="col">"Time"</th><th scope="col" class="num">{name}</th>{other_head}</tr></thead>
            <tbody>{(0..series.labels.len()).map(cells).views()}</tbody>
        </table>
    }
    .into_any()
}
