//! What the settings pages that manage a list have in common: their frame, the list, and what calls leave behind.

use super::own_site::owned_site;
use crate::app::session::{Loaded, Session, use_session};
use crate::app::{OwnerPage, SettingsNav};
use crate::client::Failure;
use crate::router::{Router, use_router};
use crate::ui::announce::announcer;
use crate::ui::dom;
use crate::ui::error_box::ErrorBox;
use crate::ui::part;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::ids::SiteId;
use shared::site::Site;
use std::pin::Pin;

/// A call under way.
pub type Call<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// A page of a site's settings, for its owner.
pub fn managed(domain: String, key: &'static str, title: &'static str, page: fn(Site) -> AnyView) -> AnyView {
    dom::set_title(&format!("{title} · {domain}"));
    let nav = domain.clone();
    let waiting = move || view! { <div class="page-head"><h1 tabindex="-1">{title}</h1></div>{skeleton()} }.into_any();
    view! {
        <OwnerPage class="settings">
            <SettingsNav domain=nav current=key />
            {owned_site(domain, Box::new(waiting), Box::new(page))}
        </OwnerPage>
    }
    .into_any()
}

/// What stands in the place of what is on its way.
pub fn skeleton() -> AnyView {
    view! { <div class="card block skeleton-block"></div> }.into_any()
}

/// What the parts of such a page share.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The site.
    pub site: StoredValue<SiteId>,
    /// The live region.
    pub announce: Callback<String>,
    session: Session,
    router: Router,
}

impl Desk {
    /// The desk of a page.
    pub fn new(site: SiteId) -> Self {
        Desk {
            site: StoredValue::new(site),
            announce: announcer(),
            session: use_session(),
            router: use_router(),
        }
    }

    /// A failure that is to be told; none when the session has ended, and the person signs in first.
    pub fn told(self, failure: Failure) -> Option<Failure> {
        self.session.check(failure, self.router)
    }

    /// Makes a change; `busy` stands while it is under way. What becomes of it is told unless the session has ended, or
    /// the page is gone.
    pub fn change(self, busy: RwSignal<bool>, call: Call<()>, then: Box<dyn FnOnce(Result<(), Failure>)>) {
        busy.set(true);
        spawn(async move {
            let outcome = call.await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(()) => then(Ok(())),
                Err(failure) => {
                    if let Some(failure) = self.session.check(failure, self.router) {
                        then(Err(failure));
                    }
                }
            }
        });
    }
}

/// Something of the site's that the page shows, loaded anew after each change.
pub struct Listed<T: Send + Sync + 'static> {
    /// It, or why it is not there.
    pub list: RwSignal<Loaded<T>>,
    desk: Desk,
    fetch: fn(SiteId) -> Call<T>,
}

impl<T: Send + Sync + 'static> Clone for Listed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Listed<T> {}

impl<T: Clone + Send + Sync + 'static> Listed<T> {
    /// Begins to load it.
    pub fn new(desk: Desk, fetch: fn(SiteId) -> Call<T>) -> Self {
        let list = RwSignal::new(None);
        let listed = Listed { list, desk, fetch };
        listed.load();
        listed
    }

    /// Loads it anew; what is shown stays until then.
    pub fn load(self) {
        spawn(async move {
            let Some(site) = self.desk.site.try_get_value() else {
                return;
            };
            match (self.fetch)(site).await {
                Ok(list) => drop(self.list.try_set(Some(Ok(list)))),
                Err(failure) => {
                    if let Some(failure) = self.desk.session.check(failure, self.desk.router) {
                        self.list.try_set(Some(Err(failure)));
                    }
                }
            }
        });
    }

    /// Loads it anew by itself: a failure leaves what is there, unless the session has ended, or the site is gone or no longer
    /// theirs.
    pub fn refresh(self) {
        spawn(async move {
            let Some(site) = self.desk.site.try_get_value() else {
                return;
            };
            match (self.fetch)(site).await {
                Ok(list) => drop(self.list.try_set(Some(Ok(list)))),
                Err(failure) => {
                    let told = self.desk.session.check(failure, self.desk.router);
                    if let Some(failure) = told.filter(|failure| matches!(failure.status(), 403 | 404)) {
                        self.list.try_set(Some(Err(failure)));
                    }
                }
            }
        });
    }

    /// Shows it, or that it is on its way, or why it is not there.
    pub fn shown(self, show: impl Fn(T) -> AnyView + Send + 'static) -> AnyView {
        self.framed(move || self.list.get(), show)
    }

    /// The same, but `show` runs anew only when something else is `kept` of it: what it holds follows the rest, and the
    /// keyboard keeps its place.
    pub fn shown_by<K>(self, kept: fn(&T) -> K, show: impl Fn(K) -> AnyView + Send + 'static) -> AnyView
    where
        K: Clone + PartialEq + Send + Sync + 'static,
    {
        let known: Memo<Loaded<K>> = Memo::new(move |_| {
            self.list.with(|list| {
                let list = list.as_ref()?;
                Some(list.as_ref().map(kept).map_err(Clone::clone))
            })
        });
        self.framed(move || known.get(), show)
    }

    fn framed<K>(
        self,
        of: impl Fn() -> Loaded<K> + Send + 'static,
        show: impl Fn(K) -> AnyView + Send + 'static,
    ) -> AnyView {
        part(move || match of() {
            None => skeleton(),
            Some(Err(failure)) => {
                let retry = Callback::new(move |()| self.load());
                view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=retry /> }.into_any()
            }
            Some(Ok(list)) => show(list),
        })
        .into_any()
    }
}
