//! The form that makes or changes a funnel.

use super::manage::Funnels;
use super::steps::Steps;
use crate::app::unsaved;
use crate::client::{Failure, funnels};
use crate::sites::managed::Call;
use crate::ui::button::{button, submit};
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use leptos::prelude::*;
use shared::funnel::{CreateFunnel, Funnel, UpdateFunnel};
use shared::patch::Patch;
use shared::problem::ProblemCode;

const NAME: FieldSpec = FieldSpec {
    placeholder: "From pricing to purchase",
    ..FieldSpec::text("funnel-name", "Name")
};

/// The form; `None` makes a new funnel.
pub fn funnel_form(all: Funnels, funnel: Option<Funnel>) -> AnyView {
    let editing = funnel.as_ref().map(|funnel| funnel.id.clone());
    let is_new = editing.is_none();
    let (old_name, old_steps) = funnel.map(|funnel| (funnel.name, funnel.steps)).unwrap_or_default();
    let (name, error) = (RwSignal::new(old_name.clone()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let steps = Steps::new(all, old_steps.clone());
    unsaved::watch(move || name.with(|name| *name != old_name) || steps.differ(&old_steps));
    dom::focus("#funnel-name");
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        if wanted.is_empty() {
            error.set("Enter a name".to_owned());
        }
        let Some(goals) = steps.read().filter(|_| !wanted.is_empty() && !busy.get_untracked()) else {
            return;
        };
        let site = all.desk.site.get_value();
        let call: Call<()> = match editing.clone() {
            None => Box::pin(funnels::create(
                site,
                CreateFunnel {
                    name: wanted,
                    steps: goals,
                },
            )),
            Some(id) => {
                let (name, steps) = (Patch::Value(wanted), Patch::Value(goals));
                Box::pin(funnels::update(site, id, UpdateFunnel { name, steps }))
            }
        };
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                all.close();
                all.listed.load();
                let said = if is_new { "Funnel created" } else { "Saved" };
                all.desk.announce.run(said.to_owned());
            }
            Err(failure) if failure.is(ProblemCode::NameTaken) => {
                error.set("A funnel with this name already exists".to_owned());
            }
            Err(failure) => match failure.within("steps") {
                Some(words) => steps.error.set(words),
                None => error.set(failure.field("name").unwrap_or_else(|| failure.message())),
            },
        };
        all.desk.change(busy, call, Box::new(then));
    };
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            <Field spec=NAME value=name error=error />
            {steps.view()}
            <div class="actions start">
                {submit(if is_new { "Create funnel" } else { "Save" }, busy)}
                {button("Cancel", Callback::new(move |()| all.close()))}
            </div>
        </form>
    }
    .into_any()
}
