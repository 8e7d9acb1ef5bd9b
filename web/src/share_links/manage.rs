//! `/<domain>/settings/share-links`.

use super::activity::activity;
use super::form::link_form;
use super::row::link_row;
use crate::app::session::{Loaded, Session, use_session};
use crate::app::{OwnerPage, SettingsNav};
use crate::client::{segments, share_links};
use crate::router::{Router, use_router};
use crate::sites::own_site::owned_site;
use crate::ui::announce::announcer;
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::icon::icon;
use crate::ui::tasks::spawn;
use crate::ui::{Views, dynamic, part, part_if};
use leptos::prelude::*;
use shared::ids::{ShareLinkId, SiteId};
use shared::segment::Segment;
use shared::share_link::{ShareLink, ShareLinkList};
use shared::site::Site;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Links {
    /// The site.
    pub site: StoredValue<SiteId>,
    /// The site's domain.
    pub domain: StoredValue<String>,
    /// The site's zone, for dates.
    pub zone: StoredValue<String>,
    /// The links.
    pub list: RwSignal<Loaded<ShareLinkList>>,
    /// The site's segments, to bind links to; empty until they are loaded.
    pub segments: RwSignal<Vec<Segment>>,
    /// The link that was just made.
    pub fresh: RwSignal<Option<ShareLinkId>>,
    /// The live region.
    pub announce: Callback<String>,
    /// The app's session, for expired ones.
    pub session: Session,
    /// The app's router.
    pub router: Router,
}

impl Links {
    /// Changes the loaded list in place.
    pub fn change(self, change: impl FnOnce(&mut ShareLinkList)) {
        self.list.try_update(|list| {
            if let Some(Ok(list)) = list {
                change(list);
            }
        });
    }

    /// Puts a changed link in its place, a new one at the end.
    pub fn put(self, link: ShareLink) {
        self.change(|list| match list.data.iter_mut().find(|known| known.id == link.id) {
            Some(known) => *known = link,
            None => list.data.push(link),
        });
    }

    /// Loads the segments. A form without them still offers "All data" and says nothing: links come first here.
    fn load_segments(self) {
        spawn(async move {
            let Some(site) = self.site.try_get_value() else { return };
            if let Ok(list) = segments::list(&site).await {
                self.segments.try_set(list);
            }
        });
    }

    /// Loads the list.
    pub fn load(self) {
        spawn(async move {
            let Some(site) = self.site.try_get_value() else { return };
            match share_links::list(&site).await {
                Ok(list) => {
                    self.list.try_set(Some(Ok(list)));
                }
                Err(failure) => {
                    if let Some(failure) = self.session.check(failure, self.router) {
                        self.list.try_set(Some(Err(failure)));
                    }
                }
            }
        });
    }
}

/// A site's share links, for its owner.
#[component]
pub fn ShareLinksPage(
    /// The site's domain.
    domain: String,
) -> impl IntoView {
    dom::set_title(&format!("Share links · {domain}"));
    let nav = domain.clone();
    view! {
        <OwnerPage class="settings">
            <SettingsNav domain=nav current="share-links" />
            {owned_site(domain, Box::new(heading), Box::new(page))}
        </OwnerPage>
    }
}

fn heading() -> AnyView {
    view! { <div class="page-head"><h1 tabindex="-1">"Share links"</h1></div><div class="card block skeleton-block"></div> }.into_any()
}

fn page(site: Site) -> AnyView {
    let links = Links {
        site: StoredValue::new(site.id),
        domain: StoredValue::new(site.domain),
        zone: StoredValue::new(site.timezone),
        list: RwSignal::new(None),
        segments: RwSignal::new(Vec::new()),
        fresh: RwSignal::new(None),
        announce: announcer(),
        session: use_session(),
        router: use_router(),
    };
    links.load();
    links.load_segments();
    let creating = RwSignal::new(false);
    let full = move || {
        links.list.with(|list| match list {
            Some(Ok(list)) if list.data.len() >= list.limit as usize => Some(list.limit),
            _ => None,
        })
    };
    let label = move || match full() {
        Some(limit) => format!("Limit reached ({limit})"),
        None => "Create share link".to_owned(),
    };
    let create = move |_| {
        if untrack(full).is_none() {
            creating.set(true);
        }
    };
    let button = move || {
        view! {
            <button type="button" class="btn primary" class:off=move || full().is_some()
                aria-disabled=move || full().is_some().to_string()
                aria-describedby="limit-help" on:click=create>
                {icon("plus")}<span>{dynamic(label)}</span>
            </button>
        }
    };
    let limit_help = move || full().map(|_| "Revoke unused links to free up slots.");
    let form = move || {
        creating
            .get()
            .then(|| link_form(links, None, Callback::new(move |()| creating.set(false))))
    };
    let body = move || match links.list.get() {
        None => view! { <div class="card block skeleton-block"></div> }.into_any(),
        Some(Err(failure)) => {
            let retry = Callback::new(move |()| links.load());
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
        Some(Ok(list)) if list.data.is_empty() => part_if(move || {
            (!creating.get()).then(|| {
                view! {
                    <div class="card empty">
                        <h2>"No share links yet"</h2>
                        <p class="muted">"A share link shows this dashboard to people without an account."</p>
                    </div>
                }
            })
        })
        .into_any(),
        Some(Ok(list)) => {
            let rows = list.data.into_iter().map(|link| link_row(links, link)).views();
            view! { <ul class="links">{rows}</ul> }.into_any()
        }
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Share links"</h1>
            <div class="page-tools">{button()}</div>
        </div>
        <p class="muted">"Anyone with the link can view this dashboard in read-only mode."</p>
        <p class="muted">"Treat the URL like a password. Anyone who has it can view the data."</p>
        <p class="field-help end" id="limit-help">{dynamic(limit_help)}</p>
        {part_if(form)}
        {part(body)}
        <p class="muted small">"Revocation is permanent. To share again, create a new link."</p>
        {activity(links)}
    }
    .into_any()
}
