//! A page of one site of the account: waits for the list, says so when the site is not in it.

use crate::app::session::use_session;
use crate::router::use_router;
use crate::ui::dom;
use crate::ui::dynamic;
use crate::ui::error_box::ErrorBox;
use leptos::prelude::*;
use shared::site::Site;

/// Renders `page` once the site is known; `waiting` until then.
pub fn own_site(
    domain: String,
    waiting: impl Fn() -> AnyView + Send + Sync + 'static,
    page: impl Fn(Site) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let (router, session) = (use_router(), use_session());
    session.need_sites(router);
    // The page is rendered anew for another site, not for a change of this one: its forms would lose what they say.
    let id = {
        let domain = domain.clone();
        Memo::new(move |_| session.site(&domain).map(|site| site.map(|site| site.id)))
    };
    let failure = Memo::new(move |_| {
        session
            .sites
            .with(|sites| sites.as_ref().and_then(|s| s.as_ref().err().cloned()))
    });
    let body = move || match (id.get(), failure.get()) {
        (Some(Some(_)), _) => match untrack(|| session.site(&domain)).flatten() {
            Some(site) => page(site),
            None => waiting(),
        },
        (Some(None), _) => {
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
        (None, Some(failure)) => {
            let retry = Callback::new(move |()| session.reload_sites(router));
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
        }
        (None, None) => waiting(),
    };
    dynamic(body).into_any()
}
