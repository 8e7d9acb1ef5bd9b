//! Under whose name a request comes: the server's own, or a domain of an account, where its portals answer and nothing else.
//!
//! The `Host` header alone decides; what forwarding headers say is not asked. Addresses and `localhost` are the server's own: a name
//! that somebody makes lead here can't pass for one. While the setting `base_url` is empty every name is the server's own, and no
//! account can claim a domain.

use super::headers::Surface;
use crate::branding::service::{domains, host};
use crate::error::{Error, Result};
use crate::state::State;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use shared::problem::ProblemCode;
use std::convert::Infallible;
use std::future::{Ready, ready};
use url::{Host, Url};

/// The account whose domain a request names; none under the server's own name.
#[derive(Clone, Debug, Default)]
pub struct HostAccount(pub Option<String>);

impl FromRequest for HostAccount {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(request.extensions().get::<Self>().cloned().unwrap_or_default()))
    }
}

/// Lets a request in under the name by which it comes, and notes whose that is: 421 for a name that is nobody's, 404 under an
/// account's domain for everything but portals.
pub async fn check(state: &State, request: &ServiceRequest) -> Result<()> {
    let Some(name) = foreign_name(state, request) else {
        return Ok(());
    };
    // A site may pass the script and its events on under its own name; whether the process lives is no secret, what it counts is.
    let path = request.match_info().as_str();
    let surface = Surface::of_path(path);
    let is_open = matches!(surface, Surface::Events | Surface::Tracker | Surface::Health);
    if is_open && path != "/metrics" {
        return Ok(());
    }
    let Some(account_id) = domains::account_of_host(state, &name).await? else {
        return Err(ProblemCode::Misdirected.into());
    };
    let is_portal = matches!(
        surface,
        Surface::PortalShell | Surface::Portal | Surface::Asset | Surface::Logo
    );
    if !is_portal || !request.method().is_safe() {
        return Err(Error::new(ProblemCode::NotFound));
    }
    request.extensions_mut().insert(HostAccount(Some(account_id)));
    Ok(())
}

/// The name by which a request comes, if it is not the server's own; an empty one for what is no name.
fn foreign_name(state: &State, request: &ServiceRequest) -> Option<String> {
    let own = Url::parse(&state.config.base_url).ok()?;
    let Some(named) = named(request.headers(), request.uri().authority().map(|it| it.as_str())) else {
        return Some(String::new());
    };
    if named.is_empty() || is_address(&named) {
        return None;
    }
    let name = host(&named).unwrap_or_default();
    let is_own = own.host_str().and_then(host).is_some_and(|own| own == name);
    let is_local = name == "localhost" || name.ends_with(".localhost");
    (!is_own && !is_local).then_some(name)
}

fn is_address(named: &str) -> bool {
    let url = Url::parse(&format!("http://{named}/"));
    url.is_ok_and(|url| matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))))
}

/// What the request says in `Host`, or in its first line where HTTP/2 puts it; empty when it says nothing, none when it can't be read.
fn named(headers: &HeaderMap, authority: Option<&str>) -> Option<String> {
    match headers.get(header::HOST) {
        Some(value) => value.to_str().ok().map(str::to_owned),
        None => Some(authority.unwrap_or_default().to_owned()),
    }
}
