//! A list of rows with bars, each a link that turns its filter on or off.

use super::dash::{Asked, Dash};
use super::question::CARD_ROWS;
use super::{delta, skipped, words};
use crate::client::answer::{Answer, Row};
use crate::format::{css, number, place};
use crate::ui::markup::{Markup, written};
use crate::ui::part_if;
use leptos::prelude::*;
use shared::query::{Dimension, FixedDimension, Metric};

/// The rows of a card: skeleton, error, nothing, or bars.
pub fn bars(dash: Dash, asked: Asked) -> AnyView {
    let error = move || asked.error(dash);
    let write = move |markup: &mut Markup| match asked.answer() {
        _ if asked.failure().is_some() => {}
        None => skeleton(markup),
        Some(answer) => {
            match answer.rows.is_empty() {
                true => nothing(markup),
                false => list(dash, &answer, markup),
            }
            skipped::write(&answer, markup);
        }
    };
    view! {
        <div class="bars" class:stale=move || asked.is_stale() aria-busy=move || asked.is_pending().to_string()>
            {part_if(error)}
            {written("bars-in", Box::new(write))}
        </div>
    }
    .into_any()
}

/// Says that there is nothing to show.
pub fn nothing(markup: &mut Markup) {
    markup.raw("<p class=\"nothing\">No data in this period</p>");
}

/// Rows to come.
pub fn skeleton(markup: &mut Markup) {
    markup.raw("<ul class=\"bar-list\" aria-hidden=\"true\">");
    for _ in 0..CARD_ROWS {
        markup.raw("<li class=\"bar-row skeleton\"></li>");
    }
    markup.raw("</ul>");
}

fn list(dash: Dash, answer: &Answer, markup: &mut Markup) {
    let Some(dimension) = answer.asked.dimensions.first() else {
        return;
    };
    let metrics = &answer.asked.metrics;
    // A share of the whole is for whoever points at the row; other numbers have a column.
    let share = metrics.get(1) == Some(&Metric::Percentage);
    let columns = if share { &metrics[..1] } else { &metrics[..] };
    markup.raw("<div class=\"bar-head\" aria-hidden=\"true\">");
    markup.element("<span>", &words::dimension(dimension), "</span>");
    for metric in columns {
        markup.element("<span class=\"bar-value\">", words::metric(*metric), "</span>");
    }
    markup
        .raw("</div><ul class=\"bar-list ")
        .raw(["", "c1", "c2", "c3", "c4"][columns.len().min(4)])
        .raw("\">");
    let top = answer.rows.iter().filter_map(|row| row.number(0)).fold(0.0, f64::max);
    for row in &answer.rows {
        let name = row.name();
        let active = dash.view.with(|view| view.has_filter(dimension, name));
        markup
            .raw("<li><a class=\"bar-row")
            .raw(if active { " active\" aria-current=\"true" } else { "" });
        markup.raw("\" data-key=\"").text(name).raw("\" href=\"");
        markup
            .text(&dash.href(|view| view.toggled(dimension, name)))
            .raw("\" title=\"");
        markup
            .text(&title(row, metrics, name))
            .raw("\"><span class=\"bar\" data-w=\"");
        let share_of_top = if top > 0.0 {
            row.number(0).unwrap_or(0.0) / top
        } else {
            0.0
        };
        markup.text(&css::fraction(share_of_top)).raw("\"></span>");
        named(dimension, name, markup);
        if share {
            markup.element(
                "<span class=\"bar-second\">",
                &number::cell(row, metrics, 1, false),
                "</span>",
            );
        }
        for at in 0..columns.len() {
            markup.element(
                "<span class=\"bar-value\">",
                &number::cell(row, metrics, at, false),
                "</span>",
            );
        }
        markup.raw("</a></li>");
    }
    markup.raw("</ul>");
}

/// A value's name, with its code where people know it by a name.
pub fn named(dimension: &Dimension, value: &str, markup: &mut Markup) {
    markup.raw("<span class=\"bar-name\">");
    if *dimension == Dimension::Fixed(FixedDimension::Country) && value.len() == 2 {
        markup.element("<span class=\"code\">", value, "</span>");
    }
    markup.text(&label(dimension, value)).raw("</span>");
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
    let Some(metric) = metrics.first() else {
        return name.to_owned();
    };
    let change = row.comparison.as_ref().and_then(|other| {
        let change = delta::delta(*metric, other.change.first().copied().flatten()?);
        let before = other.metrics.first().copied().flatten()?;
        Some(format!(
            " ({} from {})",
            change.short(),
            number::metric_full(*metric, before)
        ))
    });
    let count = number::cell(row, metrics, 0, true);
    let what = words::metric(*metric).to_ascii_lowercase();
    format!("{name}: {count} {what}{}", change.unwrap_or_default())
}
