//! What the latest check with a result learned of a certificate, a domain, and links.

use super::paged::Paged;
use super::vitals::Vitals;
use crate::client::json::Json;
use crate::format::number;
use crate::ui::markup::{Markup, written};
use leptos::prelude::*;
use serde_json::Value;
use shared::monitor::MonitorKind;

/// The section with the facts of a kind; nothing for kinds that show theirs otherwise.
pub fn facts(vitals: Vitals, kind: MonitorKind, checks: Paged) -> AnyView {
    let (title, write): (_, fn(Vitals, &Value, &mut Markup)) = match kind {
        MonitorKind::Certificate => ("The certificate", certificate),
        MonitorKind::Domain => ("The registration", domain),
        MonitorKind::Links => ("The latest crawl", links),
        MonitorKind::Uptime | MonitorKind::Lighthouse => return ().into_any(),
    };
    let body = move |markup: &mut Markup| {
        checks.rows.with(|rows| match latest(rows) {
            Some(facts) => write(vitals, facts, markup),
            None => {
                markup.raw("<p class=\"nothing\">Not known yet</p>");
            }
        });
    };
    view! {
        <section class="card block" aria-labelledby="facts-title">
            <h2 id="facts-title">{title}</h2>
            {written("", Box::new(body))}
        </section>
    }
    .into_any()
}

/// The facts of the latest check that has any.
pub fn latest(checks: &[Value]) -> Option<&Value> {
    checks
        .iter()
        .filter_map(|check| check.get("facts"))
        .find(|facts| facts.is_object())
}

fn fact(name: &'static str, value: &str, markup: &mut Markup) {
    markup
        .raw("<div><dt>")
        .raw(name)
        .raw("</dt>")
        .element("<dd>", value, "</dd></div>");
}

/// A day with how far it is: `3 Jan 2027, in 42 days`.
fn ends(vitals: Vitals, instant: &str) -> String {
    let left = js_sys::Date::parse(instant) - vitals.now_ms.get();
    let distance = if left < 0.0 {
        vitals.since(instant)
    } else {
        vitals.until(instant)
    };
    format!("{}, {distance}", vitals.instant(instant))
}

fn certificate(vitals: Vitals, facts: &Value, markup: &mut Markup) {
    markup.raw("<dl class=\"fact-list\">");
    fact("Valid until", &ends(vitals, facts.text("valid_until")), markup);
    fact("Valid from", &vitals.instant(facts.text("valid_from")), markup);
    fact("Issued by", facts.text("issuer"), markup);
    let names = facts.texts("names").unwrap_or_default();
    let more = facts.number("names_total") as usize - names.len().min(facts.number("names_total") as usize);
    let mut told = names.join(", ");
    if more > 0 {
        told.push_str(&format!(" and {more} more"));
    }
    fact("For", &told, markup);
    fact("Certificates sent", &number::full(facts.number("chain_length")), markup);
    fact("TLS", facts.text("tls_version"), markup);
    markup.raw("</dl>");
}

fn domain(vitals: Vitals, facts: &Value, markup: &mut Markup) {
    markup.raw("<dl class=\"fact-list\">");
    fact("Domain", facts.text("domain"), markup);
    let until = facts.maybe_text("expires_at").map(|instant| ends(vitals, &instant));
    fact(
        "Registered until",
        until.as_deref().unwrap_or("Not told by the registry"),
        markup,
    );
    fact(
        "Registrar",
        facts.maybe_text("registrar").as_deref().unwrap_or("Not told"),
        markup,
    );
    markup.raw("</dl>");
}

fn links(_: Vitals, facts: &Value, markup: &mut Markup) {
    let [working, broken, redirecting] = ["working", "broken", "redirecting"].map(|key| facts.number(key));
    stacked(working, broken, redirecting, markup);
    markup.raw("<p class=\"facts\">");
    let (pages, skipped) = (facts.number("pages"), facts.number("skipped"));
    markup.text(&format!("{} pages read", number::full(pages)));
    if skipped > 0.0 {
        markup.text(&format!(" · {} links could not be looked at", number::full(skipped)));
    }
    if facts.get("truncated").and_then(Value::as_bool) == Some(true) {
        markup.raw(" · The site has more than one crawl looks at");
    }
    markup.raw("</p>");
}

/// The three counts as one bar with its legend; each part has a pattern of its own.
pub fn stacked(working: f64, broken: f64, redirecting: f64, markup: &mut Markup) {
    let all = (working + broken + redirecting).max(1.0);
    markup.raw("<div class=\"stacked\" aria-hidden=\"true\">");
    let parts = [
        (
            "<i class=\"working\" data-w=\"",
            working,
            "<i class=\"working\"></i>",
            "Working",
        ),
        (
            "<i class=\"broken\" data-w=\"",
            broken,
            "<i class=\"broken\"></i>",
            "Broken",
        ),
        (
            "<i class=\"redirecting\" data-w=\"",
            redirecting,
            "<i class=\"redirecting\"></i>",
            "Redirecting",
        ),
    ];
    for (open, count, ..) in parts {
        if count > 0.0 {
            markup
                .raw(open)
                .text(&crate::format::css::percent(count / all))
                .raw("\"></i>");
        }
    }
    markup.raw("</div><dl class=\"stacked-keys\">");
    for (_, count, key, name) in parts {
        markup.raw("<div><dt>").raw(key).raw(name).raw("</dt>");
        markup.element("<dd>", &number::full(count), "</dd></div>");
    }
    markup.raw("</dl>");
}
