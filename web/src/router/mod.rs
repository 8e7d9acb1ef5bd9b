//! Which page is shown: the address bar is the only source.
//!
//! Promises: a click on a link of this program never reloads it, one to another program (`shared::app`) loads that
//! one's page; a user's step is one history entry, so that Back undoes
//! exactly one; query strings arrive byte for byte as they stand in the address bar (`query` parses them). A general
//! router crate costs about 46 KB of the app's 210 and decodes query values twice; this is all that the app needs.

pub mod query;
pub mod routes;

use crate::ui::dom;
use leptos::prelude::*;
use shared::app::App;
use wasm_bindgen::JsCast;

/// How a step enters the browser's history.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A step that Back undoes.
    Push,
    /// A correction of the current entry, as while typing.
    Replace,
}

/// The address, split where pages care.
#[derive(Clone, Copy)]
pub struct Router {
    /// The program that runs here.
    app: App,
    /// The path, percent-encoded as in the address bar.
    pub path: RwSignal<String>,
    /// The query string without `?`.
    pub query: RwSignal<String>,
    /// Says whether the present page may be left; none lets every step pass.
    may_leave: StoredValue<Option<Callback<(), bool>>>,
}

impl Router {
    /// Begins to follow the address bar and the page's links for a program.
    pub fn start(app: App) -> Self {
        let (path, query) = dom::place();
        let router = Router {
            app,
            path: RwSignal::new(path),
            query: RwSignal::new(query),
            may_leave: StoredValue::new(None),
        };
        window_event_listener(leptos::ev::popstate, move |_| router.step_back());
        window_event_listener(leptos::ev::click, move |event| router.follow(&event));
        router
    }

    /// Has `may_leave` asked before each step to another page of this program. The browser itself asks before others.
    pub fn ask_before_leaving(self, may_leave: Callback<(), bool>) {
        self.may_leave.set_value(Some(may_leave));
    }

    /// Goes to `href`: a path with an optional query, or a query alone (`?…`).
    pub fn go(self, href: &str, step: Step) {
        if !href.starts_with('?') && !self.shows(href) {
            dom::load_page(href, step == Step::Replace);
            return;
        }
        dom::write_history(href, step == Step::Replace);
        if self.arrive() {
            dom::scroll_to_top();
        }
    }

    /// Follows a step that the browser has already made, or undoes it. Undoing takes the place of what lay ahead: the
    /// browser does not say in which direction the step went.
    fn step_back(self) {
        let here = self.path.get_untracked();
        if dom::place().0 != here && !self.may_leave() {
            let query = self.query.get_untracked();
            let mark = if query.is_empty() { "" } else { "?" };
            dom::write_history(&format!("{here}{mark}{query}"), false);
            return;
        }
        self.arrive();
    }

    fn may_leave(self) -> bool {
        self.may_leave.get_value().is_none_or(|ask| ask.run(()))
    }

    /// True for a path, with or without a query, of a page of this program.
    fn shows(self, href: &str) -> bool {
        App::of(href.split('?').next().unwrap_or_default()) == self.app
    }

    /// Takes over the address bar; true when the page is another one. The query goes first, so that a new page finds
    /// its own.
    fn arrive(self) -> bool {
        let (path, query) = dom::place();
        let new_page = self.path.with_untracked(|now| *now != path);
        if self.query.with_untracked(|now| *now != query) {
            self.query.set(query);
        }
        if new_page {
            self.path.set(path);
        }
        new_page
    }

    /// Turns a plain click on a link of ours into a step.
    fn follow(self, event: &web_sys::MouseEvent) {
        let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let Some(link) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("a[href]").ok().flatten())
            .and_then(|element| element.dyn_into::<web_sys::HtmlAnchorElement>().ok())
        else {
            return;
        };
        let elsewhere = link.origin() != dom::origin() || link.has_attribute("download") || !link.target().is_empty();
        let path = link.pathname();
        if elsewhere || !link.hash().is_empty() || !routes::is_ours(&path) || !self.shows(&path) {
            return;
        }
        event.prevent_default();
        let href = format!("{path}{}", link.search());
        let (path, query) = dom::place();
        let same = href
            == if query.is_empty() {
                path
            } else {
                format!("{path}?{query}")
            };
        if same || self.may_leave() {
            self.go(&href, if same { Step::Replace } else { Step::Push });
        }
    }
}

/// The router of the app.
pub fn use_router() -> Router {
    use_context::<Router>().expect("the app provides its router")
}
