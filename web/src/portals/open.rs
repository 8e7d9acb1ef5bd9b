//! `/portal/<token>`: asks what the link shows, and again while somebody looks.

use super::brand;
use super::page::page;
use crate::client::{Failure, portals};
use crate::ui::error_box::ErrorBox;
use crate::ui::tasks::{later, spawn};
use crate::ui::{dom, part};
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The server measures once a minute at most.
const AGAIN: Duration = Duration::from_secs(60);

/// The picture in the tab of a page that shows no site, as in `portal.html`.
const NO_PICTURE: &str = "data:,";

/// A portal as it was opened.
#[derive(Clone, Copy)]
pub struct Open {
    /// What it shows.
    pub view: RwSignal<Option<Arc<Value>>>,
    /// The present time, in steps of a minute.
    pub now_ms: RwSignal<f64>,
    /// Why it shows nothing.
    failure: RwSignal<Option<Failure>>,
    token: StoredValue<String>,
}

/// The whole of the page.
pub fn portal() -> AnyView {
    let path = dom::place().0;
    let token = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let open = Open {
        view: RwSignal::new(None),
        now_ms: RwSignal::new(dom::now_ms()),
        failure: RwSignal::new(None),
        token: StoredValue::new(token.to_owned()),
    };
    open.load();
    open.tick();
    window_event_listener(leptos::ev::visibilitychange, move |_| {
        if !dom::is_hidden() {
            open.load();
        }
    });
    let standing = Memo::new(move |_| (open.view.with(Option::is_some), open.failure.with(Option::is_some)));
    let body = move || {
        match standing.get() {
        (true, _) => page(open),
        (false, true) => refused(open),
        (false, false) => view! {
            <main id="main" class="main portal" aria-busy="true"><div class="portal-head"></div><div class="card skeleton-block"></div></main>
        }
        .into_any(),
    }
    };
    part(body).into_any()
}

impl Open {
    fn load(self) {
        spawn(async move {
            let answer = portals::open(&self.token.get_value()).await;
            self.now_ms.set(dom::now_ms());
            match answer {
                Ok(view) => {
                    self.failure.set(None);
                    let is_same = self.view.with_untracked(|known| known.as_deref() == Some(&view));
                    if !is_same {
                        self.view.set(Some(Arc::new(view)));
                    }
                }
                // A dead link shows nothing any more; anything else may pass.
                Err(failure) if failure.status() == 404 || self.view.with_untracked(Option::is_none) => {
                    self.failure.set(Some(failure));
                    self.view.set(None);
                    brand::undress();
                    brand::picture(NO_PICTURE);
                }
                Err(_) => {}
            }
        });
    }

    fn tick(self) {
        later(
            move || {
                self.now_ms.set(dom::now_ms());
                if !dom::is_hidden() && !self.is_dead() {
                    self.load();
                }
                self.tick();
            },
            AGAIN,
        );
    }

    fn is_dead(self) -> bool {
        self.failure
            .with_untracked(|failure| failure.as_ref().is_some_and(|failure| failure.status() == 404))
    }
}

/// Why nothing is shown; a dead link in the words of the server.
fn refused(open: Open) -> AnyView {
    let body = move || {
        let failure = open.failure.get();
        let (status, wait_s) = failure
            .as_ref()
            .map(|it| (it.status(), it.wait_s()))
            .unwrap_or_default();
        if status == 404 {
            let title = failure.as_ref().map(Failure::title).unwrap_or_default();
            document().set_title(&title);
            return view! { <h1 tabindex="-1">{title}</h1> }.into_any();
        }
        let message = failure.as_ref().map(Failure::message).unwrap_or_default();
        let retry = Callback::new(move |()| open.load());
        view! { <h1 class="sr-only">"Site health"</h1><ErrorBox message=message wait_s=wait_s retry=retry /> }
            .into_any()
    };
    view! { <main id="main" class="main center" tabindex="-1">{part(body)}</main> }.into_any()
}
