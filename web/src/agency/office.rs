//! What the pages share: their frame, and what calls leave behind.

use crate::app::OwnerPage;
use crate::app::session::{Loaded, Session, use_session};
use crate::client::Failure;
use crate::router::{Router, use_router};
use crate::sites::managed::{Call, skeleton};
use crate::ui::announce::announcer;
use crate::ui::error_box::ErrorBox;
use crate::ui::tasks::spawn;
use crate::ui::{Views, dom, part};
use leptos::prelude::*;

/// What the parts of a page share.
#[derive(Clone, Copy)]
pub struct Office {
    /// The live region.
    pub announce: Callback<String>,
    /// The account's sites.
    pub session: Session,
    router: Router,
}

impl Office {
    /// The office of the calling page; its sites are on their way.
    pub fn here() -> Self {
        let office = Office {
            announce: announcer(),
            session: use_session(),
            router: use_router(),
        };
        office.session.need_sites(office.router);
        office
    }

    /// Loads the list of sites anew.
    pub fn reload_sites(self) {
        self.session.reload_sites(self.router);
    }

    /// Says something in the live region.
    pub fn say(self, words: &str) {
        self.announce.run(words.to_owned());
    }

    /// A failure that is to be told; none when the session has ended, and the person signs in first.
    pub fn told(self, failure: Failure) -> Option<Failure> {
        self.session.check(failure, self.router)
    }

    /// Makes a call; `busy` stands while it is under way. What becomes of it is told unless the session has ended, or the page
    /// is gone.
    pub fn call<T: 'static>(self, busy: RwSignal<bool>, call: Call<T>, then: Box<dyn FnOnce(Result<T, Failure>)>) {
        busy.set(true);
        spawn(async move {
            let outcome = call.await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(answer) => then(Ok(answer)),
                Err(failure) => {
                    if let Some(failure) = self.told(failure) {
                        then(Err(failure));
                    }
                }
            }
        });
    }

    /// Loads something into its place.
    pub fn load<T: Send + Sync + 'static>(self, place: RwSignal<Loaded<T>>, call: Call<T>) {
        spawn(async move {
            match call.await {
                Ok(answer) => drop(place.try_set(Some(Ok(answer)))),
                Err(failure) => {
                    if let Some(failure) = self.told(failure) {
                        place.try_set(Some(Err(failure)));
                    }
                }
            }
        });
    }
}

/// Shows what was loaded, or that it is on its way, or why it is not there. `show` runs once for each time it is loaded.
pub fn shown<T: Clone + Send + Sync + 'static>(
    place: RwSignal<Loaded<T>>,
    reload: Callback<()>,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    part(move || match place.get() {
        None => skeleton(),
        Some(Ok(answer)) => show(answer),
        Some(Err(failure)) => {
            view! { <ErrorBox message=failure.message() wait_s=failure.wait_s() retry=reload /> }.into_any()
        }
    })
    .into_any()
}

/// A page of the account's portals.
pub fn office_page(class: &'static str, here: &'static str, title: &'static str, body: AnyView) -> AnyView {
    dom::set_title(title);
    let pages = [
        ("/overview", "Overview"),
        ("/settings/portal", "Portals"),
        ("/settings/portal/white-label", "White label"),
        ("/settings/portal/domain", "Domain"),
    ];
    let links = pages.into_iter().map(|(href, label)| {
        let current = (href == here).then_some("page");
        view! { <a href=href aria-current=current>{label}</a> }
    });
    let links = links.views();
    view! {
        <OwnerPage class=class>
            <div class="settings-head"><nav class="subnav" aria-label="Portals">{links}</nav></div>
            <h1 tabindex="-1">{title}</h1>
            {body}
        </OwnerPage>
    }
    .into_any()
}
