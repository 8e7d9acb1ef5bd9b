//! What putting one thing right would bring, for the site's owner.

use super::vitals::Vitals;
use super::words;
use crate::ui::markup::{Markup, written};
use leptos::prelude::*;

/// The section; nothing for who may not change anything.
pub fn gains(vitals: Vitals) -> AnyView {
    if !vitals.is_owner {
        return ().into_any();
    }
    let write = move |markup: &mut Markup| {
        vitals.with(|health| {
            if health.gains.is_empty() {
                let words = match health.score {
                    Some(_) => "Nothing that is measured could be put right.",
                    None => "Turn a monitor on: nothing is measured yet.",
                };
                markup.element("<p class=\"muted\">", words, "</p>");
                return;
            }
            markup.raw("<ul class=\"rows\">");
            for gain in &health.gains {
                markup.raw("<li class=\"gain\"><b>").text(&gain.action).raw("</b>");
                markup
                    .raw("<span class=\"facts\">")
                    .raw(words::part(gain.part))
                    .raw("</span>");
                let change = format!("+{} → {}", gain.gain, gain.value);
                markup.element("<span class=\"num\">", &change, "</span></li>");
            }
            markup.raw("</ul>");
        });
    };
    view! {
        <section class="card block" aria-labelledby="gains-title">
            <h2 id="gains-title">"What would bring how much"</h2>
            {written("", Box::new(write))}
        </section>
    }
    .into_any()
}
