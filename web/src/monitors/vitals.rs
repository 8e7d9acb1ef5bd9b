//! What the parts of a page of a site's health share, and the frame around them.

use super::run::follow;
use crate::app::OwnerPage;
use crate::app::session::use_session;
use crate::client::health;
use crate::format::ago;
use crate::router::routes::{self, HealthPage};
use crate::sites::managed::{Desk, Listed, skeleton};
use crate::sites::own_site::own_site;
use crate::ui::error_box::ErrorBox;
use crate::ui::icon::icon;
use crate::ui::tasks::later;
use crate::ui::{Views, dom, part, part_if};
use leptos::prelude::*;
use shared::health::Health;
use shared::monitor::{Monitor, MonitorKind};
use shared::site::{Role, Site};
use std::sync::Arc;
use std::time::Duration;

/// Times in words move on at this pace.
const TICK: Duration = Duration::from_secs(5);
/// So many of them pass until the server is asked again.
const REFRESH_TICKS: u32 = 6;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Vitals {
    /// The page's desk.
    pub desk: Desk,
    /// The site's domain.
    pub domain: StoredValue<String>,
    /// The site's time zone.
    pub zone: StoredValue<String>,
    /// True for who may change something.
    pub is_owner: bool,
    /// The health, as last told.
    pub health: Listed<Arc<Health>>,
    /// The present time, in steps.
    pub now_ms: RwSignal<f64>,
    /// The monitor whose check is waited for, with the time of the check before.
    pub awaited: RwSignal<Option<(MonitorKind, Option<String>)>>,
}

impl Vitals {
    fn new(site: Site) -> Self {
        let desk = Desk::new(site.id);
        let vitals = Vitals {
            desk,
            domain: StoredValue::new(site.domain),
            zone: StoredValue::new(site.timezone),
            is_owner: site.role == Role::Owner,
            health: Listed::new(desk, |site| {
                Box::pin(async move { health::health(site).await.map(Arc::new) })
            }),
            now_ms: RwSignal::new(dom::now_ms()),
            awaited: RwSignal::new(None),
        };
        vitals.tick(1);
        follow(vitals);
        vitals
    }

    /// Moves the time on, and asks the server now and then while somebody looks.
    fn tick(self, nth: u32) {
        later(
            move || {
                if self.now_ms.try_set(dom::now_ms()).is_some() {
                    return;
                }
                if nth.is_multiple_of(REFRESH_TICKS) && !dom::is_hidden() {
                    self.health.refresh();
                }
                self.tick(nth + 1);
            },
            TICK,
        );
    }

    /// Reads the health, once it is there.
    pub fn with<T>(self, read: impl FnOnce(&Health) -> T) -> Option<T> {
        self.health.list.with(|health| match health {
            Some(Ok(health)) => Some(read(health)),
            _ => None,
        })
    }

    /// Reads one monitor, with whether an incident of its kind is open.
    pub fn monitor<T>(self, kind: MonitorKind, read: impl FnOnce(&Monitor, bool) -> T) -> Option<T> {
        self.with(|health| {
            let open = health.open_incidents.iter().any(|incident| incident.kind == kind);
            let monitor = health.monitors.iter().find(|monitor| monitor.kind == kind)?;
            Some(read(monitor, open))
        })
        .flatten()
    }

    /// How long ago an instant (RFC 3339) was, in words.
    pub fn since(self, instant: &str) -> String {
        ago::since(self.now_ms.get() - js_sys::Date::parse(instant))
    }

    /// How long until an instant (RFC 3339), in words.
    pub fn until(self, instant: &str) -> String {
        ago::until(js_sys::Date::parse(instant) - self.now_ms.get())
    }

    /// An instant (RFC 3339) as day and time in the site's zone.
    pub fn instant(self, instant: &str) -> String {
        self.zone
            .with_value(|zone| crate::format::date::instant(instant, Some(zone)))
    }
}

/// A page of a site's health, for whoever reads the site. `body` is built once, when the health is there: what comes later is
/// only refreshed, so that a call that fails takes away neither the numbers nor what is being entered.
pub fn health_page(
    domain: String,
    here: HealthPage,
    title: &'static str,
    body: fn(Vitals, HealthPage) -> AnyView,
) -> AnyView {
    dom::set_title(&format!("{title} · {domain}"));
    let nav = domain.clone();
    let waiting = move || view! { <h1 tabindex="-1">{title}</h1>{skeleton()} }.into_any();
    let page = move |site: Site| {
        let vitals = Vitals::new(site);
        view! { <h1 tabindex="-1">{title}</h1>{shown(vitals, here, body)} }.into_any()
    };
    view! {
        <OwnerPage class="health">
            {health_nav(nav, here)}
            {own_site(domain, Box::new(waiting), Box::new(page))}
        </OwnerPage>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq)]
enum Standing {
    Loading,
    Failed,
    Here,
}

fn shown(vitals: Vitals, here: HealthPage, body: fn(Vitals, HealthPage) -> AnyView) -> AnyView {
    let standing = Memo::new(
        move |_| match vitals.health.list.with(|list| list.as_ref().map(Result::is_ok)) {
            None => Standing::Loading,
            Some(false) => Standing::Failed,
            Some(true) => Standing::Here,
        },
    );
    let shown = move || match standing.get() {
        Standing::Loading => view! { {skeleton()} {skeleton()} }.into_any(),
        Standing::Here => body(vitals, here),
        Standing::Failed => {
            let failure = vitals.health.list.get_untracked().and_then(Result::err);
            let (message, wait_s) = failure.map(|it| (it.message(), it.wait_s())).unwrap_or_default();
            let retry = Callback::new(move |()| vitals.health.load());
            view! { <div class="card block"><ErrorBox message=message wait_s=wait_s retry=retry /></div> }.into_any()
        }
    };
    part(shown).into_any()
}

/// What stands in the place of a page that is the owner's alone.
pub fn owners_only() -> AnyView {
    view! {
        <div class="center">
            <h2>"Only the site's owner can see this"</h2>
            <p class="muted">"You view this site. Its health is yours to read."</p>
        </div>
    }
    .into_any()
}

/// The way back to the dashboard, and to the other pages of the site's health; those of the owner once it is known that they
/// are.
fn health_nav(domain: String, here: HealthPage) -> AnyView {
    let session = use_session();
    let monitors = MonitorKind::ALL.map(|kind| (HealthPage::Monitor(kind), super::words::kind(kind)));
    let pages = std::iter::once((HealthPage::Overview, "Overview")).chain(monitors);
    let all = StoredValue::new(domain.clone());
    let link = move |(page, label): (HealthPage, &'static str)| {
        let current = (page == here).then_some("page");
        all.with_value(|domain| view! { <a href=routes::health(domain, page) aria-current=current>{label}</a> })
    };
    let owned = {
        let domain = domain.clone();
        Memo::new(move |_| {
            session
                .site(&domain)
                .flatten()
                .is_some_and(|site| site.role == Role::Owner)
        })
    };
    let own = move || {
        let pages = [
            (HealthPage::Notices, "Notices"),
            (HealthPage::Maintenance, "Maintenance"),
        ];
        owned.get().then(|| pages.into_iter().map(link).views())
    };
    view! {
        <div class="settings-head">
            <a class="quiet-link" href=routes::dashboard(&domain)>{icon("left")} {domain.clone()}</a>
            <nav class="subnav" aria-label="Health">{pages.map(link).views()} {part_if(own)}</nav>
        </div>
    }
    .into_any()
}
