//! One funnel of the list: its steps, edit, delete.

use super::form::funnel_form;
use super::manage::Funnels;
use crate::client::{Failure, funnels};
use crate::ui::confirm::ConfirmButton;
use crate::ui::{Views, dom, part};
use leptos::prelude::*;
use shared::funnel::Funnel;

/// A funnel's row.
pub fn funnel_row(all: Funnels, funnel: Funnel) -> AnyView {
    let id = funnel.id.0.clone();
    let editing = Memo::new(move |_| all.open.with(|open| *open == id));
    let body = move || match editing.get() {
        true => funnel_form(all, Some(funnel.clone())),
        false => shown(all, funnel.clone()),
    };
    view! { <li>{part(body)}</li> }.into_any()
}

fn shown(all: Funnels, funnel: Funnel) -> AnyView {
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let id = funnel.id.clone();
    let delete = Callback::new(move |()| {
        error.set(String::new());
        let call = funnels::delete(all.desk.site.get_value(), id.clone());
        let then = move |outcome: Result<(), Failure>| match outcome {
            Err(failure) if failure.status() != 404 => error.set(failure.message()),
            _ => {
                all.listed.load();
                all.desk.announce.run("Funnel deleted".to_owned());
                dom::focus(".create");
            }
        };
        all.desk.change(busy, Box::pin(call), Box::new(then));
    });
    let steps = funnel
        .steps
        .into_iter()
        .map(|step| view! { <li>{step.name}</li> })
        .views();
    let edit_name = format!("Edit {}", funnel.name);
    let edit = move |_| all.open.set(funnel.id.0.clone());
    view! {
        <div class="card link">
            <div class="link-head">
                <h2 class="link-name">{funnel.name.clone()}</h2>
                <div class="link-actions">
                    <button type="button" class="btn" aria-label=edit_name prop:disabled=move || all.is_open() on:click=edit>"Edit"</button>
                    <ConfirmButton label="Delete" question="Delete?" about=funnel.name busy=busy on_confirm=delete />
                </div>
            </div>
            <ol class="conditions counted">{steps}</ol>
            <p class="field-error" role="alert">{error}</p>
        </div>
    }
    .into_any()
}
