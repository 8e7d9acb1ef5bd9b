//! Turning a monitor on and off.

use super::settings::body_of;
use super::vitals::Vitals;
use super::words;
use crate::client::{Failure, health};
use crate::ui::toggle::toggle;
use leptos::prelude::*;
use shared::monitor::{MonitorKind, SetMonitor};

/// The switch of a monitor, for the site's owner; it takes effect at once. One that is turned on is checked at once.
pub fn switch(vitals: Vitals, kind: MonitorKind) -> AnyView {
    if !vitals.is_owner {
        return ().into_any();
    }
    let (busy, said, error) = (RwSignal::new(false), RwSignal::new(""), RwSignal::new(String::new()));
    let on = move || vitals.monitor(kind, |monitor, _| monitor.enabled).unwrap_or(false);
    let flip = Callback::new(move |wanted: bool| {
        let known = untrack(|| {
            let domain = vitals.domain.get_value();
            vitals.monitor(kind, |monitor, _| {
                (body_of(monitor, &domain), monitor.checked_at.clone())
            })
        });
        let Some((body, before)) = known else { return };
        said.set("");
        error.set(String::new());
        let body = SetMonitor {
            enabled: wanted,
            ..body
        };
        let call = health::set(vitals.desk.site.get_value(), kind, body);
        let then = move |outcome: Result<(), Failure>| match outcome {
            Ok(()) => {
                said.set("Saved");
                vitals.desk.announce.run("Saved".to_owned());
                vitals.awaited.set(wanted.then_some((kind, before)));
                vitals.health.refresh();
            }
            Err(failure) => error.set(failure.message()),
        };
        vitals.desk.change(busy, Box::pin(call), Box::new(then));
    });
    view! {
        <div class="switch-line">
            {toggle(format!("Check {}", words::kind(kind).to_lowercase()), Signal::derive(on), busy, flip)}
            <span class="saved">{said}</span>
            <p class="field-error" role="alert">{error}</p>
        </div>
    }
    .into_any()
}
