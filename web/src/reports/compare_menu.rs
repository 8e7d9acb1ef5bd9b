//! What the period is compared with.

use super::dash::{Overlay, use_dash};
use super::view::{Compare, View};
use crate::format::date;
use crate::ui::markup::Markup;
use crate::ui::menu::{MenuSpec, item, menu};
use crate::ui::part_if;
use leptos::prelude::*;

const CHOICES: [(&str, Compare); 3] = [
    ("No comparison", Compare::Off),
    ("Previous period", Compare::Previous),
    ("Year over year", Compare::YearBefore),
];

/// The menu of comparisons.
pub fn compare_menu() -> AnyView {
    let dash = use_dash();
    let label = Signal::derive(move || compare_words(dash.view.with(|view| view.compared())));
    let possible = Memo::new(move |_| dash.view.with(|view| view.shown().period.compares()));
    part_if(move || {
        possible.get().then(|| {
            menu(MenuSpec {
                class: "compare-menu",
                act: Callback::new(move |_| dash.overlay.set(Some(Overlay::Comparison))),
                ..MenuSpec::links(
                    label,
                    "Comparison",
                    Box::new(move |markup| dash.view.with(|view| write(view, markup))),
                )
            })
        })
    })
    .into_any()
}

fn write(view: &View, markup: &mut Markup) {
    let now = view.compared();
    markup.raw("<ul class=\"menu-group\">");
    for (name, compare) in CHOICES {
        let mut next = view.clone();
        next.compare = Some(compare);
        item(markup, &next.href(), now == compare, name, "");
    }
    markup.raw("<li><button type=\"button\" class=\"menu-item\" data-do=\"custom\">Custom period…</button></li></ul>");
    if matches!(now, Compare::Previous | Compare::YearBefore) {
        markup.raw("<ul class=\"menu-group\">");
        for (name, matched) in [("Match exact dates", false), ("Match weekdays", true)] {
            let mut next = view.clone();
            next.match_weekday = matched;
            item(markup, &next.href(), view.match_weekday == matched, name, "");
        }
        markup.raw("</ul>");
    }
}

/// The comparison as its button says it.
pub fn compare_words(compare: Compare) -> String {
    match compare {
        Compare::Off => "No comparison".to_owned(),
        Compare::Previous => "vs. previous period".to_owned(),
        Compare::YearBefore => "vs. year before".to_owned(),
        Compare::Custom(from, to) => format!("vs. {}", date::range(from, to)),
    }
}
