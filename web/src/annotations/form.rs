//! The form that makes or changes a note.

use super::manage::Notes;
use crate::client::annotations;
use crate::reports::date::Date;
use crate::ui::button::submit;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::part;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::annotation::{Annotation, CreateAnnotation};

const DAY: FieldSpec = FieldSpec {
    kind: "date",
    ..FieldSpec::text("note-date", "Day")
};
const TEXT: FieldSpec = FieldSpec {
    placeholder: "New pricing page",
    ..FieldSpec::text("note-text", "What happened")
};

/// What is being entered; `id` is the note's that is changed.
#[derive(Clone, Copy)]
pub struct Entry {
    id: RwSignal<Option<String>>,
    day: RwSignal<String>,
    text: RwSignal<String>,
    hidden: RwSignal<bool>,
    /// What is wrong with it, or with the last deletion.
    pub error: RwSignal<String>,
}

impl Entry {
    /// An empty entry.
    pub fn new() -> Self {
        Entry {
            id: RwSignal::new(None),
            day: RwSignal::new(String::new()),
            text: RwSignal::new(String::new()),
            hidden: RwSignal::new(false),
            error: RwSignal::new(String::new()),
        }
    }

    /// Begins to change a note.
    pub fn load(self, note: &Annotation) {
        self.id.set(Some(note.id.0.clone()));
        self.day.set(note.date.clone());
        self.text.set(note.text.clone());
        self.hidden.set(note.hidden);
        self.error.set(String::new());
    }

    /// Stops to change a note that is gone.
    pub fn forget(self, id: &str) {
        if self.id.with_untracked(|now| now.as_deref() == Some(id)) {
            self.clear();
        }
    }

    fn clear(self) {
        self.id.set(None);
        self.text.set(String::new());
        self.hidden.set(false);
        self.error.set(String::new());
    }
}

/// The form.
pub fn form(all: Notes, entry: Entry) -> AnyView {
    let busy = RwSignal::new(false);
    let day_error = RwSignal::new(String::new());
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = CreateAnnotation {
            date: entry.day.get_untracked(),
            text: entry.text.get_untracked().trim().to_owned(),
            hidden: entry.hidden.get_untracked(),
        };
        if Date::parse(&body.date).is_none() {
            day_error.set("Enter a day".to_owned());
            return;
        }
        if body.text.is_empty() {
            entry.error.set("Enter what happened".to_owned());
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn(async move {
            let Some(site) = all.site.try_get_value() else { return };
            let answer = match entry.id.get_untracked() {
                Some(id) => annotations::update(&site, &id, &body).await,
                None => annotations::create(&site, &body).await,
            };
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    entry.clear();
                    all.load();
                    all.announce.run("Note saved".to_owned());
                }
                Err(failure) => {
                    if let Some(failure) = all.session.check(failure, all.router) {
                        match failure.field("date") {
                            Some(words) => drop(day_error.try_set(words)),
                            None => drop(
                                entry
                                    .error
                                    .try_set(failure.field("text").unwrap_or_else(|| failure.message())),
                            ),
                        }
                    }
                }
            }
        });
    };
    let label = move || {
        if entry.id.with(Option::is_some) {
            "Save note"
        } else {
            "Add note"
        }
    };
    view! {
        <form class="stack" on:submit=on_submit novalidate>
            <Field spec=DAY value=entry.day error=day_error />
            <Field spec=TEXT value=entry.text error=entry.error />
            <label class="check">
                <input type="checkbox" prop:checked=entry.hidden on:change=move |event| entry.hidden.set(event_target_checked(&event)) />
                <span>"Hide it from share links"</span>
            </label>
            <div class="actions">{part(move || submit(label(), busy))}</div>
        </form>
    }
    .into_any()
}
