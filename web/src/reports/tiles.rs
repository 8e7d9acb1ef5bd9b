//! The numbers of the period; each tile is also the switch of the chart's metric.

use super::dash::{Asked, Dash, use_dash};
use super::skipped::skipped;
use super::view::View;
use super::{delta, question, words};
use crate::client::board::Panel;
use crate::format::number;
use crate::ui::dom;
use crate::ui::tasks::effect;
use crate::ui::{Views, dynamic, part, part_if};
use leptos::prelude::*;
use shared::query::Metric;
use wasm_bindgen::JsCast;

/// The tiles.
pub fn tiles() -> AnyView {
    let dash = use_dash();
    let asked = dash.ask(Box::new(move |view, today| {
        Some(question::tiles(view, today, dash.has_revenue()))
    }));
    effect(move || settle(dash, &asked.panel.get()));
    let metrics = Memo::new(move |_| dash.view.with(|view| question::tile_metrics(view, dash.has_revenue())));
    let tiles = move || {
        let metrics = metrics.get().into_iter().enumerate();
        metrics.map(|(index, metric)| tile(dash, asked, index, metric)).views()
    };
    let error = move || asked.error(dash);
    view! {
        <div class="tiles" role="tablist" aria-label="What the chart shows" on:keydown=walk
            class:stale=move || asked.is_stale()
            aria-busy=move || asked.is_pending().to_string()>
            {part(tiles)}
        </div>
        {part_if(error)}
        {skipped(asked)}
    }
    .into_any()
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
    let visitors = panel.answer.as_ref().and_then(|answer| answer.total());
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

fn tile(dash: Dash, asked: Asked, index: usize, metric: Metric) -> AnyView {
    let current = move || dash.view.with(|view| view.plotted() == metric);
    let href = move || {
        dash.href(|mut view| {
            view.metric = metric;
            view
        })
    };
    let name = match (metric, dash.view.with_untracked(View::has_goal)) {
        (Metric::Visitors, false) => "Unique visitors",
        (Metric::Visitors, true) => "Unique conversions",
        (Metric::Events, _) => "Conversions",
        _ => words::metric(metric),
    };
    let loaded = move || asked.answer().is_some();
    let text = move |whole: bool| {
        let answer = asked.answer()?;
        // Right after a step the old answer may be about other metrics.
        if answer.asked.metrics.get(index) != Some(&metric) {
            return None;
        }
        let row = answer.rows.first();
        Some(row.map_or("–".to_owned(), |row| {
            number::cell(row, &answer.asked.metrics, index, whole)
        }))
    };
    let value = move || text(false).unwrap_or_default();
    let full = move || text(true);
    let change = move || {
        let answer = asked.answer()?;
        let other = answer.rows.first()?.comparison.as_ref()?;
        let delta = delta::delta(metric, other.change.get(index).copied().flatten()?);
        let before = number::metric_full(metric, other.metrics.get(index).copied().flatten()?);
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
            <span class="tile-change">{part_if(change)}</span>
        </a>
    }
    .into_any()
}
