//! For how long a site keeps its events: a section of its general settings.

use crate::app::unsaved;
use crate::client::{Failure, shields};
use crate::sites::managed::{Desk, Listed};
use crate::ui::button::submit;
use crate::ui::confirm::ConfirmButton;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::part;
use leptos::prelude::*;
use shared::shield::Retention;
use shared::site::Site;

const DAYS: FieldSpec = FieldSpec {
    kind: "number",
    help: "1 to 3650 whole days.",
    ..FieldSpec::text("retention-days", "Days")
};
const MOST: i64 = 3650;

/// The section.
pub fn retention(site: &Site) -> AnyView {
    let desk = Desk::new(site.id.clone());
    let kept = Listed::new(desk, |site| Box::pin(shields::retention(site)));
    let domain = site.domain.clone();
    view! {
        <section class="card block" aria-labelledby="retention-title">
            <h2 id="retention-title">"Retention"</h2>
            {kept.shown(move |now| form(desk, now, &domain))}
        </section>
    }
    .into_any()
}

/// What is being entered.
#[derive(Clone, Copy)]
struct Entry {
    saved: RwSignal<Option<i64>>,
    limited: RwSignal<bool>,
    days: RwSignal<String>,
    error: RwSignal<String>,
    said: RwSignal<&'static str>,
    busy: RwSignal<bool>,
}

impl Entry {
    /// The days; `Err` when what was entered is no number of days.
    fn read(self) -> Result<Option<i64>, ()> {
        if !self.limited.get() {
            return Ok(None);
        }
        let days = self.days.with(|days| days.trim().parse().ok());
        days.filter(|days| (1..=MOST).contains(days)).map(Some).ok_or(())
    }

    /// True when saving deletes events that are kept now.
    fn deletes(self) -> bool {
        match (self.read(), self.saved.get()) {
            (Ok(Some(days)), Some(saved)) => days < saved,
            (Ok(Some(_)), None) => true,
            _ => false,
        }
    }

    fn save(self, desk: Desk) {
        let Ok(days) = untrack(|| self.read()) else {
            self.error.set("Enter 1 to 3650 days".to_owned());
            return;
        };
        self.said.set("");
        let call = shields::keep(desk.site.get_value(), Retention { days });
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                self.saved.set(days);
                self.said.set("Saved");
                desk.announce.run("Saved".to_owned());
            }
            Err(failure) => self
                .error
                .set(failure.field("days").unwrap_or_else(|| failure.message())),
        };
        desk.change(self.busy, Box::pin(call), Box::new(then));
    }
}

fn form(desk: Desk, now: Retention, domain: &str) -> AnyView {
    let entry = Entry {
        saved: RwSignal::new(now.days),
        limited: RwSignal::new(now.days.is_some()),
        days: RwSignal::new(now.days.map(|days| days.to_string()).unwrap_or_default()),
        error: RwSignal::new(String::new()),
        said: RwSignal::new(""),
        busy: RwSignal::new(false),
    };
    unsaved::watch(move || entry.read() != Ok(entry.saved.get()));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        // Who presses Enter in the field has not been asked yet: the button asks.
        if !untrack(|| entry.deletes()) {
            entry.save(desk);
        }
    };
    let choice = |limited: bool, label: &'static str| {
        let choose = move |_| {
            entry.limited.set(limited);
            entry.said.set("");
        };
        view! {
            <label class="check">
                <input type="radio" name="retention" prop:checked=move || entry.limited.get() == limited on:change=choose />
                <span>{label}</span>
            </label>
        }
        .into_any()
    };
    let days = move || match entry.limited.get() {
        true => view! { <Field spec=DAYS value=entry.days error=entry.error /> }.into_any(),
        false => ().into_any(),
    };
    let domain = domain.to_owned();
    let on_confirm = Callback::new(move |()| entry.save(desk));
    let button = move || {
        match entry.deletes() {
        true => view! {
            <p class="field-note">"Events of earlier days are deleted for good, within the hour. Nothing brings them back."</p>
            <ConfirmButton label="Save" question="Delete older events?" about=domain.clone() busy=entry.busy on_confirm=on_confirm />
        }
        .into_any(),
        false => submit("Save", entry.busy),
    }
    };
    view! {
        <form class="stack" on:submit=on_submit novalidate>
            <fieldset class="field">
                <legend>"Events"</legend>
                {choice(false, "Keep everything")}
                {choice(true, "Delete them after a number of days")}
            </fieldset>
            {part(days)}
            <div class="actions start">{part(button)} <span class="saved">{entry.said}</span></div>
        </form>
    }
    .into_any()
}
