//! One goal of the list: what it counts, edit, delete.

use super::conditions;
use super::edit::edit_form;
use super::manage::Goals;
use crate::client::{Failure, goals};
use crate::ui::confirm::ConfirmButton;
use crate::ui::{Views, dom, part};
use leptos::prelude::*;
use shared::goal::Goal;

/// A goal's row.
pub fn goal_row(all: Goals, goal: Goal) -> AnyView {
    let id = goal.id.0.clone();
    let editing = Memo::new(move |_| all.open.with(|open| *open == id));
    let body = move || match editing.get() {
        true => edit_form(all, goal.clone()),
        false => shown(all, goal.clone()),
    };
    view! { <li>{part(body)}</li> }.into_any()
}

fn shown(all: Goals, goal: Goal) -> AnyView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let id = goal.id.clone();
    let delete = Callback::new(move |()| {
        error.set(String::new());
        let call = goals::delete(all.desk.site.get_value(), id.clone());
        let then = move |outcome: Result<(), Failure>| match outcome {
            Err(failure) if failure.status() != 404 => error.set(failure.message()),
            _ => {
                all.listed.load();
                all.desk.announce.run("Goal deleted".to_owned());
                dom::focus(".create");
            }
        };
        all.desk.change(busy, Box::pin(call), Box::new(then));
    });
    let lines = conditions(&goal)
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .views();
    let revenue = goal
        .currency
        .as_ref()
        .map(|code| view! { <li>{format!("Revenue in {code}")}</li> });
    let edit_name = format!("Edit {}", goal.name);
    let edit = move |_| all.open.set(goal.id.0.clone());
    view! {
        <div class="card link">
            <div class="link-head">
                <h2 class="link-name">{goal.name.clone()}</h2>
                <div class="link-actions">
                    <button type="button" class="btn" aria-label=edit_name prop:disabled=move || all.is_open() on:click=edit>"Edit"</button>
                    <ConfirmButton label="Delete" question="Delete?" about=goal.name busy=busy on_confirm=delete />
                </div>
            </div>
            <ul class="conditions">{lines}{revenue}</ul>
            <p class="field-error" role="alert">{error}</p>
        </div>
    }
    .into_any()
}
