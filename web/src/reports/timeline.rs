//! One visit: what is known of it, and what happened in it, in order.

use super::bars::skeleton;
use super::dash::Dash;
use super::visits::{error, place};
use crate::client::answer::Money;
use crate::client::json::Json;
use crate::client::remote::Call;
use crate::format::{date, duration, number};
use crate::router::query;
use crate::ui::icon::icon;
use crate::ui::markup::{Markup, written};
use crate::ui::{dynamic, part_if};
use leptos::prelude::*;
use serde_json::Value;

/// The visit of an id, with the way back to the list.
pub fn timeline(dash: Dash, id: String) -> AnyView {
    let path = format!("/visits/{}", query::encode(&id));
    let visit = dash.board.follow(Box::new(move || Some(Call::get(path.clone()))));
    let zone = dash.site.with_value(|site| site.timezone.clone());
    let write = move |markup: &mut Markup| match visit.answer.get() {
        Some(answer) => write(&answer, &zone, markup),
        None if visit.failure.with(Option::is_some) => {}
        None => skeleton(markup),
    };
    let back = move || {
        dash.href(|mut view| {
            view.visit = None;
            view
        })
    };
    view! {
        <p><a class="quiet-link" href=dynamic(back)>{icon("left")} "All visits"</a></p>
        {part_if(move || error(visit))}
        {written("visit", Box::new(write))}
    }
    .into_any()
}

fn write(answer: &Value, zone: &str, markup: &mut Markup) {
    let nothing = Value::Null;
    let visit = answer.get("visit").unwrap_or(&nothing);
    let facts = [
        ("Began", date::instant(visit.text("started_at"), Some(zone))),
        ("Duration", duration::short(visit.number("duration_s"))),
        ("Pageviews", number::full(visit.number("pageviews"))),
        ("Place", place(visit)),
        ("Source", both(visit.text("source"), visit.text("channel"))),
        ("Referrer", visit.text("referrer").to_owned()),
        ("Campaign", visit.text("utm_campaign").to_owned()),
        ("Browser", both(visit.text("browser"), visit.text("browser_version"))),
        ("System", both(visit.text("os"), visit.text("os_version"))),
        ("Device", visit.text("device").to_owned()),
    ];
    markup.raw("<dl class=\"visit-facts\">");
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        markup
            .raw("<div><dt>")
            .raw(name)
            .raw("</dt><dd>")
            .text(value)
            .raw("</dd></div>");
    }
    markup.raw("</dl><h3>What happened</h3><ol class=\"timeline\">");
    for event in answer.items("timeline") {
        happened(event, zone, markup);
    }
    markup.raw("</ol>");
    if answer.get("truncated").and_then(Value::as_bool) == Some(true) {
        markup.raw("<p class=\"muted\">Only the first events are listed.</p>");
    }
}

fn happened(event: &Value, zone: &str, markup: &mut Markup) {
    let (name, path) = (event.text("name"), event.text("path"));
    markup.raw("<li><time datetime=\"").text(event.text("time")).raw("\">");
    markup
        .text(&date::clock(event.text("time"), zone))
        .raw("</time><div><p>");
    match name {
        "pageview" => markup.element("<b>", path, "</b>"),
        _ => markup
            .element("<b class=\"event\">", name, "</b> <span class=\"muted\">")
            .text(path)
            .raw("</span>"),
    };
    markup.raw("</p>");
    if let Some(revenue) = event.get("revenue").filter(|revenue| revenue.is_object()) {
        markup.element("<p>Revenue: ", &number::money(&Money::read(revenue)), "</p>");
    }
    let props = event.get("props").and_then(Value::as_object);
    if let Some(props) = props.filter(|props| !props.is_empty()) {
        markup.raw("<ul class=\"props\">");
        for (key, value) in props {
            markup.raw("<li><span class=\"muted\">").text(key).raw("</span> ");
            markup.text(value.as_str().unwrap_or_default()).raw("</li>");
        }
        markup.raw("</ul>");
    }
    markup.raw("</div></li>");
}

/// Two words of one thing, as far as they are known.
fn both(first: &str, second: &str) -> String {
    [first, second].join(" ").trim().to_owned()
}
