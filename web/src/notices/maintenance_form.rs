//! The form that plans a maintenance window, in the clock of the site's zone.

use super::maintenance::Windows;
use crate::app::unsaved;
use crate::client::{Failure, notices};
use crate::format::date;
use crate::ui::button::{button, submit};
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use leptos::prelude::*;

const STARTS: FieldSpec = FieldSpec {
    kind: "datetime-local",
    ..FieldSpec::text("window-starts", "Begins")
};
const ENDS: FieldSpec = FieldSpec {
    kind: "datetime-local",
    ..FieldSpec::text("window-ends", "Ends")
};
const NOTE: FieldSpec = FieldSpec {
    placeholder: "New server",
    ..FieldSpec::text("window-note", "Note (optional)")
};
const HOUR_MS: f64 = 3_600_000.0;

/// The form; it begins with the next hour.
pub fn maintenance_form(all: Windows) -> AnyView {
    let zone = all.vitals.zone.get_value();
    let next = (dom::now_ms() / HOUR_MS).ceil() * HOUR_MS;
    let wall = |at: f64| RwSignal::new(date::wall(at, &zone));
    let (starts, ends) = (wall(next), wall(next + HOUR_MS));
    let text = || RwSignal::new(String::new());
    let (note, starts_error, ends_error, note_error) = (text(), text(), text(), text());
    let busy = RwSignal::new(false);
    unsaved::watch(move || !note.with(String::is_empty));
    dom::focus("#window-starts");
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let instant = |text: RwSignal<String>| {
            all.vitals
                .zone
                .with_value(|zone| date::instant_of_wall(&text.get_untracked(), zone))
        };
        let (Some(from), Some(to)) = (instant(starts), instant(ends)) else {
            let missing = if instant(starts).is_none() {
                starts_error
            } else {
                ends_error
            };
            missing.set("Enter a date and a time".to_owned());
            return;
        };
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                all.close();
                all.list.load();
                all.vitals.desk.announce.run("Window added".to_owned());
            }
            Err(failure) => {
                let fields = [
                    ("starts_at", starts_error),
                    ("note", note_error),
                    ("ends_at", ends_error),
                ];
                let told = fields
                    .into_iter()
                    .find_map(|(name, error)| Some((error, failure.field(name)?)));
                let (error, words) = told.unwrap_or_else(|| (ends_error, failure.message()));
                error.set(words);
            }
        };
        let call = notices::create_window(
            all.vitals.desk.site.get_value(),
            from,
            to,
            note.get_untracked().trim().to_owned(),
        );
        all.vitals.desk.change(busy, Box::pin(call), Box::new(then));
    };
    let help = format!("Times of {zone}.");
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            <div class="pair"><Field spec=STARTS value=starts error=starts_error /><Field spec=ENDS value=ends error=ends_error /></div>
            <p class="field-help">{help}</p>
            <Field spec=NOTE value=note error=note_error />
            <div class="actions start">
                {submit("Add window", busy)}
                {button("Cancel", Callback::new(move |()| all.close()))}
            </div>
        </form>
    }
    .into_any()
}
