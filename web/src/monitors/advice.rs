//! What Lighthouse would have better: the findings of the latest runs, the most rewarding first.

use super::paged::{Paged, PagedView};
use super::vitals::Vitals;
use crate::client::json::Json;
use crate::format::number;
use crate::ui::markup::Markup;
use leptos::prelude::*;
use serde_json::Value;
use shared::monitor::MonitorKind;

const PATH: &str = "lighthouse-findings";

/// The section with the list.
pub fn advice(vitals: Vitals) -> AnyView {
    let list = Paged::new(vitals.desk, PATH.to_owned());
    let checked = Memo::new(move |_| vitals.monitor(MonitorKind::Lighthouse, |monitor, _| monitor.checked_at.clone()));
    // Another run has other findings.
    Effect::new(move |before: Option<Option<Option<String>>>| {
        let now = checked.get();
        if before.is_some_and(|before| before != now) {
            list.turn_to(PATH.to_owned());
        }
        now
    });
    let view = PagedView {
        empty: "Nothing found",
        wanted: |_| true,
        row,
    };
    view! {
        <section class="card block" aria-labelledby="advice-title">
            <h2 id="advice-title">"What would be better"</h2>
            {list.shown(vitals, view)}
        </section>
    }
    .into_any()
}

fn row(_: Vitals, finding: &Value, markup: &mut Markup) {
    let device = if finding.text("device") == "mobile" {
        "Mobile"
    } else {
        "Desktop"
    };
    markup
        .raw("<li class=\"finding\"><p class=\"finding-head\"><b>")
        .text(finding.text("title"))
        .raw("</b>");
    markup.element("<span class=\"pill\">", device, "</span></p>");
    markup.raw("<p class=\"facts\">");
    let saves = finding
        .get("savings_ms")
        .and_then(Value::as_f64)
        .filter(|ms| *ms >= 1.0);
    let parts = [
        Some(category(finding.text("category")).to_owned()),
        Some(format!("score {}", number::full(finding.number("score")))),
        finding.maybe_text("measured"),
        saves.map(|ms| format!("may save {} ms", number::full(ms.round()))),
    ];
    markup
        .text(&parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
        .raw("</p>");
    let description = finding.text("description");
    if !description.is_empty() {
        markup.element("<p class=\"muted\">", description, "</p>");
    }
    markup.raw("</li>");
}

/// Lighthouse's category as we call it.
fn category(word: &str) -> &str {
    match word {
        "performance" => "Performance",
        "accessibility" => "Accessibility",
        "best-practices" | "best_practices" => "Best practices",
        "seo" => "Search engines",
        other => other,
    }
}
