//! `/<domain>/health`: the score and why, and every monitor.

use super::gains::gains;
use super::incidents::incidents;
use super::score::{components, score_card};
use super::state::state;
use super::switch::switch;
use super::vitals::{Vitals, health_page};
use super::words;
use crate::router::routes::{self, HealthPage};
use crate::ui::Views;
use leptos::prelude::*;
use shared::monitor::MonitorKind;

/// A site's health at a glance.
pub fn overview_page(domain: String) -> AnyView {
    health_page(domain, HealthPage::Overview, "Health", body)
}

fn body(vitals: Vitals, _: HealthPage) -> AnyView {
    let cards = MonitorKind::ALL.into_iter().map(|kind| card(vitals, kind)).views();
    view! {
        {score_card(vitals)}
        <section class="monitors" aria-labelledby="monitors-title">
            <h2 id="monitors-title">"Monitors"</h2>
            <ul class="monitor-grid">{cards}</ul>
        </section>
        {components(vitals)}
        {gains(vitals)}
        {incidents(vitals, None)}
    }
    .into_any()
}

fn card(vitals: Vitals, kind: MonitorKind) -> AnyView {
    let href = vitals
        .domain
        .with_value(|domain| routes::health(domain, HealthPage::Monitor(kind)));
    view! {
        <li class="card monitor-card">
            <h3><a href=href>{words::kind(kind)}</a></h3>
            <p class="muted small">{words::meaning(kind)}</p>
            {state(vitals, kind)}
            {switch(vitals, kind)}
        </li>
    }
    .into_any()
}
