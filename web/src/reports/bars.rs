//! A list of rows with bars, each a link that turns its filter on or off.

use super::dash::{Asked, Dash};
use super::delta;
use super::question::CARD_ROWS;
use crate::format::{number, place};
use crate::ui::dynamic;
use crate::ui::error_box::ErrorBox;
use leptos::prelude::*;
use shared::query::{Dimension, FixedDimension, Metric};
use shared::query_result::{Number, QueryResult, Row};

/// The rows of a card: skeleton, error, nothing, or bars.
pub fn bars(dash: Dash, asked: Asked, dimension: Memo<Dimension>) -> AnyView {
    let body = move || {
        let panel = asked.shown.get();
        if let Some(failure) = panel.failure {
            let retry = Callback::new(move |()| dash.board.retry(asked.panel));
            return view! { <ErrorBox message="Could not load" wait_s=failure.wait_s() retry=retry /> }.into_any();
        }
        match panel.answer {
            None => skeleton(),
            Some(answer) if answer.results.is_empty() => {
                view! { <p class="nothing">"No data in this period"</p> }.into_any()
            }
            Some(answer) => list(dash, &answer, &dimension.get()),
        }
    };
    view! {
        <div class="bars" class:stale=move || asked.shown.with(|panel| panel.pending)
            aria-busy=move || asked.shown.with(|panel| panel.pending).to_string()>
            {dynamic(body)}
        </div>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let row = |_| view! { <li class="bar-row skeleton"><span></span></li> };
    view! { <ul class="bar-list" aria-hidden="true">{(0..CARD_ROWS).map(row).collect_view()}</ul> }.into_any()
}

fn list(dash: Dash, answer: &QueryResult, dimension: &Dimension) -> AnyView {
    // A late answer of the tab before belongs to another dimension.
    let dimension = answer.query.dimensions.first().unwrap_or(dimension);
    let top = answer.results.iter().map(|row| value(row, 0)).fold(1.0, f64::max);
    let rows = answer
        .results
        .iter()
        .map(|row| bar(dash, row, dimension, &answer.query.metrics, top))
        .collect_view();
    view! {
        <div class="bar-head" aria-hidden="true">
            <span>{super::words::dimension(dimension)}</span>
            <span>"Visitors"</span>
        </div>
        <ul class="bar-list">{rows}</ul>
    }
    .into_any()
}

fn bar(dash: Dash, row: &Row, dimension: &Dimension, metrics: &[Metric], top: f64) -> AnyView {
    let name = row.dimensions.first().cloned().unwrap_or_default();
    let visitors = value(row, 0);
    let second = metrics.get(1).zip(row.metrics.get(1).copied().flatten());
    let second = second.map(|(metric, value)| number::metric(*metric, value.as_f64()));
    let active = dash.view.with_untracked(|view| view.has_filter(dimension, &name));
    let href = {
        let (dimension, name) = (dimension.clone(), name.clone());
        move || dash.href(|view| view.toggled(&dimension, &name))
    };
    view! {
        <li>
            <a class="bar-row" class:active=active href=href aria-current=active.then_some("true") title=title(row, metrics, &name)>
                <span class="bar" style=("--w", format!("{:.4}", visitors / top))></span>
                {named(dimension, &name)}
                <span class="bar-second">{second}</span>
                <span class="bar-value">{number::compact(visitors)}</span>
            </a>
        </li>
    }
    .into_any()
}

/// A value's name, with its code where people know it by a name.
pub fn named(dimension: &Dimension, value: &str) -> AnyView {
    let country = *dimension == Dimension::Fixed(FixedDimension::Country) && value.len() == 2;
    let code = country.then(|| view! { <span class="code">{value.to_owned()}</span> });
    view! { <span class="bar-name">{code}{label(dimension, value)}</span> }.into_any()
}

/// A value's name as text.
pub fn label(dimension: &Dimension, value: &str) -> String {
    match dimension {
        Dimension::Fixed(FixedDimension::Country) => place::country(value),
        _ => value.to_owned(),
    }
}

fn value(row: &Row, at: usize) -> f64 {
    row.metrics.get(at).copied().flatten().map_or(0.0, Number::as_f64)
}

/// The whole name, the full number, and the change where one was asked for.
fn title(row: &Row, metrics: &[Metric], name: &str) -> String {
    let visitors = number::full(value(row, 0));
    let change = row.comparison.as_ref().and_then(|other| {
        let change = delta::delta(*metrics.first()?, other.change.first().copied().flatten()?);
        let before = other.metrics.first().copied().flatten()?.as_f64();
        Some(format!(" ({} from {})", change.short(), number::full(before)))
    });
    format!("{name}: {visitors} visitors{}", change.unwrap_or_default())
}
