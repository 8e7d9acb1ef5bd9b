//! The form that makes a shield of one kind.

use super::countries;
use super::manage::Shields;
use crate::app::unsaved;
use crate::client::{Failure, shields};
use crate::format::place;
use crate::reports::hints::hints;
use crate::ui::button::submit_as;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::select::select;
use crate::ui::suggested::suggested;
use crate::ui::{dom, part_if};
use leptos::prelude::*;
use shared::shield::{CreateShield, ShieldKind};

const fn spec(id: &'static str, label: &'static str, placeholder: &'static str) -> FieldSpec {
    FieldSpec {
        placeholder,
        ..FieldSpec::text(id, label)
    }
}

/// What is asked for a kind: its value, and the note.
fn specs(kind: ShieldKind) -> (FieldSpec, FieldSpec) {
    const NOTE: &str = "Note (optional)";
    match kind {
        ShieldKind::Ip => (
            spec("shield-ip", "Address or network", "192.0.2.0/24"),
            spec("note-ip", NOTE, "The office"),
        ),
        ShieldKind::Country => (spec("shield-country", "Country", ""), spec("note-country", NOTE, "")),
        ShieldKind::Page => (spec("shield-page", "Path", "/admin/**"), spec("note-page", NOTE, "")),
        ShieldKind::Hostname => (
            spec("shield-hostname", "Hostname", "*.example.org"),
            spec("note-hostname", NOTE, ""),
        ),
    }
}

/// What is being entered.
#[derive(Clone, Copy)]
struct Entry {
    value: RwSignal<String>,
    note: RwSignal<String>,
    error: RwSignal<String>,
    note_error: RwSignal<String>,
    busy: RwSignal<bool>,
}

impl Entry {
    fn send(self, all: Shields, kind: ShieldKind, value: String) {
        if self.busy.get_untracked() {
            return;
        }
        let note = self.note.get_untracked().trim().to_owned();
        let body = CreateShield { kind, value, note };
        let call = shields::create(all.desk.site.get_value(), body);
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                self.value.set(String::new());
                self.note.set(String::new());
                all.shields.load();
                all.desk.announce.run("Shield added".to_owned());
            }
            Err(failure) => match failure.field("note") {
                Some(words) => self.note_error.set(words),
                None => self
                    .error
                    .set(failure.field("value").unwrap_or_else(|| failure.message())),
            },
        };
        all.desk.change(self.busy, Box::pin(call), Box::new(then));
    }
}

/// The form of a kind.
pub fn shield_form(all: Shields, kind: ShieldKind) -> AnyView {
    let (value_spec, note_spec) = specs(kind);
    let text = || RwSignal::new(String::new());
    let entry = Entry {
        value: text(),
        note: text(),
        error: text(),
        note_error: text(),
        busy: RwSignal::new(false),
    };
    unsaved::watch(move || !entry.value.with(String::is_empty) || !entry.note.with(String::is_empty));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let value = entry.value.get_untracked().trim().to_owned();
        if value.is_empty() {
            let missing = if kind == ShieldKind::Country {
                "Choose a country"
            } else {
                "Enter a value"
            };
            entry.error.set(missing.to_owned());
            dom::focus_now(&format!("#{}", value_spec.id));
            return;
        }
        entry.send(all, kind, value);
    };
    let site = all.desk.site;
    let hinted = |word: &'static str| {
        suggested(
            value_spec,
            entry.value,
            entry.error,
            hints(site, move || word.to_owned()),
        )
    };
    let value = match kind {
        ShieldKind::Ip => view! { <Field spec=value_spec value=entry.value error=entry.error /> }.into_any(),
        ShieldKind::Country => {
            let options = move || {
                // An added one leaves the choice empty again.
                let _emptied = entry.value.with(String::is_empty);
                country_options()
            };
            select(value_spec, Box::new(options), entry.value, entry.error)
        }
        ShieldKind::Page => hinted("event:page"),
        ShieldKind::Hostname => hinted("event:hostname"),
    };
    let own = (kind == ShieldKind::Ip).then(|| part_if(move || own_address(all, entry)));
    view! {
        <form class="stack" on:submit=on_submit novalidate>
            <div class="pair">{value} <Field spec=note_spec value=entry.note error=entry.note_error /></div>
            <div class="actions start">
                {submit_as("btn", "Add", entry.busy)}
                {own}
            </div>
        </form>
    }
    .into_any()
}

fn country_options() -> Vec<(String, String)> {
    let named = countries::codes().map(|code| (code.to_owned(), place::country(code)));
    let mut named: Vec<(String, String)> = named.collect();
    named.sort_by_cached_key(|(_, name)| name.to_lowercase());
    named.insert(0, (String::new(), "Choose…".to_owned()));
    named
}

/// The way to leave out one's own visits, unless that is done.
fn own_address(all: Shields, entry: Entry) -> Option<AnyView> {
    let list = all.shields.list.get()?.ok()?;
    let address = list.your_address;
    if address.is_empty() || list.data.iter().any(|shield| shield.value == address) {
        return None;
    }
    let label = format!("Add my address ({address})");
    let add = move |_| entry.send(all, ShieldKind::Ip, address.clone());
    Some(view! { <button type="button" class="btn" prop:disabled=entry.busy on:click=add>{label}</button> }.into_any())
}
