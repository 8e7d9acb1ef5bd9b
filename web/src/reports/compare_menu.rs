//! What the period is compared with.

use super::dash::{Overlay, use_dash};
use super::view::Compare;
use crate::format::date;
use crate::ui::menu::Menu;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;

/// The menu of comparisons.
#[component]
pub fn CompareMenu() -> impl IntoView {
    let dash = use_dash();
    let label = Signal::derive(move || compare_words(dash.view.with(|view| view.compared())));
    let choices = move || {
        let view_now = dash.view.get();
        let now = view_now.compared();
        let item = |(name, compare): (&'static str, Compare)| {
            let href = dash.href(|mut view| {
                view.compare = Some(compare);
                view
            });
            let current = (now == compare).then_some("true");
            view! { <li><a class="menu-item" href=href aria-current=current>{name}</a></li> }
        };
        let items = [
            ("No comparison", Compare::Off),
            ("Previous period", Compare::Previous),
            ("Year over year", Compare::YearBefore),
        ];
        let matched = view_now.match_weekday;
        let match_item = matches!(now, Compare::Previous | Compare::YearBefore).then(|| {
            let href = |matched: bool| dash.href(move |mut view| {
                view.match_weekday = matched;
                view
            });
            let item = |name: &'static str, value: bool| {
                view! { <li><a class="menu-item" href=href(value) aria-current=(value == matched).then_some("true")>{name}</a></li> }
            };
            view! { <ul class="menu-group">{item("Match exact dates", false)} {item("Match weekdays", true)}</ul> }
        });
        let custom = move |_| dash.overlay.set(Some(Overlay::Comparison));
        view! {
            <ul class="menu-group">
                {items.into_iter().map(item).views()}
                <li><button type="button" class="menu-item" on:click=custom>"Custom period…"</button></li>
            </ul>
            {match_item}
        }
    };
    part_if(move || {
        let possible = dash.view.with(|view| view.shown().period.compares());
        possible.then(|| view! { <Menu label=label name="Comparison" class="compare-menu">{part(choices)}</Menu> })
    })
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
