//! The table of the details.

use super::bars::named;
use super::dash::Dash;
use super::details::Rows;
use super::view::{Details, View};
use super::{delta, question, words};
use crate::client::answer::Row;
use crate::format::number;
use crate::ui::markup::{Markup, written};
use leptos::prelude::*;
use shared::query::{Dimension, Direction, FixedDimension, Metric, OrderBy, OrderKey};

/// The rows under sortable headings; a name is a link that turns its filter on or off.
pub fn table(dash: Dash, state: Rows) -> AnyView {
    let write = move |markup: &mut Markup| {
        state
            .details
            .with_value(|details| dash.view.with(|view| write(state, details, view, markup)));
    };
    written("details-in", Box::new(write))
}

fn write(state: Rows, details: &Details, view: &View, markup: &mut Markup) {
    let (Details::Of(dimension) | Details::Revenue(dimension)) = details else {
        return;
    };
    let metrics = question::detail_metrics(view, details);
    let name = OrderKey::Dimension(FixedDimension::Time.into());
    markup.raw("<table class=\"table detail-table\"><thead><tr>");
    heading(view, details, name, "Name", markup);
    for metric in &metrics {
        heading(view, details, OrderKey::Metric(*metric), words::metric(*metric), markup);
    }
    markup.raw("</tr></thead><tbody>");
    state.rows.with(|rows| {
        for row in rows {
            line(view, row, dimension, &metrics, markup);
        }
        if rows.is_empty() && !state.pending.get() && state.failure.with(Option::is_none) {
            markup.raw("<tr><td class=\"nothing\" colspan=\"9\">Nothing found</td></tr>");
        }
    });
    markup.raw("</tbody></table>");
}

fn heading(view: &View, details: &Details, key: OrderKey, name: &str, markup: &mut Markup) {
    let OrderBy(now, direction) = question::order(view, details);
    let by_name = matches!(key, OrderKey::Dimension(_));
    let sorted = match (&now, &key) {
        (OrderKey::Dimension(_), OrderKey::Dimension(_)) => true,
        (now, key) => now == key,
    };
    let (word, arrow) = match (sorted, direction) {
        (false, _) => ("none", ""),
        (true, Direction::Asc) => ("ascending", "↑"),
        (true, Direction::Desc) => ("descending", "↓"),
    };
    let turned = match (sorted, direction) {
        (true, Direction::Desc) => Direction::Asc,
        (true, Direction::Asc) => Direction::Desc,
        (false, _) if by_name => Direction::Asc,
        (false, _) => Direction::Desc,
    };
    let mut next = view.clone();
    next.sort = Some(OrderBy(key, turned));
    markup
        .raw("<th scope=\"col\"")
        .raw(if by_name { "" } else { " class=\"num\"" });
    markup
        .raw(" aria-sort=\"")
        .raw(word)
        .raw("\"><a class=\"sort\" data-key=\"sort ")
        .text(name);
    markup.raw("\" href=\"").text(&next.href()).raw("\">").text(name);
    markup.element(
        "<span class=\"sort-arrow\" aria-hidden=\"true\">",
        arrow,
        "</span></a></th>",
    );
}

fn line(view: &View, row: &Row, dimension: &Dimension, metrics: &[Metric], markup: &mut Markup) {
    let name = row.name();
    markup
        .raw("<tr><th scope=\"row\"><a class=\"row-link\" data-key=\"")
        .text(name)
        .raw("\" href=\"");
    markup.text(&view.clone().toggled(dimension, name).href()).raw("\">");
    named(dimension, name, markup);
    markup.raw("</a></th>");
    for (at, metric) in metrics.iter().enumerate() {
        markup
            .raw("<td class=\"num\" data-label=\"")
            .raw(words::metric(*metric))
            .raw("\">");
        let change = row
            .comparison
            .as_ref()
            .and_then(|other| other.change.get(at).copied().flatten());
        if let Some(change) = change {
            let delta = delta::delta(*metric, change);
            markup
                .raw("<span class=\"delta\" title=\"")
                .text(&delta.words())
                .raw("\">");
            markup.text(&delta.short()).raw("</span> ");
        }
        markup.text(&number::cell(row, metrics, at, true)).raw("</td>");
    }
    markup.raw("</tr>");
}
