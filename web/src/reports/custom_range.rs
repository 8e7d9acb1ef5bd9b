//! The dialog that asks for two dates.

use super::calendar::{Picked, calendar};
use super::dash::use_dash;
use super::date::Date;
use super::period::{Period, Span};
use super::view::Compare;
use crate::router::Step;
use crate::ui::button::button;
use crate::ui::dialog::Dialog;
use crate::ui::dom;
use crate::ui::dynamic;
use leptos::prelude::*;

/// Asks for two dates, for the period or for the comparison: typed, or picked from a calendar.
pub fn custom_range(comparison: bool) -> AnyView {
    let dash = use_dash();
    let today = dash.today.get_untracked();
    let start = dash.view.with_untracked(|view| match view.compare {
        Some(Compare::Custom(from, to)) if comparison => (from, to),
        _ => view.shown().days(today).unwrap_or((today.plus_days(-6), today)),
    });
    let picked = Picked {
        from: RwSignal::new(Some(start.0)),
        to: RwSignal::new(Some(start.1.min(today))),
    };
    let error = RwSignal::new("");
    let close = Callback::new(move |()| dash.overlay.set(None));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let from = picked.from.get_untracked();
        match from.zip(picked.to.get_untracked().or(from)) {
            None => error.set("Enter both dates."),
            Some((from, to)) if from > to => error.set("The first day lies after the last."),
            Some((from, to)) => {
                dash.overlay.set(None);
                dash.go(Step::Push, |mut view| {
                    if comparison {
                        view.compare = Some(Compare::Custom(from, to));
                        return view;
                    }
                    view.with_span(Span {
                        period: Period::Custom,
                        date: None,
                        custom: Some((from, to)),
                    })
                });
            }
        }
    };
    let field = move |id: &'static str, label: &'static str, value: RwSignal<Option<Date>>| {
        let text = move || value.get().map(|date| date.to_string()).unwrap_or_default();
        let on_input = move |event| {
            error.set("");
            let typed = Date::parse(&event_target_value(&event));
            if typed.is_some() {
                value.set(typed);
            }
        };
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input id=id class="input" type="date" required min="1990-01-01" max=today.to_string()
                    prop:value=dynamic(text) on:input=on_input />
            </div>
        }
    };
    dom::focus(".calendar [tabindex=\"0\"]");
    view! {
        <Dialog title=if comparison { "Compare with" } else { "Custom range" } class="narrow" on_close=close>
            <form class="stack" on:submit=on_submit novalidate>
                <div class="pair">
                    {field("range-from", "First day", picked.from)} {field("range-to", "Last day", picked.to)}
                </div>
                {calendar(picked, today)}
                <p class="field-error" role="alert">{error}</p>
                <div class="actions">
                    {button("Cancel", close)}
                    <button type="submit" class="btn primary">"Apply"</button>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}
