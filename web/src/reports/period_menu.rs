//! The period: a menu, and an arrow to either side.

use super::dash::{Dash, Overlay, use_dash};
use super::date::Date;
use super::period::{Period, Span};
use super::words;
use crate::format::date;
use crate::ui::dynamic;
use crate::ui::icon::icon;
use crate::ui::markup::Markup;
use crate::ui::menu::{MenuSpec, item, menu};
use leptos::prelude::*;

/// The choices with their shortcut keys, in groups.
const GROUPS: [&[(&str, &str, Choice)]; 4] = [
    &[
        ("Today", "D", Choice::Now(Period::Day)),
        ("Yesterday", "E", Choice::Back(Period::Day)),
        ("Last 24 hours", "", Choice::Now(Period::Last24h)),
        ("Realtime", "R", Choice::Now(Period::Realtime)),
    ],
    &[
        ("Last 7 days", "W", Choice::Now(Period::Days(7))),
        ("Last 28 days", "F", Choice::Now(Period::Days(28))),
        ("Last 30 days", "T", Choice::Now(Period::Days(30))),
        ("Last 91 days", "N", Choice::Now(Period::Days(91))),
    ],
    &[
        ("Month to date", "M", Choice::Now(Period::Month)),
        ("Last month", "P", Choice::Back(Period::Month)),
        ("Last 6 months", "", Choice::Now(Period::Months(6))),
        ("Last 12 months", "L", Choice::Now(Period::Months(12))),
        ("Year to date", "Y", Choice::Now(Period::Year)),
    ],
    &[("All time", "A", Choice::Now(Period::All))],
];

/// What a choice leads to.
#[derive(Clone, Copy)]
enum Choice {
    /// The period up to now.
    Now(Period),
    /// The one before.
    Back(Period),
}

impl Choice {
    fn span(self, today: Date) -> Span {
        match self {
            Choice::Now(period) => Span::of(period),
            Choice::Back(period) => Span::of(period).step(-1, today).unwrap_or(Span::of(period)),
        }
    }
}

/// The period of a shortcut key.
pub fn span_of_key(key: &str, today: Date) -> Option<Span> {
    let mut all = GROUPS.iter().flat_map(|group| group.iter());
    all.find(|(_, known, _)| !known.is_empty() && key.eq_ignore_ascii_case(known))
        .map(|(.., choice)| choice.span(today))
}

/// Names and keys of the choices that have a key.
pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
    GROUPS
        .iter()
        .flat_map(|group| group.iter())
        .filter(|(_, key, _)| !key.is_empty())
        .map(|(name, key, _)| (*key, *name))
}

/// The menu and its arrows.
pub fn period_menu() -> AnyView {
    let dash = use_dash();
    let label = Signal::derive(move || span_words(dash.view.with(|view| view.shown()), dash.today.get()));
    let write = move |markup: &mut Markup| {
        let (shown, today) = (dash.view.with(|view| view.shown()), dash.today.get());
        for group in GROUPS {
            markup.raw("<ul class=\"menu-group\">");
            for (name, key, choice) in group {
                let span = choice.span(today);
                item(
                    markup,
                    &dash.href(|view| view.with_span(span)),
                    span == shown,
                    name,
                    key,
                );
            }
            markup.raw("</ul>");
        }
        markup.raw("<ul class=\"menu-group\"><li><button type=\"button\" class=\"menu-item\" data-do=\"custom\">");
        markup.raw("<span>Custom range…</span><kbd aria-hidden=\"true\">C</kbd></button></li></ul>");
    };
    let menu = menu(MenuSpec {
        class: "period-menu",
        act: Callback::new(move |_| dash.overlay.set(Some(Overlay::Range))),
        ..MenuSpec::links(label, "Period", Box::new(write))
    });
    view! {
        <div class="period">
            {arrow(dash, -1)}
            {menu}
            {arrow(dash, 1)}
        </div>
    }
    .into_any()
}

fn arrow(dash: Dash, step: i32) -> AnyView {
    let (name, symbol) = if step < 0 {
        ("Previous period", "left")
    } else {
        ("Next period", "right")
    };
    let target = move || {
        let span = dash.view.with(|view| view.shown()).step(step, dash.today.get())?;
        Some(dash.href(|view| view.with_span(span)))
    };
    view! {
        <a class="icon-btn" class:off=move || target().is_none() href=dynamic(target)
            role="link" aria-label=name aria-disabled=move || target().is_none().to_string()>
            {icon(symbol)}
        </a>
    }
    .into_any()
}

/// The shown period as its button says it.
pub fn span_words(span: Span, today: Date) -> String {
    match (span.period, span.date, span.days(today)) {
        (Period::Day, Some(day), _) if day == today.plus_days(-1) => "Yesterday".to_owned(),
        (Period::Month, Some(day), _) => date::month(day),
        (Period::Year, Some(day), _) => day.year.to_string(),
        (Period::Custom, _, Some((from, to))) | (_, Some(_), Some((from, to))) => date::range_short(from, to, today),
        (period, ..) => words::period(period).to_owned(),
    }
}
