//! The table of the details.

use super::bars::named;
use super::dash::Dash;
use super::details::Rows;
use super::{delta, question, words};
use crate::client::answer::Row;
use crate::format::number;
use crate::ui::{Views, dynamic, part};
use leptos::prelude::*;
use shared::query::{Dimension, Direction, Metric};

/// The rows under sortable headings; a name is a link that turns its filter on or off.
pub fn table(dash: Dash, state: Rows, dimension: Dimension) -> AnyView {
    let metrics = question::detail_metrics(&dimension);
    let heads = metrics
        .iter()
        .enumerate()
        .map(|(index, metric)| heading(state, index + 1, words::metric(*metric)));
    let heads = heads.views();
    let name_head = heading(state, 0, "Name");
    let body = move || {
        let rows = state.rows.get();
        if rows.is_empty() && !state.pending.get() && state.failure.with(Option::is_none) {
            return view! { <tr><td class="nothing" colspan="9">"Nothing found"</td></tr> }.into_any();
        }
        rows.iter()
            .map(|row| line(dash, row, &dimension, &metrics))
            .views()
            .into_any()
    };
    view! {
        <table class="table detail-table">
            <thead><tr>{name_head}{heads}</tr></thead>
            <tbody>{part(body)}</tbody>
        </table>
    }
    .into_any()
}

fn heading(state: Rows, column: usize, name: &'static str) -> AnyView {
    let sorted = move || match state.sort.get() {
        (now, Direction::Asc) if now == column => "ascending",
        (now, Direction::Desc) if now == column => "descending",
        _ => "none",
    };
    let on_click = move |_| {
        state.sort.update(|sort| {
            let turned = if sort.1 == Direction::Desc {
                Direction::Asc
            } else {
                Direction::Desc
            };
            let first = if column == 0 { Direction::Asc } else { Direction::Desc };
            *sort = (column, if sort.0 == column { turned } else { first });
        });
    };
    let arrow = move || match sorted() {
        "ascending" => "↑",
        "descending" => "↓",
        _ => "",
    };
    view! {
        <th scope="col" class:num=column != 0 aria-sort=dynamic(sorted)>
            <button type="button" class="sort" on:click=on_click>
                {name}<span class="sort-arrow" aria-hidden="true">{dynamic(arrow)}</span>
            </button>
        </th>
    }
    .into_any()
}

fn line(dash: Dash, row: &Row, dimension: &Dimension, metrics: &[Metric]) -> AnyView {
    let name = row.name().to_owned();
    let href = dash.href(|view| view.toggled(dimension, &name));
    let cells = metrics.iter().enumerate().map(|(index, metric)| {
        let value = row.number(index);
        let text = value.map_or("–".to_owned(), |value| number::metric_full(*metric, value));
        let change = row
            .comparison
            .as_ref()
            .and_then(|other| other.change.get(index).copied().flatten());
        let change = change.map(|change| {
            let delta = delta::delta(*metric, change);
            view! { <span class="delta" title=delta.words()>{delta.short()}</span> }
        });
        view! { <td class="num" data-label=words::metric(*metric)>{change} {text}</td> }
    });
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=href>{named(dimension, &name)}</a></th>
            {cells.views()}
        </tr>
    }
    .into_any()
}
