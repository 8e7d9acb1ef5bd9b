//! The extractor of every handler under `/sites/{site_id}`.

use super::caller::{Caller, Credential};
use super::rights::{Needs, ReadReports, Right};
use super::scope::Scope;
use crate::api_keys::service::Calls;
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::share_links;
use crate::sites::service::{self, SiteRow, zone_of};
use crate::state::State;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use shared::ids::{ShareLinkId, SiteId};
use shared::problem::ProblemCode;
use shared::site::Role;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

/// A checked request to one site: it exists for the caller, and the caller may do what `R` says.
#[derive(Clone, Debug)]
pub struct Access<R> {
    /// The site's row.
    pub site: SiteRow,
    /// What statistics the request may see.
    pub scope: Scope,
    who: Who,
    right: PhantomData<R>,
}

#[derive(Clone, Debug)]
enum Who {
    Account(Box<Caller>, Role),
    Recipient,
}

impl<R> Access<R> {
    /// The account behind the request; only recipients have none, and only rights that a link opens let them in.
    pub fn caller(&self) -> Result<(&Caller, Role)> {
        match &self.who {
            Who::Account(caller, role) => Ok((caller, *role)),
            Who::Recipient => Err(ProblemCode::NotFound.into()),
        }
    }
}

impl<R> Access<R> {
    /// Who holds what runs for this request: the link, or the account on the site.
    pub fn holder(&self) -> String {
        match &self.who {
            Who::Recipient => self
                .scope
                .link_id()
                .map_or_else(String::new, |link_id| link_id.0.clone()),
            Who::Account(caller, _) => format!("{} {}", caller.account_id(), self.site.id),
        }
    }
}

impl<R: Needs> Access<R> {
    /// The same request let in anew, while it goes on: with what it may see now.
    pub async fn again(state: &State, request: &HttpRequest) -> Result<Self> {
        Self::of(state, request, Calls::Uncounted).await
    }

    async fn of(state: &State, request: &HttpRequest, calls: Calls) -> Result<Self> {
        let site_id = request
            .match_info()
            .get("site_id")
            .expect("routes with Access have {site_id}");
        let right = R::RIGHT;
        if right.by_link
            && let Some(token) = share_token(request)
        {
            return Self::by_link(state, request, site_id, &token).await;
        }
        let caller = Caller::let_in(state, request, &right, calls).await?;
        let (site, role) = find_site(state, &caller, site_id).await?;
        check_role(role, &right)?;
        let scope = scope_of(&site);
        Ok(Self {
            site,
            scope,
            who: Who::Account(Box::new(caller), role),
            right: PhantomData,
        })
    }

    async fn by_link(state: &State, request: &HttpRequest, site_id: &str, token: &str) -> Result<Self> {
        let address = ClientAddress::of(request.peer_addr(), request.headers(), &state.config.trusted_proxies);
        let opened = share_links::opening::open(state, address, token, |link| link.id == site_id).await?;
        let link_id = ShareLinkId(opened.link_id);
        let site = opened.site;
        let scope = scope_of(&site);
        let turns = state.link_turns.of(&link_id);
        let scope = scope.through_link(link_id, opened.segment, turns);
        Ok(Self {
            site,
            scope,
            who: Who::Recipient,
            right: PhantomData,
        })
    }
}

/// What goes on for long is let in anew this often.
const AGAIN: Duration = Duration::from_millis(400);
/// While the store says nothing of the right, what goes on may do so for this long.
const UNTOLD: Duration = Duration::from_secs(5);

/// Returns when the request would no longer be let in, because its link was revoked, its session ended, its key withdrawn, or
/// when `goes_on` says no to what it may see now. The store is asked a few times a second, so that it holds whichever process
/// answered the change; a store that is away for long lets nothing go on.
pub async fn watch<R: Needs>(request: HttpRequest, goes_on: impl Fn(&Scope) -> bool) {
    let state = request.app_data::<web::Data<State>>().expect("the app has its state");
    let mut told = Told(state.clock.monotonic_ms());
    loop {
        tokio::time::sleep(AGAIN).await;
        let Ok(now) = tokio::time::timeout(UNTOLD, Access::<R>::again(state, &request)).await else {
            return;
        };
        let let_in = now.map(|now| goes_on(&now.scope));
        if !told.goes_on(&let_in, state.clock.monotonic_ms()) {
            return;
        }
    }
}

