//! The checks of a monitor, latest first.

use super::paged::{Paged, PagedView};
use super::vitals::Vitals;
use super::words;
use crate::client::json::Json;
use crate::format::number;
use crate::ui::markup::Markup;
use crate::ui::status::status;
use leptos::prelude::*;
use serde_json::Value;

/// The section with the list.
pub fn checks(vitals: Vitals, list: Paged) -> AnyView {
    let view = PagedView {
        empty: "No checks yet",
        wanted: |_| true,
        row,
    };
    view! {
        <section class="card block" aria-labelledby="checks-title">
            <h2 id="checks-title">"Checks"</h2>
            {list.shown(vitals, view)}
        </section>
    }
    .into_any()
}

fn row(vitals: Vitals, check: &Value, markup: &mut Markup) {
    let (level, word) = words::outcome(check.text("outcome"));
    markup.raw("<li class=\"check-row\">");
    markup.element(
        "<span class=\"when\">",
        &vitals.instant(check.text("checked_at")),
        "</span>",
    );
    status(level, word, markup);
    markup.raw("<span class=\"why\">");
    let status = check.get("facts").and_then(|facts| facts.get("status")?.as_u64());
    let why = check.maybe_text("reason").map(|reason| words::reason_of(&reason));
    let parts = [why, status.map(|status| format!("Status {status}"))];
    markup.text(&parts.into_iter().flatten().collect::<Vec<_>>().join(" · "));
    if check.get("maintenance").and_then(Value::as_bool) == Some(true) {
        markup.raw(" <span class=\"pill\">Maintenance</span>");
    }
    markup.raw("</span><span class=\"num\">");
    if let Some(ms) = check.get("response_ms").and_then(Value::as_f64) {
        markup.text(&number::full(ms)).raw(" ms");
    }
    markup.raw("</span></li>");
}
