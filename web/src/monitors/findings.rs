//! The links that the latest crawl found broken or redirecting, broken ones first.

use super::paged::{Paged, PagedView};
use super::vitals::Vitals;
use super::words;
use crate::client::json::Json;
use crate::router::{query, use_router};
use crate::ui::markup::Markup;
use crate::ui::status::{Level, status};
use crate::ui::{Views, dynamic};
use leptos::prelude::*;
use serde_json::Value;
use shared::monitor::MonitorKind;

/// Which are shown: the word in the address, and how they are called.
const WHICH: [(&str, &str); 3] = [("", "All"), ("broken", "Broken"), ("redirecting", "Redirecting")];

/// The section with the list.
pub fn findings(vitals: Vitals) -> AnyView {
    let router = use_router();
    let which = Memo::new(move |_| {
        let asked = router.query.with(|query| query::parse(query));
        let word = query::first(&asked, "state").unwrap_or_default();
        WHICH.iter().position(|(known, _)| *known == word).unwrap_or(0)
    });
    let path = |which: usize| match WHICH[which].0 {
        "" => "link-findings".to_owned(),
        word => format!("link-findings?state={word}"),
    };
    let list = Paged::new(vitals.desk, path(which.get_untracked()));
    let checked = Memo::new(move |_| vitals.monitor(MonitorKind::Links, |monitor, _| monitor.checked_at.clone()));
    // Another crawl has other findings.
    Effect::new(move |before: Option<(usize, Option<Option<String>>)>| {
        let now = (which.get(), checked.get());
        if before.is_some_and(|before| before != now) {
            list.turn_to(path(now.0));
        }
        now
    });
    let links = WHICH.into_iter().enumerate().map(|(nth, (word, label))| {
        let href = if word.is_empty() {
            "?".to_owned()
        } else {
            format!("?state={word}")
        };
        let current = dynamic(move || (which.get() == nth).then_some("true"));
        view! { <a class="tab" href=href aria-current=current>{label}</a> }
    });
    let view = PagedView {
        empty: "Nothing found",
        wanted: |_| true,
        row,
    };
    view! {
        <section class="card block" aria-labelledby="findings-title">
            <div class="row-between">
                <h2 id="findings-title">"Findings"</h2>
                <nav class="tabs" aria-label="Which">{links.views()}</nav>
            </div>
            {list.shown(vitals, view)}
        </section>
    }
    .into_any()
}

fn row(_: Vitals, finding: &Value, markup: &mut Markup) {
    markup.raw("<li class=\"finding\"><p class=\"finding-head\">");
    match finding.text("state") {
        "broken" => status(Level::Bad, "Broken", markup),
        _ => status(Level::Warn, "Redirecting", markup),
    }
    let code = finding.get("status").and_then(Value::as_u64);
    let why = finding.maybe_text("reason").map(|reason| words::reason_of(&reason));
    if let Some(words) = code.map(|code| format!("Status {code}")).or(why) {
        markup.element("<span>", &words, "</span>");
    }
    markup.raw("</p><p class=\"finding-url mono\">");
    address(finding.text("url"), markup);
    if let Some(target) = finding.maybe_text("target") {
        markup.raw(" <span class=\"muted\">leads to</span> ");
        address(&target, markup);
    }
    markup.raw("</p><p class=\"facts\">Found on ");
    address(finding.text("found_on"), markup);
    match finding.number("pages") as i64 - 1 {
        ..=0 => {}
        1 => {
            markup.raw(" and 1 more page");
        }
        more => {
            markup.text(&format!(" and {more} more pages"));
        }
    }
    markup.raw("</p></li>");
}

/// An address as a link, if it is one of the web.
fn address(url: &str, markup: &mut Markup) {
    if url.starts_with("https://") || url.starts_with("http://") {
        markup
            .raw("<a href=\"")
            .text(url)
            .raw("\" target=\"_blank\" rel=\"noreferrer\">");
        markup.text(url).raw("</a>");
    } else {
        markup.text(url);
    }
}
