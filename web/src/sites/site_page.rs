//! `/<domain>`: the owner's dashboard, or how to get the first visit.

use super::install::Install;
use super::own_site::own_site;
use super::switcher::site_switcher;
use crate::annotations::notes_link;
use crate::app::OwnerPage;
use crate::app::session::use_session;
use crate::client::{Access, Failure, stats};
use crate::reports::dashboard::{self, Extras, SiteFacts};
use crate::reports::question;
use crate::reports::skeleton::skeleton;
use crate::router::routes::{self, HealthPage};
use crate::router::use_router;
use crate::segments::menu::segments_menu;
use crate::ui::dom;
use crate::ui::icon::icon;
use crate::ui::part;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::ids::SiteId;
use shared::query::DateRange;
use shared::site::{Role, Site};

/// A site younger than this is asked for its first visit before its dashboard is shown; an older one only when its
/// dashboard turns out to be empty.
const YOUNG_MS: f64 = 7.0 * 86_400_000.0;

/// A site's dashboard for its owner.
#[component]
pub fn SitePage(
    /// The site's domain.
    domain: String,
) -> impl IntoView {
    dom::set_title(&domain);
    let waiting = {
        let domain = domain.clone();
        move || skeleton(&domain)
    };
    view! { <OwnerPage class="wide">{own_site(domain, Box::new(waiting), Box::new(gate))}</OwnerPage> }
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Asking,
    Waiting,
    Showing,
}

fn gate(site: Site) -> AnyView {
    let young = dom::now_ms() - js_sys::Date::parse(&site.created_at) < YOUNG_MS;
    let stage = RwSignal::new(if young { Stage::Asking } else { Stage::Showing });
    let id = site.id.clone();
    let ask = Callback::new(move |()| {
        let id = id.clone();
        spawn(async move {
            let visited = has_visits(&id).await.unwrap_or(true);
            let next = if visited { Stage::Showing } else { Stage::Waiting };
            if stage.try_get_untracked().is_some_and(|now| now != next) {
                stage.set(next);
            }
        });
    });
    if young {
        ask.run(());
    }
    let body = move || match stage.get() {
        Stage::Asking => skeleton(&site.domain),
        Stage::Waiting => {
            let arrived = Callback::new(move |()| stage.set(Stage::Showing));
            view! { <Install site=site.clone() arrived=arrived /> }.into_any()
        }
        Stage::Showing => dashboard(&site, ask),
    };
    part(body).into_any()
}

fn dashboard(site: &Site, on_empty: Callback<()>) -> AnyView {
    let (router, session) = (use_router(), use_session());
    let refused = Callback::new(move |failure: Failure| match failure.status() {
        401 => session.sign_in_first(router),
        // The site is gone: the list says what is left.
        _ => session.reload_sites(router),
    });
    let facts = SiteFacts {
        id: site.id.clone(),
        domain: site.domain.clone(),
        timezone: site.timezone.clone(),
        favicon: site.favicon.clone(),
    };
    let (domain, noted) = (site.domain.clone(), site.domain.clone());
    let is_owner = site.role == Role::Owner;
    let header = move || {
        let settings = if is_owner {
            settings_links(&domain)
        } else {
            ().into_any()
        };
        let health = routes::health(&domain, HealthPage::Overview);
        let health = view! { <a class="icon-btn" href=health aria-label="Health" title="Health">{icon("pulse")}</a> };
        view! { {site_switcher(domain)} {health} {settings} }.into_any()
    };
    let extras = Extras {
        header: Box::new(header),
        bar: Box::new(move || segments_menu(is_owner)),
        chart: Box::new(move || if is_owner { notes_link(&noted) } else { ().into_any() }),
    };
    dashboard::dashboard(facts, Access::Session, extras, refused, on_empty)
}

/// The way to what only an owner may change.
fn settings_links(domain: &str) -> AnyView {
    view! {
        <a class="btn share" href=routes::site_settings(domain, "share-links")>{icon("share")}<span>"Share"</span></a>
        <a class="icon-btn" href=routes::site_settings(domain, "general") aria-label="Site settings">{icon("gear")}</a>
    }
    .into_any()
}

/// Did this site ever have a visit?
pub async fn has_visits(id: &SiteId) -> Result<bool, Failure> {
    let answer = stats::ask_one(id, &Access::Session, question::total(DateRange::All)).await?;
    Ok(answer.total().unwrap_or(0.0) > 0.0)
}
