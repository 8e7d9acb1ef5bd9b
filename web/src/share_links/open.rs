//! `/share/<domain>?auth=<token>`: what a recipient sees.

use crate::client::{Access, Failure, sites};
use crate::reports::dashboard::{DashboardView, SiteFacts};
use crate::reports::skeleton::skeleton;
use crate::router::{query, use_router};
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::part;
use crate::ui::theme::ThemeButton;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::problem::ProblemCode;
use shared::share_link::SharedSite;
use std::sync::Arc;

/// The one sentence for a link that is dead, unknown, foreign or malformed.
const GONE: &str = ProblemCode::LinkNotFound.title();

#[derive(Clone, PartialEq)]
enum Stage {
    Resolving,
    Open(SharedSite),
    Failed(Failure),
    Gone,
}

/// The gate, and behind it the dashboard.
#[component]
pub fn SharePage(
    /// The domain in the link.
    domain: String,
) -> impl IntoView {
    let router = use_router();
    let token = Memo::new(move |_| {
        let pairs = router.query.with(|text| query::parse(text));
        query::first(&pairs, "auth").unwrap_or_default().to_owned()
    });
    let stage = RwSignal::new(Stage::Resolving);
    dom::set_title(&domain);
    let asked = StoredValue::new(domain);
    let resolve = Callback::new(move |()| {
        let token = token.get_untracked();
        let domain = asked.get_value();
        stage.set(Stage::Resolving);
        spawn_local(async move {
            // An empty header value would be another error than the one of a wrong token.
            let answer = if token.is_empty() {
                None
            } else {
                Some(sites::resolve(&domain, token.into()).await)
            };
            stage.try_set(match answer {
                Some(Ok(site)) => Stage::Open(site),
                Some(Err(failure)) if !matches!(failure.status(), 401 | 404) => Stage::Failed(failure),
                _ => Stage::Gone,
            });
        });
    });
    Effect::new(move |_| {
        token.track();
        resolve.run(());
    });
    let refused = Callback::new(move |_: Failure| stage.set(Stage::Gone));
    let body = move || match stage.get() {
        Stage::Resolving => asked.with_value(|domain| skeleton(domain)),
        Stage::Open(site) => dashboard(site, token.get_untracked().into(), refused),
        Stage::Failed(failure) => view! { <h1 class="sr-only" tabindex="-1">"Shared dashboard"</h1>
        <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=resolve /> }
        .into_any(),
        Stage::Gone => gone(),
    };
    view! { <main id="main" class="main wide shared" tabindex="-1">{part(body)}</main> }
}

fn dashboard(site: SharedSite, token: Arc<str>, refused: Callback<Failure>) -> AnyView {
    let facts = SiteFacts {
        id: site.site_id,
        domain: site.domain,
        timezone: site.timezone,
        favicon: site.favicon,
    };
    let header_end = || view! { <span class="pill">"Read-only"</span><ThemeButton /> };
    view! { <DashboardView site=facts access=Access::Share(token) header_end=header_end on_refused=refused on_empty=Callback::new(|()| {}) /> }
        .into_any()
}

fn gone() -> AnyView {
    dom::set_title(GONE);
    dom::focus("h1");
    view! { <div class="center"><h1 tabindex="-1">{GONE}</h1></div> }.into_any()
}
