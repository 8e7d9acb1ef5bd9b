//! What the pages of a signed-in account share: the list of sites, and the way to the sign-in page.

use crate::client::{Failure, sites};
use crate::router::{Router, Step, query};
use crate::ui::dom;
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::site::Site;
use std::sync::Arc;

/// What was loaded, or why not; `None` while loading.
pub type Loaded<T> = Option<Result<T, Failure>>;

/// What the account's pages share.
#[derive(Clone, Copy)]
pub struct Session {
    /// The account's sites.
    pub sites: RwSignal<Loaded<Arc<Vec<Site>>>>,
    loading: RwSignal<bool>,
}

impl Default for Session {
    fn default() -> Self {
        Session {
            sites: RwSignal::new(None),
            loading: RwSignal::new(false),
        }
    }
}

impl Session {
    /// Loads the list of sites unless it is there.
    pub fn need_sites(self, router: Router) {
        let there = self.sites.with_untracked(|sites| matches!(sites, Some(Ok(_))));
        if !there && !self.loading.get_untracked() {
            self.reload_sites(router);
        }
    }

    /// Loads the list of sites anew.
    pub fn reload_sites(self, router: Router) {
        self.loading.set(true);
        spawn(async move {
            let answer = sites::list().await;
            self.loading.set(false);
            match answer {
                Err(failure) if failure.status() == 401 => self.sign_in_first(router),
                answer => self.sites.set(Some(answer.map(Arc::new))),
            }
        });
    }

    /// Puts a changed or new site into the list.
    pub fn put(self, site: Site) {
        self.sites.update(|sites| {
            if let Some(Ok(list)) = sites {
                let list = Arc::make_mut(list);
                match list.iter_mut().find(|known| known.id == site.id) {
                    Some(known) => *known = site,
                    None => list.push(site),
                }
            }
        });
    }

    /// Takes a site out of the list.
    pub fn remove(self, domain: &str) {
        self.sites.update(|sites| {
            if let Some(Ok(list)) = sites {
                Arc::make_mut(list).retain(|site| site.domain != domain);
            }
        });
    }

    /// The site of a domain: `None` while loading, `Some(None)` when it is not the account's.
    pub fn site(self, domain: &str) -> Option<Option<Site>> {
        self.sites.with(|sites| match sites {
            Some(Ok(list)) => Some(list.iter().find(|site| site.domain == domain).cloned()),
            _ => None,
        })
    }

    /// Forgets everything.
    pub fn forget(self) {
        self.sites.set(None);
    }

    /// Goes to the sign-in page and comes back to the present address afterwards.
    pub fn sign_in_first(self, router: Router) {
        self.forget();
        let (path, search) = dom::place();
        if path == "/login" {
            return;
        }
        let here = if search.is_empty() {
            path
        } else {
            format!("{path}?{search}")
        };
        let href = if here == "/" {
            "/login".to_owned()
        } else {
            format!("/login?next={}", query::encode(&here))
        };
        router.go(&href, Step::Replace);
    }

    /// What every owner page does with a failure of its own: signs in first on a 401, else hands it back.
    pub fn check(self, failure: Failure, router: Router) -> Option<Failure> {
        if failure.status() == 401 && !failure.is(shared::problem::ProblemCode::InvalidPassword) {
            self.sign_in_first(router);
            return None;
        }
        Some(failure)
    }
}

/// The session of the app.
pub fn use_session() -> Session {
    use_context::<Session>().expect("the app provides its session")
}
