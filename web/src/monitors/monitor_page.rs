//! `/<domain>/health/<kind>`: one monitor, what it found, and its settings.

use super::advice::advice;
use super::checks::checks;
use super::facts::facts;
use super::findings::findings;
use super::incidents::incidents;
use super::lighthouse::lighthouse;
use super::paged::Paged;
use super::run::check_now;
use super::settings::settings;
use super::state::state;
use super::switch::switch;
use super::uptime::uptime;
use super::vitals::{Vitals, health_page};
use super::words;
use crate::router::routes::HealthPage;
use leptos::prelude::*;
use shared::monitor::MonitorKind;

/// A monitor's page.
pub fn monitor_page(domain: String, kind: MonitorKind) -> AnyView {
    health_page(domain, HealthPage::Monitor(kind), words::kind(kind), body)
}

fn body(vitals: Vitals, page: HealthPage) -> AnyView {
    let HealthPage::Monitor(kind) = page else {
        return ().into_any();
    };
    let list = Paged::new(vitals.desk, format!("monitors/{}/checks", kind.as_str()));
    let checked = Memo::new(move |_| vitals.monitor(kind, |monitor, _| monitor.checked_at.clone()));
    Effect::new(move |before: Option<Option<Option<String>>>| {
        let now = checked.get();
        if before.is_some_and(|before| before != now) {
            list.begin();
        }
        now
    });
    let found = match kind {
        MonitorKind::Uptime => uptime(vitals),
        MonitorKind::Lighthouse => view! { {lighthouse(list)} {advice(vitals)} }.into_any(),
        MonitorKind::Links => view! { {facts(vitals, kind, list)} {findings(vitals)} }.into_any(),
        MonitorKind::Certificate | MonitorKind::Domain => facts(vitals, kind, list),
    };
    let address = move || vitals.monitor(kind, |monitor, _| monitor.url.clone());
    view! {
        <p class="muted lead">{words::meaning(kind)} <span class="mono">{crate::ui::dynamic(address)}</span></p>
        <section class="card block now" aria-label="Now">
            {state(vitals, kind)}
            {switch(vitals, kind)}
            {check_now(vitals, kind)}
        </section>
        {settings(vitals, kind)}
        {found}
        {incidents(vitals, Some(kind))}
        {checks(vitals, list)}
    }
    .into_any()
}