/// When the store last said that a request is let in (monotonic milliseconds).
struct Told(u64);

impl Told {
    /// Whether what began goes on after another look. The store's trouble says nothing about the right, for a while.
    fn goes_on(&mut self, let_in: &Result<bool>, now_ms: u64) -> bool {
        match let_in {
            Ok(true) => {
                self.0 = now_ms;
                true
            }
            Ok(false) => false,
            Err(error) => error.code.status() >= 500 && now_ms.saturating_sub(self.0) < UNTOLD.as_millis() as u64,
        }
    }
}

/// The token or grant of a recipient: in the header, or on a read without any key in `?auth=`.
pub fn share_token(request: &HttpRequest) -> Option<String> {
    match Credential::of(request) {
        Credential::Share(token) => Some(token),
        Credential::None if request.method().is_safe() => {
            let query = url::form_urlencoded::parse(request.query_string().as_bytes());
            query
                .into_iter()
                .find(|(name, _)| name == "auth")
                .map(|(_, token)| token.into_owned())
        }
        _ => None,
    }
}

/// The site, if it is one of the caller's; 404 otherwise, as for one that does not exist.
async fn find_site(state: &State, caller: &Caller, site_id: &str) -> Result<(SiteRow, Role)> {
    if caller.bound_site_id().is_some_and(|bound| bound != site_id) {
        return Err(ProblemCode::NotFound.into());
    }
    let found = service::find_of(state, site_id, caller.account_id()).await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

/// All of a site's statistics.
fn scope_of(site: &SiteRow) -> Scope {
    Scope::new(SiteId(site.id.clone()), site.domain.clone(), zone_of(&site.timezone))
}

/// The site of a domain and its statistics, for a caller who was let in to read them.
pub async fn scope_of_domain(state: &State, caller: &Caller, domain: &str) -> Result<(SiteRow, Scope)> {
    let site = site_of_domain::<ReadReports>(state, caller, domain).await?;
    let scope = scope_of(&site);
    Ok((site, scope))
}

/// The site of a domain, for a caller who was let in for `R`: for paths that name no id.
pub async fn site_of_domain<R: Needs>(state: &State, caller: &Caller, domain: &str) -> Result<SiteRow> {
    let found = service::find_by_domain_of(state, domain, caller.account_id()).await?;
    let (site, role) = found.ok_or(ProblemCode::NotFound)?;
    if caller.bound_site_id().is_some_and(|bound| bound != site.id) {
        return Err(ProblemCode::NotFound.into());
    }
    check_role(role, &R::RIGHT)?;
    Ok(site)
}

fn check_role(role: Role, right: &Right) -> Result<()> {
    match (right.role, role) {
        (Role::Viewer, _) | (Role::Owner, Role::Owner) => Ok(()),
        (Role::Owner, Role::Viewer) => {
            Err(Error::new(ProblemCode::Forbidden).detail("Only the site's owner may do that"))
        }
    }
}

impl<R: Needs + 'static> FromRequest for Access<R> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<web::Data<State>>().expect("the app has its state");
            Self::of(state, &request, Calls::Counted).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_ends_when_the_store_is_away_for_long() {
        let away = Err(Error::unavailable(2));
        let mut told = Told(1000);
        assert!(told.goes_on(&away, 1400));
        assert!(told.goes_on(&Ok(true), 5000));
        assert!(told.goes_on(&away, 9999));
        assert!(!told.goes_on(&away, 10_000));
        assert!(!Told(0).goes_on(&Ok(false), 400));
        assert!(!Told(0).goes_on(&Err(ProblemCode::NotFound.into()), 400));
    }
}
