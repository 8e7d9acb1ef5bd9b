//! The numbers of the period; each tile is also the switch of the chart's metric.

use super::dash::{Dash, use_dash};
use super::view::METRICS;
use super::{delta, question, words};
use crate::client::board::Panel;
use crate::format::number;
use crate::ui::dom;
use crate::ui::dynamic;
use crate::ui::error_box::ErrorBox;
use leptos::prelude::*;
use shared::query::Metric;
use shared::query_result::Number;
use wasm_bindgen::JsCast;

/// The six tiles.
#[component]
pub fn Tiles() -> impl IntoView {
    let dash = use_dash();
    let asked = dash.ask(|view, today| Some(question::tiles(view, today)));
    Effect::new(move |_| settle(dash, &asked.panel.get()));
    let tiles = METRICS
        .iter()
        .enumerate()
        .map(|(index, metric)| tile(dash, asked.shown, index, *metric));
    let error = move || {
        asked.shown.with(|panel| panel.failure.clone()).map(|failure| {
            let retry = Callback::new(move |()| dash.board.retry(asked.panel));
            view! { <ErrorBox message="Could not load" wait_s=failure.wait_s() retry=retry /> }
        })
    };
    view! {
        <div class="tiles" role="tablist" aria-label="What the chart shows" on:keydown=walk
            class:stale=move || asked.shown.with(|panel| panel.pending && panel.answer.is_some())
            aria-busy=move || asked.shown.with(|panel| panel.pending).to_string()>
            {tiles.collect_view()}
        </div>
        {dynamic(error)}
    }
}

/// Arrow keys walk over the tiles; Enter or Space chooses the one that has the focus.
fn walk(event: web_sys::KeyboardEvent) {
    let tile = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    let next = match (event.key().as_str(), &tile) {
        ("ArrowRight", Some(tile)) => tile.next_element_sibling(),
        ("ArrowLeft", Some(tile)) => tile.previous_element_sibling(),
        (" ", Some(tile)) => {
            tile.click();
            None
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(next) = next {
        dom::focus_element(&next);
    }
}

/// Without a period in the URL the last 28 days are shown, or today where they are empty: a new site's first day
/// would else look like a failure.
fn settle(dash: Dash, panel: &Panel) {
    use super::period::Period;
    if dash.settled.get_untracked() || panel.pending {
        return;
    }
    let visitors = panel
        .answer
        .as_ref()
        .and_then(|answer| number_at(answer.results.first()?.metrics.first()));
    let (unnamed, unfiltered) = dash
        .view
        .with_untracked(|view| (view.span.is_none(), view.filters.is_empty()));
    let empty = panel.failure.is_none() && visitors.unwrap_or(0.0) == 0.0;
    let undecided = unnamed && unfiltered && empty;
    if undecided && dash.fallback.get_untracked() != Period::Day {
        dash.fallback.set(Period::Day);
        return;
    }
    dash.settled.set(true);
    if undecided {
        dash.on_empty.run(());
    }
}

fn number_at(metric: Option<&Option<Number>>) -> Option<f64> {
    metric.copied().flatten().map(Number::as_f64)
}

fn tile(dash: Dash, shown: Memo<Panel>, index: usize, metric: Metric) -> AnyView {
    let current = move || dash.view.with(|view| view.metric == metric);
    let href = move || {
        dash.href(|mut view| {
            view.metric = metric;
            view
        })
    };
    let name = if metric == Metric::Visitors {
        "Unique visitors"
    } else {
        words::metric(metric)
    };
    let numbers = Memo::new(move |_| {
        shown.with(|panel| {
            let row = panel.answer.as_ref()?.results.first()?;
            let other = row.comparison.as_ref();
            let before = other.and_then(|other| number_at(other.metrics.get(index)));
            let change = other.and_then(|other| other.change.get(index).copied().flatten());
            Some((number_at(row.metrics.get(index)), before, change))
        })
    });
    let loaded = move || shown.with(|panel| panel.answer.is_some());
    let value = move || match numbers.get() {
        Some((Some(value), ..)) => number::metric(metric, value),
        _ if loaded() => "–".to_owned(),
        _ => String::new(),
    };
    let full = move || {
        numbers
            .get()
            .and_then(|(value, ..)| value)
            .map(|value| number::metric_full(metric, value))
    };
    let change = move || {
        let (_, before, change) = numbers.get()?;
        let delta = delta::delta(metric, change?);
        let before = number::metric_full(metric, before?);
        Some(view! {
            <span aria-hidden="true" class="delta">{delta.short()}</span>
            <span aria-hidden="true" class="delta-before">{format!("from {before}")}</span>
            <span class="sr-only">{format!("{} from {before}", delta.words())}</span>
        })
    };
    view! {
        <a class="tile" class:current=dynamic(current) href=dynamic(href) role="tab"
            aria-selected=move || current().to_string() aria-controls="chart"
            tabindex=move || if current() { "0" } else { "-1" }
            class:skeleton=move || !loaded()>
            <span class="tile-name">{name}</span>
            <span class="tile-value" title=dynamic(full)>{dynamic(value)}</span>
            <span class="tile-change">{dynamic(change)}</span>
        </a>
    }
    .into_any()
}
