//! What a browser brings when a session begins.

use super::cookie;
use crate::http::client_address::ClientAddress;
use crate::state::State;
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, web};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

/// Where a session begins.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Where it is.
    pub address: ClientAddress,
    /// What it says that it is; empty when it says nothing.
    pub user_agent: String,
    /// The secret of the session that it had before.
    pub session: Option<String>,
}

impl Browser {
    /// A session that no browser begins.
    pub fn none() -> Self {
        Self {
            address: ClientAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            user_agent: String::new(),
            session: None,
        }
    }
}

impl FromRequest for Browser {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>().expect("the app has its state");
        let header = request.headers().get(USER_AGENT);
        ready(Ok(Self {
            address: ClientAddress::of(request.peer_addr(), request.headers(), &state.config.trusted_proxies),
            user_agent: header
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
            session: cookie::read(state, request),
        }))
    }
}
