//! The chart: one line, dashed where the bucket is not over, and beside it the other period's.
//!
//! `series` is pure, as are the scale and the paths that all charts have (`ui`); `notes` finds the buckets of what the owner noted, `plot` draws, `cursor` follows pointer and keys,
//! `table` says the same in words.

mod cursor;
mod notes;
mod plot;
pub mod series;
mod table;

use super::dash::{Dash, use_dash};
use super::period::{Span, intervals};
use super::skipped::skipped;
use super::view::{View, interval_of_word, interval_word};
use super::{delta, question, words};
use crate::client::json::Json;
use crate::format::{date, number};
use crate::reports::date::Date;
use crate::router::Step;
use crate::ui::scale;
use crate::ui::tasks::effect;
use crate::ui::{Views, part_if};
use leptos::prelude::*;
use notes::Note;
use series::Series;
use shared::query::FixedDimension;
use std::sync::Arc;

/// What the chart's parts share.
#[derive(Clone, Copy)]
pub(super) struct Chart {
    /// The lines; `None` while there is no answer.
    pub series: Memo<Option<Arc<Series>>>,
    /// What the owner noted for its buckets.
    pub notes: Memo<Vec<Note>>,
    /// The bucket under the crosshair.
    pub cursor: RwSignal<Option<usize>>,
}

/// The chart of the metric that the view names.
pub fn chart_card(end: AnyView) -> AnyView {
    let dash = use_dash();
    let asked = dash.ask(Box::new(move |view, today| {
        Some(question::chart(view, today, dash.window.get()))
    }));
    let series = Memo::new(move |_| asked.answer().as_deref().and_then(Series::read).map(Arc::new));
    let days = move || asked.answer().and_then(|answer| range_days(&answer.asked.date_range));
    effect(move || {
        let days = series.with(|series| notes::days(&series.as_ref()?.labels));
        if days.is_some() && dash.noted.get_untracked() != days {
            dash.noted.set(days);
        }
    });
    let notes = Memo::new(move |_| {
        let (series, annotations) = (series.get(), dash.notes.answer.get());
        let both = series.zip(annotations);
        both.map(|(series, list)| notes::read(&series.labels, list.items("data")))
            .unwrap_or_default()
    });
    let chart = Chart {
        series,
        notes,
        cursor: RwSignal::new(None),
    };
    effect(move || {
        dash.view.track();
        chart.cursor.set(None);
    });
    let error = move || asked.error(dash);
    view! {
        <section class="chart-card" id="chart" role="tabpanel" aria-labelledby="chart-title"
            class:stale=move || asked.is_stale()
            aria-busy=move || asked.is_pending().to_string()>
            <header class="chart-head">
                <h2 id="chart-title" class="sr-only">{move || words::metric(dash.view.with(View::plotted))}</h2>
                {legend(chart)}
                <div class="chart-tools">{interval_select(dash, series, days)} {end}</div>
            </header>
            {part_if(error)}
            {cursor::figure(dash, chart)}
            {skipped(asked)}
            {table::table(chart)}
        </section>
    }
    .into_any()
}

fn legend(chart: Chart) -> AnyView {
    let line = |class: &'static str, words: String| view! { <span class=class><i></i>{words}</span> };
    let entries = move || {
        let series = chart.series.get()?;
        let now = span_words(&series.labels, series.size)?;
        let other = span_words(&series.other_labels, series.size);
        Some(view! { {line("key", now)} {other.map(|other| line("key other", other))} })
    };
    view! { <p class="legend">{part_if(entries)}</p> }.into_any()
}

fn span_words(labels: &[String], size: FixedDimension) -> Option<String> {
    let (first, last) = (labels.first()?, labels.last()?);
    let day = |label: &str| label.get(..10).and_then(Date::parse);
    Some(match (day(first), day(last)) {
        (Some(from), Some(to)) if size == FixedDimension::TimeMonth && from == to => date::month(from),
        (Some(from), Some(to)) if size == FixedDimension::TimeMonth => {
            format!("{} – {}", date::month(from), date::month(to))
        }
        (Some(from), Some(to)) => date::range(from, to),
        _ => String::new(),
    })
}

/// How many days an answered range touches; its end is the first instant that does not belong.
fn range_days((from, to): &(String, String)) -> Option<i64> {
    let day = |text: &str| text.get(..10).and_then(Date::parse);
    let ends_at_midnight = to.get(11..19) == Some("00:00:00");
    Some(day(to)?.days() - day(from)?.days() + i64::from(!ends_at_midnight))
}

fn interval_select(
    dash: Dash,
    series: Memo<Option<Arc<Series>>>,
    days: impl Fn() -> Option<i64> + Send + 'static,
) -> AnyView {
    let options = move || {
        let size = series.get()?.size;
        let mut sizes = intervals(days()?).to_vec();
        if dash
            .view
            .with(|view| view.shown().period == super::period::Period::Realtime)
        {
            sizes.clear();
        }
        if !sizes.contains(&size) {
            sizes.push(size);
        }
        let option = |item: &FixedDimension| {
            view! { <option value=interval_word(*item) selected=*item == size>{words::interval(*item)}</option> }
        };
        Some(sizes.iter().map(option).views())
    };
    let on_change = move |event| {
        let interval = interval_of_word(&event_target_value(&event));
        dash.go(Step::Push, |mut view| {
            view.interval = interval;
            view
        });
    };
    view! { <select class="select small" id="interval" aria-label="Bucket size" on:change=on_change>{part_if(options)}</select> }
        .into_any()
}

/// One sentence about the whole chart.
pub(super) fn summary(series: &Series) -> String {
    let name = words::metric(series.metric);
    let span = span_words(&series.labels, series.size).unwrap_or_default();
    let Some((at, value)) = series.peak().filter(|(_, value)| *value > 0.0) else {
        return format!("{name}, {span}: no data");
    };
    let peak = number::metric_full(series.metric, value);
    let sum = |values: &[Option<f64>]| values.iter().flatten().sum::<f64>();
    let change = match series.other_values.is_empty() || series.unit() != scale::Unit::Count {
        true => None,
        false => delta::change(series.metric, sum(&series.values), sum(&series.other_values)),
    };
    let change = change
        .map(|change| format!(", {}", delta::delta(series.metric, change).words()))
        .unwrap_or_default();
    format!(
        "{name}, {span}{change}; peak {peak} on {}",
        date::bucket(&series.labels[at], series.size)
    )
}

/// The state that a click on a bucket leads to: the bucket itself as the period.
pub(super) fn zoomed(series: &Series, at: usize) -> Option<Span> {
    use super::period::Period;
    let date = series.labels.get(at)?.get(..10).and_then(Date::parse)?;
    let span = |period| Span {
        period,
        date: Some(date),
        custom: None,
    };
    match series.size {
        FixedDimension::TimeMonth => Some(span(Period::Month)),
        FixedDimension::TimeWeek => Some(Span {
            period: Period::Custom,
            date: None,
            custom: Some((date, date.plus_days(6))),
        }),
        FixedDimension::TimeDay => Some(span(Period::Day)),
        _ => None,
    }
}
