//! `/share/<domain>?auth=<token>`: what a recipient sees.

use super::brand::share_brand;
use super::gate::{Locked, gate};
use crate::client::{Access, Failure, sites};
use crate::portals::brand;
use crate::reports::dashboard::{self, Extras, SiteFacts};
use crate::reports::skeleton::skeleton;
use crate::router::{query, use_router};
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::part;
use crate::ui::tasks::{later, spawn};
use crate::ui::theme::ThemeButton;
use leptos::prelude::*;
use shared::problem::ProblemCode;
use shared::share_link::SharedSite;
use std::sync::Arc;
use std::time::Duration;

/// The one sentence for a link that is dead, unknown, foreign or malformed.
const GONE: &str = ProblemCode::LinkNotFound.title();
/// On a wall nobody presses "Try again".
const KIOSK_RETRY: Duration = Duration::from_secs(60);

#[derive(Clone, PartialEq)]
enum Stage {
    Resolving,
    Locked,
    Open(SharedSite, Arc<str>),
    Failed(Failure),
    Gone,
}

/// A link as it was opened, and how far that has come.
#[derive(Clone, Copy)]
struct Opening {
    domain: StoredValue<String>,
    token: Memo<String>,
    /// What the password was answered with. A frame without storage has only this.
    grant: StoredValue<Option<Arc<str>>>,
    stage: RwSignal<Stage>,
}

impl Opening {
    /// Asks what the link opens, with the grant that this tab may still have.
    fn resolve(self) {
        self.resolve_and(|| {});
    }

    fn resolve_and(self, then: impl FnOnce() + 'static) {
        let token = self.token.get_untracked();
        let domain = self.domain.get_value();
        self.stage.set(Stage::Resolving);
        spawn(async move {
            if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                // Such a token opens nothing. In a header it would be trimmed into another than the page was asked with,
                // and that one decided who may frame the page.
                self.stage.try_set(Stage::Gone);
                return;
            }
            let granted = self.grant.try_get_value().flatten();
            let key = granted.unwrap_or_else(|| dom::kept(&kept_as(&token)).unwrap_or(token).into());
            match sites::resolve(&domain, key.clone()).await {
                Ok(site) => {
                    self.stage.try_set(Stage::Open(site, key));
                    then();
                }
                Err(failure) => self.refused(failure),
            }
        });
    }

    /// No answer: the password is asked for, the link is gone, or it is worth another try.
    fn refused(self, failure: Failure) {
        let Some(token) = self.token.try_get_untracked() else {
            return;
        };
        let stage = match failure.status() {
            401 => Stage::Locked,
            404 => Stage::Gone,
            _ => Stage::Failed(failure),
        };
        let may_be_mended = matches!(stage, Stage::Failed(_));
        if !may_be_mended {
            // The brand goes with the numbers.
            brand::undress();
            self.grant.set_value(None);
            dom::keep(&kept_as(&token), None);
        }
        self.stage.try_set(stage);
        if may_be_mended && dom::is_kiosk() {
            let again = move || {
                if self.stage.try_with_untracked(|stage| matches!(stage, Stage::Failed(_))) == Some(true) {
                    self.resolve();
                }
            };
            later(again, KIOSK_RETRY);
        }
    }

    /// Keeps the grant for a reload and goes on.
    fn unlocked(self, grant: Arc<str>) {
        dom::keep(&kept_as(&self.token.get_untracked()), Some(&grant));
        self.grant.set_value(Some(grant));
        self.resolve_and(|| dom::focus("h1"));
    }
}

/// Under which name a tab keeps the grant of a link.
fn kept_as(token: &str) -> String {
    format!("vitrine.grant.{token}")
}

/// The gate, and behind it the dashboard.
#[component]
pub fn SharePage(
    /// The domain in the link.
    domain: String,
) -> impl IntoView {
    let router = use_router();
    dom::set_title(&domain);
    let opening = Opening {
        domain: StoredValue::new(domain),
        token: Memo::new(move |_| {
            let pairs = router.query.with(|text| query::parse(text));
            query::first(&pairs, "auth").unwrap_or_default().to_owned()
        }),
        grant: StoredValue::new(None),
        stage: RwSignal::new(Stage::Resolving),
    };
    Effect::new(move |before: Option<String>| {
        let token = opening.token.get();
        if before.is_some_and(|before| before != token) {
            opening.grant.set_value(None);
        }
        opening.resolve();
        token
    });
    let body = move || match opening.stage.get() {
        Stage::Resolving => opening.domain.with_value(|domain| skeleton(domain)),
        Stage::Locked => {
            let locked = Locked {
                domain: opening.domain.get_value(),
                token: opening.token.get_untracked().into(),
            };
            let open = Callback::new(move |grant: Arc<str>| opening.unlocked(grant));
            gate(locked, open, Callback::new(move |()| opening.stage.set(Stage::Gone)))
        }
        Stage::Open(site, key) => dashboard(site, key, Callback::new(move |failure| opening.refused(failure))),
        Stage::Failed(failure) => {
            let retry = Callback::new(move |()| opening.resolve());
            view! { <h1 class="sr-only" tabindex="-1">"Shared dashboard"</h1>
            <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }
            .into_any()
        }
        Stage::Gone => gone(),
    };
    view! { <main id="main" class="main wide shared" tabindex="-1">{part(body)}</main> }
}

fn dashboard(site: SharedSite, key: Arc<str>, refused: Callback<Failure>) -> AnyView {
    let facts = SiteFacts {
        id: site.site_id,
        domain: site.domain,
        timezone: site.timezone,
        favicon: site.favicon,
    };
    let brand = (facts.domain.clone(), key.clone());
    let header = move || {
        let (domain, key) = brand;
        view! { {share_brand(domain, key)} <span class="pill">"Read-only"</span><ThemeButton /> }.into_any()
    };
    let extras = Extras {
        header: Box::new(header),
        bar: Box::new(|| ().into_any()),
        chart: Box::new(|| ().into_any()),
    };
    let access = Access::Share(key);
    dashboard::dashboard(facts, access, extras, refused, Callback::new(|()| {}))
}

fn gone() -> AnyView {
    dom::set_title(GONE);
    dom::focus("h1");
    view! { <div class="center"><h1 tabindex="-1">{GONE}</h1></div> }.into_any()
}
