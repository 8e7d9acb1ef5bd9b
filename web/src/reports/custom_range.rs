//! The dialog that asks for two dates.

use super::dash::use_dash;
use super::date::Date;
use super::period::{Period, Span};
use super::view::Compare;
use crate::router::Step;
use crate::ui::dialog::Dialog;
use leptos::prelude::*;

/// Asks for two dates, for the period or for the comparison.
#[component]
pub fn CustomRange(
    /// True when the dates are those to compare with.
    comparison: bool,
) -> impl IntoView {
    let dash = use_dash();
    let today = dash.today.get_untracked();
    let start = dash.view.with_untracked(|view| match view.compare {
        Some(Compare::Custom(from, to)) if comparison => (from, to),
        _ => view.shown().days(today).unwrap_or((today.plus_days(-6), today)),
    });
    let from = RwSignal::new(start.0.to_string());
    let to = RwSignal::new(start.1.min(today).to_string());
    let error = RwSignal::new("");
    let close = Callback::new(move |()| dash.overlay.set(None));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let dates = from
            .with_untracked(|from| Date::parse(from))
            .zip(to.with_untracked(|to| Date::parse(to)));
        match dates {
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
    let field = move |id: &'static str, label: &'static str, value: RwSignal<String>| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input id=id class="input" type="date" required min="1970-01-01" max=today.to_string()
                    prop:value=value on:input=move |event| { value.set(event_target_value(&event)); error.set(""); } />
            </div>
        }
    };
    view! {
        <Dialog title=if comparison { "Compare with" } else { "Custom range" } class="narrow" on_close=close>
            <form class="stack" on:submit=on_submit novalidate>
                <div class="pair">{field("range-from", "First day", from)} {field("range-to", "Last day", to)}</div>
                <p class="field-error" role="alert">{error}</p>
                <div class="actions">
                    <button type="button" class="btn" on:click=move |_| close.run(())>"Cancel"</button>
                    <button type="submit" class="btn primary">"Apply"</button>
                </div>
            </form>
        </Dialog>
    }
}
