//! The hours in which notices wait.

use crate::app::unsaved;
use crate::client::json::Json;
use crate::client::{Failure, notices};
use crate::monitors::vitals::Vitals;
use crate::sites::managed::Listed;
use crate::ui::button::submit;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::part_if;
use leptos::prelude::*;
use serde_json::Value;

const FROM: FieldSpec = FieldSpec {
    kind: "time",
    ..FieldSpec::text("quiet-from", "From")
};
const UNTIL: FieldSpec = FieldSpec {
    kind: "time",
    ..FieldSpec::text("quiet-until", "Until")
};

/// The section.
pub fn quiet_hours(vitals: Vitals) -> AnyView {
    let hours = Listed::new(vitals.desk, |site| Box::pin(notices::quiet_hours(site)));
    let zone = vitals.zone.get_value();
    view! {
        <section class="card block" aria-labelledby="quiet-title">
            <h2 id="quiet-title">"Quiet hours"</h2>
            <p class="muted">{format!("What comes about in them is told when they end. Times of {zone}.")}</p>
            {hours.shown(move |hours| form(vitals, &hours))}
        </section>
    }
    .into_any()
}

fn form(vitals: Vitals, hours: &Value) -> AnyView {
    let before = hours.maybe_text("from").zip(hours.maybe_text("until"));
    let saved = RwSignal::new(before.clone());
    let on = RwSignal::new(before.is_some());
    let (from, until) = before.unwrap_or_else(|| ("22:00".to_owned(), "07:00".to_owned()));
    let (from, until) = (RwSignal::new(from), RwSignal::new(until));
    let (from_error, until_error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // The fields for the times are not always there.
    let error = RwSignal::new(String::new());
    let (busy, said) = (RwSignal::new(false), RwSignal::new(""));
    // A browser may add the seconds.
    let minutes = |text: String| text.get(..5).unwrap_or_default().to_owned();
    let now = move || on.get().then(|| (minutes(from.get()), minutes(until.get())));
    unsaved::watch(move || now() != saved.get());
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        said.set("");
        for error in [error, from_error, until_error] {
            error.set(String::new());
        }
        let wanted = untrack(now);
        let sent = wanted.clone();
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                saved.set(sent);
                said.set("Saved");
                vitals.desk.announce.run("Saved".to_owned());
            }
            Err(failure) => match (failure.field("from"), failure.field("until")) {
                (None, None) => error.set(failure.message()),
                (from, until) => {
                    from_error.set(from.unwrap_or_default());
                    until_error.set(until.unwrap_or_default());
                }
            },
        };
        let call = notices::set_quiet_hours(vitals.desk.site.get_value(), wanted);
        vitals.desk.change(busy, Box::pin(call), Box::new(then));
    };
    let times = move || {
        on.get().then(|| {
            view! { <div class="pair"><Field spec=FROM value=from error=from_error /><Field spec=UNTIL value=until error=until_error /></div> }
        })
    };
    view! {
        <form class="stack" on:submit=on_submit novalidate>
            <label class="check">
                <input type="checkbox" prop:checked=on on:change=move |event| on.set(event_target_checked(&event)) />
                <span>"Notices wait in some hours of each day"</span>
            </label>
            {part_if(times)}
            <p class="field-error" role="alert">{error}</p>
            <div class="actions start">{submit("Save", busy)} <span class="saved">{said}</span></div>
        </form>
    }
    .into_any()
}
