//! What is shown and as of when, in one line: for paper and for a wall, where the menus that say it are hidden.

use super::compare_menu::compare_words;
use super::dash::use_dash;
use super::period_menu::span_words;
use super::view::Compare;
use crate::format::date;
use crate::ui::dynamic;
use leptos::prelude::*;

/// The line; styles show it where it is needed.
pub fn stamp() -> AnyView {
    let dash = use_dash();
    let text = move || {
        let (view, today) = (dash.view.get(), dash.today.get());
        // It moves with the minutes.
        dash.window.track();
        let mut parts = vec![span_words(view.shown(), today)];
        if let Some((from, to)) = view.shown().days(today) {
            let days = date::range(from, to);
            if parts[0] != days {
                parts.push(days);
            }
        }
        if view.compared() != Compare::Off {
            parts.push(compare_words(view.compared()));
        }
        let zone = dash.site.with_value(|site| site.timezone.clone());
        parts.push(format!(
            "As of {}",
            date::instant(&date::minutes_from_now(0), Some(&zone))
        ));
        parts.join(" · ")
    };
    view! { <p class="stamp">{dynamic(text)}</p> }.into_any()
}
