//! `/sites`: all sites with their last 24 hours.

use super::add::AddSite;
use super::card::{Sparks, site_card};
use crate::app::OwnerPage;
use crate::app::session::use_session;
use crate::members::received::received;
use crate::router::use_router;
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::icon::icon;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;
use shared::site::Site;
use std::sync::Arc;

/// The overview.
#[component]
pub fn SitesPage() -> impl IntoView {
    dom::set_title("Sites");
    let (router, session) = (use_router(), use_session());
    session.need_sites(router);
    let adding = RwSignal::new(false);
    let search = RwSignal::new(String::new());
    let sparks = Sparks::default();
    let slash = window_event_listener(leptos::ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        if event.key() == "/" && !modified && !dom::is_typing(&event) {
            event.prevent_default();
            dom::focus_now("#site-search");
        }
    });
    on_cleanup(move || slash.remove());
    let add = move |_| adding.set(true);
    let list = move |sites: Arc<Vec<Site>>| {
        if sites.is_empty() {
            return view! {
                <div class="card empty">
                    <h2>"No sites yet"</h2>
                    <p class="muted">"Add a site, put one line into its pages, and watch its visits here."</p>
                    <button type="button" class="btn primary" on:click=add>{icon("plus")}"Add your first site"</button>
                </div>
            }
            .into_any();
        }
        sparks.load(&sites);
        let found = move || {
            let wanted = search.with(|search| search.trim().to_ascii_lowercase());
            let mut found: Vec<&Site> = Vec::new();
            for site in sites.iter().filter(|site| site.domain.contains(&wanted)) {
                let place = found.partition_point(|other| other.domain < site.domain);
                found.insert(place, site);
            }
            if found.is_empty() {
                return view! { <p class="nothing">"No site matches"</p> }.into_any();
            }
            let cards = found.into_iter().map(|site| site_card(site, sparks)).views();
            view! { <ul class="site-grid">{cards}</ul> }.into_any()
        };
        part(found).into_any()
    };
    let body = move || match session.sites.get() {
        None => {
            let card = |_| view! { <li class="card site-card skeleton"></li> };
            view! { <ul class="site-grid" aria-hidden="true">{(0..3).map(card).views()}</ul> }.into_any()
        }
        Some(Ok(sites)) => list(sites),
        Some(Err(failure)) => {
            let retry = Callback::new(move |()| session.reload_sites(router));
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
    };
    let some = move || {
        session
            .sites
            .with(|sites| matches!(sites, Some(Ok(sites)) if !sites.is_empty()))
    };
    let tools = move || {
        some().then(|| view! {
        <input id="site-search" class="input search" type="search" placeholder="Search" aria-label="Search sites"
            aria-keyshortcuts="/" prop:value=search on:input=move |event| search.set(event_target_value(&event)) />
        <button type="button" class="btn primary" on:click=add>{icon("plus")}"Add site"</button>
    })
    };
    view! {
        <OwnerPage class="wide">
            <div class="page-head"><h1 tabindex="-1">"Sites"</h1><div class="page-tools">{part_if(tools)}</div></div>
            {received()}
            {part(body)}
            {move || adding.get().then(|| view! { <AddSite on_close=Callback::new(move |()| adding.set(false)) /> })}
        </OwnerPage>
    }
}
