//! Times during which something was not as it should be, latest first.

use super::paged::{Paged, PagedView};
use super::vitals::Vitals;
use super::words;
use crate::client::json::Json;
use crate::format::ago;
use crate::ui::markup::Markup;
use crate::ui::status::{Level, status};
use leptos::prelude::*;
use serde_json::Value;
use shared::health::Health;
use shared::monitor::MonitorKind;

/// The section with those of one kind, or of all.
pub fn incidents(vitals: Vitals, of: Option<MonitorKind>) -> AnyView {
    // The list can't be asked for one kind: a longer page makes up for those that are left out.
    let path = if of.is_some() {
        "incidents?limit=100"
    } else {
        "incidents"
    };
    let list = Paged::new(vitals.desk, path.to_owned());
    let open = Memo::new(move |_| {
        let ids = |health: &Health| {
            health
                .open_incidents
                .iter()
                .map(|incident| incident.id.0.clone())
                .collect()
        };
        vitals.with(ids).unwrap_or_default()
    });
    Effect::new(move |before: Option<Vec<String>>| {
        let now: Vec<String> = open.get();
        if before.is_some_and(|before| before != now) {
            list.begin();
        }
        now
    });
    let view = PagedView {
        empty: "No incidents so far",
        wanted: wanted(of),
        row,
    };
    view! {
        <section class="card block" aria-labelledby="incidents-title">
            <h2 id="incidents-title">"Incidents"</h2>
            {list.shown(vitals, view)}
        </section>
    }
    .into_any()
}

fn wanted(of: Option<MonitorKind>) -> fn(&Value) -> bool {
    match of {
        None => |_| true,
        Some(MonitorKind::Uptime) => |row| row.text("kind") == "uptime",
        Some(MonitorKind::Certificate) => |row| row.text("kind") == "certificate",
        Some(MonitorKind::Domain) => |row| row.text("kind") == "domain",
        Some(MonitorKind::Links) => |row| row.text("kind") == "links",
        Some(MonitorKind::Lighthouse) => |row| row.text("kind") == "lighthouse",
    }
}

fn row(vitals: Vitals, incident: &Value, markup: &mut Markup) {
    let opened = incident.text("opened_at");
    let began = js_sys::Date::parse(opened);
    markup.raw("<li class=\"check-row\">");
    markup.element("<span class=\"when\">", &vitals.instant(opened), "</span>");
    let length = match incident.maybe_text("closed_at") {
        Some(closed) => {
            status(Level::Good, "Over", markup);
            format!("lasted {}", ago::lasting(js_sys::Date::parse(&closed) - began))
        }
        None => {
            status(Level::Bad, "Open", markup);
            format!("for {} now", ago::lasting(vitals.now_ms.get() - began))
        }
    };
    markup.raw("<span class=\"why\"><b>");
    let kind = MonitorKind::of(incident.text("kind"));
    markup.raw(kind.map(words::kind).unwrap_or_default()).raw("</b> · ");
    markup.text(&words::reason_of(incident.text("reason")));
    markup
        .raw("</span><span class=\"num\">")
        .text(&length)
        .raw("</span></li>");
}
