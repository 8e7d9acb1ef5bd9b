//! The period: a menu, and an arrow to either side.

use super::dash::{Dash, Overlay, use_dash};
use super::date::Date;
use super::period::{Period, Span};
use super::words;
use crate::format::date;
use crate::ui::icon::icon;
use crate::ui::menu::Menu;
use crate::ui::{Views, dynamic, part};
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
#[component]
pub fn PeriodMenu() -> impl IntoView {
    let dash = use_dash();
    let label = Signal::derive(move || span_words(dash.view.with(|view| view.shown()), dash.today.get()));
    let choices = move || {
        let (shown, today) = (dash.view.with(|view| view.shown()), dash.today.get());
        let group = |group: &&'static [(&'static str, &'static str, Choice)]| {
            let items = group.iter().map(|(name, key, choice)| {
                let span = choice.span(today);
                let current = span == shown;
                let href = dash.href(|view| view.with_span(span));
                view! {
                    <li><a class="menu-item" href=href aria-current=current.then_some("true")>
                        <span>{*name}</span><kbd aria-hidden="true">{*key}</kbd>
                    </a></li>
                }
            });
            view! { <ul class="menu-group">{items.views()}</ul> }
        };
        let custom = move |_| dash.overlay.set(Some(Overlay::Range));
        view! {
            {GROUPS.iter().map(group).views()}
            <ul class="menu-group"><li>
                <button type="button" class="menu-item" on:click=custom>
                    <span>"Custom range…"</span><kbd aria-hidden="true">"C"</kbd>
                </button>
            </li></ul>
        }
    };
    view! {
        <div class="period">
            {arrow(dash, -1)}
            <Menu label=label name="Period" class="period-menu">{part(choices)}</Menu>
            {arrow(dash, 1)}
        </div>
    }
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
