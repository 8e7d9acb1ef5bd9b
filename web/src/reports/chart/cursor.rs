//! The crosshair: pointer, arrow keys and touch move one and the same.

use super::notes::Note;
use super::plot::{dot, plot};
use super::series::Series;
use super::{Chart, summary, zoomed};
use crate::format::{css, date, number};
use crate::reports::dash::Dash;
use crate::reports::{delta, words};
use crate::router::Step;
use crate::ui::dynamic;
use crate::ui::markup::{Markup, written};
use crate::ui::path;
use crate::ui::scale::ticks;
use leptos::html;
use leptos::prelude::*;

/// The plot with its crosshair and what is read out of it.
pub fn figure(dash: Dash, chart: Chart) -> AnyView {
    let element = NodeRef::<html::Div>::new();
    let by_touch = StoredValue::new(false);
    let place = move |client_x: i32| {
        let (Some(plot), Some(series)) = (element.get_untracked(), chart.series.get_untracked()) else {
            return;
        };
        let area = plot.get_bounding_client_rect();
        let count = series.labels.len();
        if count > 0 && area.width() > 0.0 {
            let at = path::nearest((f64::from(client_x) - area.left()) / area.width(), count);
            if chart.cursor.get_untracked() != Some(at) {
                chart.cursor.set(Some(at));
            }
        }
    };
    let zoom = move || {
        let (Some(series), Some(at)) = (chart.series.get_untracked(), chart.cursor.get_untracked()) else {
            return;
        };
        if let Some(span) = zoomed(&series, at) {
            dash.go(Step::Push, |view| view.with_span(span));
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let Some(series) = chart.series.get_untracked() else {
            return;
        };
        let last = series.labels.len().saturating_sub(1);
        let now = chart.cursor.get_untracked();
        let next = match (event.key().as_str(), now) {
            ("ArrowRight", now) => Some(now.map_or(0, |at| (at + 1).min(last))),
            ("ArrowLeft", now) => Some(now.map_or(last, |at| at.saturating_sub(1))),
            ("Home", _) => Some(0),
            ("End", _) => Some(last),
            ("Escape", Some(_)) => None,
            ("Enter", Some(_)) => {
                zoom();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        chart.cursor.set(next);
    };
    let label = move || match chart.series.get() {
        Some(series) => summary(&series),
        None => "Loading".to_owned(),
    };
    let drawn = move |markup: &mut Markup| {
        if let Some(series) = chart.series.get() {
            chart.notes.with(|notes| plot(&series, notes, markup));
        }
    };
    let crosshair = move |markup: &mut Markup| {
        if let (Some(series), Some(at)) = (chart.series.get(), chart.cursor.get())
            && at < series.labels.len()
        {
            chart.notes.with(|notes| crosshair(&series, at, notes, markup));
        }
    };
    let spoken = move || {
        let (series, at) = (chart.series.get()?, chart.cursor.get()?);
        Some(chart.notes.with(|notes| read_out(&series, at, notes)))
    };
    view! {
        <figure class="chart">
            <div class="plot" role="img" tabindex="0" aria-label=dynamic(label) node_ref=element
                class:zooms=move || chart.series.with(|series| series.as_ref().is_some_and(|s| zoomed(s, 0).is_some()))
                on:pointermove=move |event| place(event.client_x())
                on:pointerdown=move |event| {
                    by_touch.set_value(event.pointer_type() == "touch");
                    place(event.client_x());
                }
                on:pointerleave=move |event| if event.pointer_type() != "touch" { chart.cursor.set(None) }
                on:click=move |_| if !by_touch.get_value() { zoom() }
                on:keydown=on_key
                on:blur=move |_| chart.cursor.set(None)
            >
                {written("", Box::new(drawn))}
                {written("", Box::new(crosshair))}
            </div>
            <figcaption class="sr-only" aria-live="polite">{dynamic(spoken)}</figcaption>
        </figure>
    }
    .into_any()
}

fn crosshair(series: &Series, at: usize, notes: &[Note], markup: &mut Markup) {
    let count = series.labels.len();
    let top = ticks(series.max(), series.unit()).last().copied().unwrap_or(1.0);
    let x = path::along(at, count);
    let percent = css::percent(x);
    let value = series.values.get(at).copied().flatten();
    let other = series.other_values.get(at).copied().flatten();
    let text = |value: Option<f64>| value.map_or("–".to_owned(), |value| number::metric_full(series.metric, value));
    markup
        .raw("<div class=\"crosshair\" data-x=\"")
        .text(&percent)
        .raw("\"></div>");
    for (class, value) in [("dot other", other), ("dot", value)] {
        if let Some(value) = value {
            dot(class, x, value, top, markup);
        }
    }
    markup.raw(if x > 0.6 {
        "<div class=\"tip left\""
    } else {
        "<div class=\"tip\""
    });
    markup
        .raw(" aria-hidden=\"true\" data-x=\"")
        .text(&percent)
        .raw("\"><p class=\"tip-head\"><span>");
    markup.raw(words::metric(series.metric)).raw("</span>");
    let change = value
        .zip(other)
        .and_then(|(now, before)| delta::change(series.metric, now, before));
    if let Some(change) = change {
        markup.element("<b>", &delta::delta(series.metric, change).short(), "</b>");
    }
    markup
        .raw("</p><p class=\"tip-row\"><i></i><span>")
        .text(&date::bucket(&series.labels[at], series.size));
    markup.raw("</span><b>").text(&text(value)).raw("</b></p>");
    if let Some(label) = series.other_labels.get(at) {
        markup
            .raw("<p class=\"tip-row other\"><i></i><span>")
            .text(&date::bucket(label, series.size));
        markup.raw("</span><b>").text(&text(other)).raw("</b></p>");
    }
    if series.present == Some(at) {
        markup.raw("<p class=\"tip-note\">Not over yet</p>");
    }
    for note in notes.iter().filter(|note| note.at == at) {
        markup.element("<p class=\"tip-note told\">", &note.text, "</p>");
    }
    markup.raw("</div>");
}

fn read_out(series: &Series, at: usize, notes: &[Note]) -> String {
    let text =
        |value: Option<f64>| value.map_or("no data".to_owned(), |value| number::metric_full(series.metric, value));
    let bucket = |label: Option<&String>| label.map(|label| date::bucket(label, series.size)).unwrap_or_default();
    let mut words = format!(
        "{}: {}",
        bucket(series.labels.get(at)),
        text(series.values.get(at).copied().flatten())
    );
    if let Some(label) = series.other_labels.get(at) {
        let other = text(series.other_values.get(at).copied().flatten());
        words.push_str(&format!("; {}: {other}", bucket(Some(label))));
    }
    for note in notes.iter().filter(|note| note.at == at) {
        words.push_str("; ");
        words.push_str(&note.text);
    }
    words
}
