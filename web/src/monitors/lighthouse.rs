//! Lighthouse's scores of the latest run, as a phone and as a desktop.

use super::facts::latest;
use super::paged::Paged;
use crate::client::json::Json;
use crate::format::number;
use crate::ui::markup::{Markup, written};
use crate::ui::ring::ring;
use leptos::prelude::*;
use serde_json::Value;

/// The times behind the score: the member, its name, and what it is counted in.
const TIMES: [(&str, &str, &str); 4] = [
    ("first_contentful_paint_ms", "First content", "ms"),
    ("largest_contentful_paint_ms", "Largest content", "ms"),
    ("total_blocking_time_ms", "Blocked", "ms"),
    ("cumulative_layout_shift", "Layout shift", ""),
];

/// The section.
pub fn lighthouse(checks: Paged) -> AnyView {
    let write = move |markup: &mut Markup| {
        checks.rows.with(|rows| {
            let Some(facts) = latest(rows) else {
                markup.raw("<p class=\"nothing\">Not measured yet</p>");
                return;
            };
            markup.raw("<div class=\"devices\">");
            device("Mobile", facts.get("mobile"), markup);
            device("Desktop", facts.get("desktop"), markup);
            markup
                .raw("</div><p class=\"facts\">Lighthouse ")
                .text(facts.text("version"))
                .raw("</p>");
        });
    };
    view! {
        <section class="card block" aria-labelledby="scores-title">
            <h2 id="scores-title">"Scores"</h2>
            {written("", Box::new(write))}
        </section>
    }
    .into_any()
}

fn device(name: &'static str, scores: Option<&Value>, markup: &mut Markup) {
    markup.raw("<section class=\"device\"><h3>").raw(name).raw("</h3>");
    let Some(scores) = scores.filter(|scores| scores.is_object()) else {
        markup.raw("<p class=\"nothing\">This run failed</p></section>");
        return;
    };
    let performance = scores.number("performance");
    ring(
        Some(performance / 100.0),
        &number::full(performance),
        "Performance",
        markup,
    );
    markup.raw("<dl class=\"fact-list\">");
    for (key, name) in [
        ("accessibility", "Accessibility"),
        ("best_practices", "Best practices"),
        ("seo", "Search engines"),
    ] {
        entry(name, scores.get(key).and_then(Value::as_f64).map(number::full), markup);
    }
    for (key, name, unit) in TIMES {
        let value = scores.get(key).and_then(Value::as_f64);
        let told = value.map(|value| match unit {
            "" => number::full(value),
            unit => format!("{} {unit}", number::full(value.round())),
        });
        entry(name, told, markup);
    }
    markup.raw("</dl></section>");
}

fn entry(name: &'static str, value: Option<String>, markup: &mut Markup) {
    markup.raw("<div><dt>").raw(name).raw("</dt>");
    markup.element("<dd>", value.as_deref().unwrap_or("Not measured"), "</dd></div>");
}
