//! A funnel: how many visitors reached each step, and how many were lost on the way.

use super::bars::{nothing, skeleton};
use crate::client::json::Json;
use crate::client::remote::Remote;
use crate::format::{css, number};
use crate::ui::error_box::ErrorBox;
use crate::ui::markup::{Markup, written};
use crate::ui::part_if;
use leptos::prelude::*;
use serde_json::Value;

/// The steps of the chosen funnel; `known` are the site's funnels.
pub fn funnel(known: Remote, funnel: Remote) -> AnyView {
    let error = move || {
        let (remote, failure) = [known, funnel]
            .into_iter()
            .find_map(|remote| Some((remote, remote.failure.get()?)))?;
        let retry = Callback::new(move |()| remote.retry());
        Some(view! { <ErrorBox message="Could not load" wait_s=failure.wait_s() retry=retry /> })
    };
    let write = move |markup: &mut Markup| match (funnel.answer.get(), known.answer.get()) {
        _ if known.failure.with(Option::is_some) || funnel.failure.with(Option::is_some) => {}
        (Some(answer), _) if answer.number("visitors") > 0.0 => steps(&answer, markup),
        (Some(_), _) => nothing(markup),
        (None, Some(list)) if list.items("data").is_empty() => {
            markup.raw("<p class=\"nothing\">This site has no funnels yet</p>");
        }
        _ => skeleton(markup),
    };
    view! {
        <div class="bars" class:stale=funnel.pending>
            {part_if(error)}
            {written("bars-in", Box::new(write))}
        </div>
    }
    .into_any()
}

fn steps(answer: &Value, markup: &mut Markup) {
    let steps = answer.items("steps");
    let all = answer.number("visitors");
    let rate = |share: Option<f64>| share.map_or("–".to_owned(), number::percent);
    let last = steps.last().and_then(|step| step.get("of_entering")?.as_f64());
    markup
        .raw("<p class=\"funnel-sum\"><b>")
        .text(&rate(last))
        .raw("</b> of those who entered went all the way; ");
    markup
        .text(&number::full(all))
        .raw(" visitors in all</p><ol class=\"funnel\">");
    let mut before = all;
    for step in steps {
        let visitors = step.number("visitors");
        let share = if all > 0.0 { visitors / all } else { 0.0 };
        markup
            .raw("<li><div class=\"funnel-head\"><span class=\"bar-name\">")
            .text(step.text("name"))
            .raw("</span><b>");
        markup
            .text(&number::full(visitors))
            .raw("</b></div><div class=\"funnel-bar\"><span class=\"bar\" data-w=\"");
        markup
            .text(&css::fraction(share))
            .raw("\"></span></div><p class=\"muted\">");
        markup
            .text(&rate(step.get("of_previous").and_then(Value::as_f64)))
            .raw(" of the step before, ");
        markup
            .text(&number::full((before - visitors).max(0.0)))
            .raw(" lost</p></li>");
        before = visitors;
    }
    markup.raw("</ol>");
}
