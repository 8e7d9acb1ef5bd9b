//! How to get the first visit, and the wait for it.

use super::site_page::has_visits;
use crate::router::routes;
use crate::ui::announce::announcer;
use crate::ui::copy::CopyField;
use crate::ui::dom;
use crate::ui::icon::icon;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::site::Site;
use std::time::Duration;

const BEAT: Duration = Duration::from_secs(3);

/// The snippet of a site.
pub fn snippet(domain: &str) -> String {
    format!(
        r#"<script defer data-domain="{domain}" src="{}/js/script.js"></script>"#,
        dom::origin()
    )
}

/// The snippet, and a line that turns into the dashboard with the first visit.
#[component]
pub fn Install(
    /// The site.
    site: Site,
    /// Hears of the first visit.
    arrived: Callback<()>,
) -> impl IntoView {
    let announce = announcer();
    let alive = StoredValue::new(true);
    on_cleanup(move || alive.set_value(false));
    let id = site.id.clone();
    spawn(async move {
        let mut failures = 0_u32;
        loop {
            let pause = BEAT * 2_u32.saturating_pow(failures).min(10);
            gloo_timers::future::sleep(pause).await;
            if alive.try_get_value() != Some(true) {
                return;
            }
            if dom::is_hidden() {
                continue;
            }
            match has_visits(&id).await {
                Ok(true) => {
                    if alive.try_get_value() == Some(true) {
                        announce.run("The first visit has arrived".to_owned());
                        arrived.run(());
                    }
                    return;
                }
                Ok(false) => failures = 0,
                Err(failure) if matches!(failure.status(), 401 | 404) => return,
                Err(_) => failures += 1,
            }
        }
    });
    view! {
        <div class="install">
            <header class="site-head">
                <img class="favicon" src=site.favicon.clone() alt="" width="24" height="24" />
                <h1 tabindex="-1">{site.domain.clone()}</h1>
                <div class="site-head-end">
                    <a class="icon-btn" href=routes::site_settings(&site.domain, "general") aria-label="Site settings">
                        {icon("gear")}
                    </a>
                </div>
            </header>
            <section class="card block install-card">
                <h2>"Put this on every page, inside <head>"</h2>
                <CopyField name="Snippet" label="Copy" text=snippet(&site.domain) />
                <p class="waiting"><i class="pulse" aria-hidden="true"></i>"Waiting for the first visit"</p>
                <p class="muted">"Open your site in another tab. This page turns into the dashboard by itself."</p>
            </section>
        </div>
    }
}
