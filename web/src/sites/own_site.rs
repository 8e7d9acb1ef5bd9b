//! A page of one site of the account: waits for the list, says so when the site is not in it.

use crate::app::session::use_session;
use crate::client::Failure;
use crate::router::{routes, use_router};
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::part;
use leptos::prelude::*;
use shared::site::{Role, Site};

/// What is known of a site.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Loading,
    Failed,
    Here,
    Missing,
}

/// Renders `page` once the site is known; `waiting` until then.
pub fn own_site(
    domain: String,
    waiting: Box<dyn Fn() -> AnyView + Send + Sync>,
    page: Box<dyn Fn(Site) -> AnyView + Send + Sync>,
) -> AnyView {
    let (router, session) = (use_router(), use_session());
    session.need_sites(router);
    // The page is rendered anew for another site, not for a change of this one: its forms would lose what they say.
    let standing = {
        let domain = domain.clone();
        Memo::new(
            move |_| match session.sites.with(|sites| sites.as_ref().map(Result::is_ok)) {
                None => Standing::Loading,
                Some(false) => Standing::Failed,
                Some(true) if session.site(&domain).flatten().is_some() => Standing::Here,
                Some(true) => Standing::Missing,
            },
        )
    };
    let body = move || match standing.get() {
        Standing::Here => match untrack(|| session.site(&domain)).flatten() {
            Some(site) => page(site),
            None => waiting(),
        },
        Standing::Missing => {
            dom::set_title("Site not found");
            view! {
                <div class="center">
                    <h1 tabindex="-1">"Site not found"</h1>
                    <p class="muted">"There is no site of yours with this domain."</p>
                    <a class="btn" href="/sites">"All sites"</a>
                </div>
            }
            .into_any()
        }
        Standing::Failed => {
            let failure = session
                .sites
                .with_untracked(|sites| sites.as_ref().and_then(|sites| sites.as_ref().err().cloned()));
            let failure = failure.unwrap_or(Failure::Offline);
            let retry = Callback::new(move |()| session.reload_sites(router));
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
        Standing::Loading => waiting(),
    };
    part(body).into_any()
}

/// Renders `page` for the site's owner; who only views the site reads that, in our words.
pub fn owned_site(
    domain: String,
    waiting: Box<dyn Fn() -> AnyView + Send + Sync>,
    page: Box<dyn Fn(Site) -> AnyView + Send + Sync>,
) -> AnyView {
    let page = move |site: Site| match site.role {
        Role::Owner => page(site),
        Role::Viewer => not_owner(&site.domain),
    };
    own_site(domain, waiting, Box::new(page))
}

fn not_owner(domain: &str) -> AnyView {
    view! {
        <div class="center">
            <h2>"Only the site's owner can see its settings"</h2>
            <p class="muted">"You view this site. Its dashboard is yours to read."</p>
            <a class="btn" href=routes::dashboard(domain)>"Go to the dashboard"</a>
        </div>
    }
    .into_any()
}
