//! The form that changes a goal: its name and its revenue. What it counts stays.

use super::manage::Goals;
use super::{conditions, currencies, name_words};
use crate::app::unsaved;
use crate::client::{Failure, goals};
use crate::ui::Views;
use crate::ui::button::{button, submit};
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::select::select;
use leptos::prelude::*;
use shared::goal::{Goal, UpdateGoal};
use shared::patch::Patch;

const NAME: FieldSpec = FieldSpec::text("goal-new-name", "Name");
const CURRENCY: FieldSpec = FieldSpec::text("goal-new-currency", "Revenue");

/// The form.
pub fn edit_form(all: Goals, goal: Goal) -> AnyView {
    let busy = RwSignal::new(false);
    let (name, name_error) = (RwSignal::new(goal.name.clone()), RwSignal::new(String::new()));
    let before = goal.currency.clone().unwrap_or_default();
    let (currency, currency_error) = (RwSignal::new(before.clone()), RwSignal::new(String::new()));
    let lines = conditions(&goal)
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .views();
    let (of_event, old_name, old_currency) = (goal.event.is_some(), goal.name.clone(), before.clone());
    unsaved::watch(move || name.with(|name| *name != old_name) || currency.with(|code| *code != old_currency));
    dom::focus("#goal-new-name");
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        if wanted.is_empty() {
            name_error.set("Enter a name".to_owned());
            return;
        }
        if busy.get_untracked() {
            return;
        }
        let code = currency.get_untracked();
        let body = UpdateGoal {
            name: Patch::Value(wanted),
            currency: match (of_event, code.is_empty()) {
                (false, _) => Patch::Absent,
                (true, true) => Patch::Null,
                (true, false) => Patch::Value(code),
            },
        };
        let call = goals::update(all.desk.site.get_value(), goal.id.clone(), body);
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                all.close();
                all.listed.load();
                all.desk.announce.run("Saved".to_owned());
            }
            Err(failure) => match failure.field("currency") {
                Some(words) => currency_error.set(words),
                None => name_error.set(name_words(&failure).unwrap_or_else(|| failure.message())),
            },
        };
        all.desk.change(busy, Box::pin(call), Box::new(then));
    };
    let revenue = of_event.then(|| {
        let own = all.currency;
        let options = move || own.with_value(|own| currencies(&[&before, own]));
        select(CURRENCY, Box::new(options), currency, currency_error)
    });
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            <Field spec=NAME value=name error=name_error />
            <ul class="conditions">{lines}</ul>
            {revenue}
            <p class="field-help">"What a goal counts stays. For something else, create another goal."</p>
            <div class="actions start">
                {submit("Save", busy)}
                {button("Cancel", Callback::new(move |()| all.close()))}
            </div>
        </form>
    }
    .into_any()
}
