//! A list of rows with bars, each a link that turns its filter on or off.

use super::dash::{Asked, Dash};
use super::delta;
use super::question::CARD_ROWS;
use crate::client::answer::{Answer, Row};
use crate::format::{css, number, place};
use crate::ui::{Views, dynamic, part};
use leptos::prelude::*;
use shared::query::{Dimension, FixedDimension, Metric};

/// The rows of a card: skeleton, error, nothing, or bars.
pub fn bars(dash: Dash, asked: Asked) -> AnyView {
    let body = move || match (asked.error(dash), asked.answer()) {
        (Some(error), _) => error,
        (None, None) => skeleton(),
        (None, Some(answer)) if answer.rows.is_empty() => {
            view! { <p class="nothing">"No data in this period"</p> }.into_any()
        }
        (None, Some(answer)) => list(dash, &answer),
    };
    view! {
        <div class="bars" class:stale=move || asked.is_stale() aria-busy=move || asked.is_pending().to_string()>
            {part(body)}
        </div>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let row = |_| view! { <li class="bar-row skeleton"><span></span></li> };
    view! { <ul class="bar-list" aria-hidden="true">{(0..CARD_ROWS).map(row).views()}</ul> }.into_any()
}

fn list(dash: Dash, answer: &Answer) -> AnyView {
    let Some(dimension) = answer.asked.dimensions.first() else {
        return ().into_any();
    };
    let top = answer.rows.iter().filter_map(|row| row.number(0)).fold(1.0, f64::max);
    let rows = answer
        .rows
        .iter()
        .map(|row| bar(dash, row, dimension, &answer.asked.metrics, top));
    view! {
        <div class="bar-head" aria-hidden="true">
            <span>{super::words::dimension(dimension)}</span>
            <span>"Visitors"</span>
        </div>
        <ul class="bar-list">{rows.views()}</ul>
    }
    .into_any()
}

fn bar(dash: Dash, row: &Row, dimension: &Dimension, metrics: &[Metric], top: f64) -> AnyView {
    let name = row.name().to_owned();
    let visitors = row.number(0).unwrap_or(0.0);
    let second = metrics
        .get(1)
        .zip(row.number(1))
        .map(|(metric, value)| number::metric(*metric, value));
    let active = dash.view.with_untracked(|view| view.has_filter(dimension, &name));
    let href = {
        let (dimension, name) = (dimension.clone(), name.clone());
        move || dash.href(|view| view.toggled(&dimension, &name))
    };
    view! {
        <li>
            <a class="bar-row" class:active=active href=dynamic(href) aria-current=active.then_some("true")
                title=title(row, metrics, &name)>
                <span class="bar" style=("--w", css::fraction(visitors / top))></span>
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

/// The whole name, the full number, and the change where one was asked for.
fn title(row: &Row, metrics: &[Metric], name: &str) -> String {
    let visitors = number::full(row.number(0).unwrap_or(0.0));
    let change = row.comparison.as_ref().and_then(|other| {
        let change = delta::delta(*metrics.first()?, other.change.first().copied().flatten()?);
        let before = other.metrics.first().copied().flatten()?;
        Some(format!(" ({} from {})", change.short(), number::full(before)))
    });
    format!("{name}: {visitors} visitors{}", change.unwrap_or_default())
}
