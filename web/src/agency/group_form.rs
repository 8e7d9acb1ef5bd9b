//! The form that makes or changes a group: its name, and its sites in their order.

use super::groups::Groups;
use crate::app::unsaved;
use crate::client::Failure;
use crate::client::agency;
use crate::client::json::Json;
use crate::sites::managed::Call;
use crate::ui::button::{button, submit};
use crate::ui::field::{Field, FieldSpec};
use crate::ui::{Views, dom};
use leptos::prelude::*;
use serde_json::Value;
use shared::ids::PortalGroupId;

const NAME: FieldSpec = FieldSpec {
    help: "Clients see it above the sites.",
    ..FieldSpec::text("group-name", "Name")
};

/// The form; without a group it makes one.
pub fn group_form(all: Groups, group: Option<Value>) -> AnyView {
    let text = |key: &str| {
        group
            .as_ref()
            .map(|group| group.text(key).to_owned())
            .unwrap_or_default()
    };
    let (id, old_name) = (text("id"), text("name"));
    let is_new = id.is_empty();
    let old = group
        .as_ref()
        .and_then(|group| group.texts("site_ids"))
        .unwrap_or_default();
    let (name, name_error) = (RwSignal::new(old_name.clone()), RwSignal::new(String::new()));
    let (chosen, error) = (RwSignal::new(old.clone()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    dom::focus("#group-name");
    unsaved::watch(move || name.with(|name| *name != old_name) || chosen.with(|chosen| *chosen != old));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (wanted, sites) = (name.get_untracked().trim().to_owned(), chosen.get_untracked());
        if wanted.is_empty() {
            name_error.set("Enter a name".to_owned());
        }
        if sites.is_empty() {
            error.set("Choose at least one site".to_owned());
        }
        if wanted.is_empty() || sites.is_empty() || busy.get_untracked() {
            return;
        }
        let call: Call<()> = match is_new {
            true => Box::pin(agency::create_group(wanted, sites)),
            false => Box::pin(agency::update_group(PortalGroupId(id.clone()), wanted, sites)),
        };
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                all.close();
                all.load();
                all.office.say(if is_new { "Group created" } else { "Saved" });
            }
            Err(failure) => match failure.within("site_ids") {
                Some(words) => error.set(words),
                None => name_error.set(failure.field("name").unwrap_or_else(|| failure.message())),
            },
        };
        all.office.call(busy, call, Box::new(then));
    };
    // A site that is chosen goes to the end: the order of choosing is the order of showing.
    let choice = |(id, domain): (String, String)| {
        let (of, mine) = (id.clone(), id.clone());
        let on_change = move |_| {
            error.set(String::new());
            chosen.update(|chosen| match chosen.iter().position(|other| *other == id) {
                Some(at) => drop(chosen.remove(at)),
                None => chosen.push(id.clone()),
            });
        };
        let place = move || {
            let at = chosen.with(|chosen| chosen.iter().position(|other| *other == mine))?;
            Some(format!("shown {}", at + 1))
        };
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=move || chosen.with(|chosen| chosen.contains(&of)) on:change=on_change />
                <span>{domain} <span class="muted small">{crate::ui::dynamic(place)}</span></span>
            </label>
        }
    };
    let sites = all.sites.get_value().into_iter().map(choice).views();
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            <Field spec=NAME value=name error=name_error />
            <fieldset class="field">
                <legend>"Sites"</legend>
                <div class="choices">{sites}</div>
                <p class="field-error" role="alert">{error}</p>
            </fieldset>
            <div class="actions start">
                {submit(if is_new { "Create group" } else { "Save" }, busy)}
                {button("Cancel", Callback::new(move |()| all.close()))}
            </div>
        </form>
    }
    .into_any()
}
