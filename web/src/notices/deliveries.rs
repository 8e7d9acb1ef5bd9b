//! What became of each notice, latest first.

use super::page::{Notices, name};
use super::words;
use crate::client::json::Json;
use crate::monitors::paged::PagedView;
use crate::monitors::vitals::Vitals;
use crate::monitors::words as monitors;
use crate::ui::markup::Markup;
use crate::ui::status::status;
use leptos::prelude::*;
use serde_json::Value;
use shared::monitor::MonitorKind;

/// The section with the list.
pub fn deliveries(all: Notices) -> AnyView {
    provide_context(all);
    let view = PagedView {
        empty: "No notices yet",
        wanted: |_| true,
        row,
    };
    view! {
        <section class="card block" aria-labelledby="deliveries-title">
            <div class="row-between">
                <h2 id="deliveries-title">"Deliveries"</h2>
                <button type="button" class="btn small" on:click=move |_| all.deliveries.begin()>"Refresh"</button>
            </div>
            {all.deliveries.shown(all.vitals, view)}
        </section>
    }
    .into_any()
}

fn row(vitals: Vitals, delivery: &Value, markup: &mut Markup) {
    let (level, word) = words::state(delivery.text("state"));
    markup.raw("<li class=\"check-row\"><span class=\"when\">");
    markup.text(&vitals.instant(delivery.text("created_at"))).raw("</span>");
    status(level, word, markup);
    markup
        .raw("<span class=\"why\"><b>")
        .raw(words::event(delivery.text("event")))
        .raw("</b>");
    let incident = delivery.get("incident").filter(|incident| incident.is_object());
    let kind = incident.and_then(|incident| MonitorKind::of(incident.text("kind")));
    let to = use_context::<Notices>().and_then(|all| all.channel(delivery.text("channel_id"), name));
    let why = delivery.maybe_text("reason").map(|reason| words::obstacle(&reason));
    let code = delivery
        .get("status")
        .and_then(Value::as_u64)
        .map(|status| format!("status {status}"));
    let next = delivery
        .maybe_text("next_attempt_at")
        .map(|at| format!("next try {}", vitals.until(&at)));
    let kind = kind.map(|kind| monitors::kind(kind).to_owned());
    for part in [kind, to, why, code, next].into_iter().flatten() {
        markup.raw(" · ").text(&part);
    }
    markup.raw("</span><span class=\"num\">");
    match delivery.number("attempts") as i64 {
        0 => {}
        1 => {
            markup.raw("1 try");
        }
        more => {
            markup.text(&format!("{more} tries"));
        }
    }
    markup.raw("</span></li>");
}
