//! The client's address: the peer's, or the right-most forwarded one that no listed proxy owns.
//!
//! actix's own `ConnectionInfo` believes forwarding headers from anyone, so it is not used.

use crate::config::Network;
use crate::state::State;
use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpRequest, web};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Longer forwarding headers are not read.
const MAX_FORWARDED_BYTES: usize = 1024;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address of a request.
    pub fn of(peer: Option<SocketAddr>, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
        if !is_trusted(peer, trusted) {
            return Self(peer);
        }
        Self(forwarded(headers, trusted).unwrap_or(peer))
    }

    /// What limits count by: the IPv4 address, or the /64 of an IPv6 address.
    pub fn limit_key(self) -> u128 {
        match self.0 {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => (address.to_bits() >> 64 << 64) | 1 << 63,
        }
    }
}

/// True when the peer is a listed proxy.
pub fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.contains(address))
}

/// Walks `X-Forwarded-For` from the right, past listed proxies; garbage ends the walk without an answer.
fn forwarded(headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let lines = headers
        .get_all("x-forwarded-for")
        .map(|line| line.to_str().ok())
        .collect::<Option<Vec<_>>>()?;
    if lines.iter().map(|line| line.len()).sum::<usize>() > MAX_FORWARDED_BYTES {
        return None;
    }
    let mut nearest = None;
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let address = parse_hop(hop.trim())?;
        nearest = Some(address);
        if !is_trusted(address, trusted) {
            break;
        }
    }
    nearest
}

/// An address, with or without a port; IPv6 with a port stands in brackets.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let plain = hop
        .parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()));
    let bracketed = || {
        hop.strip_prefix('[')?
            .strip_suffix(']')?
            .parse::<Ipv6Addr>()
            .ok()
            .map(IpAddr::V6)
    };
    plain.ok().or_else(bracketed).map(|address| address.to_canonical())
}

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>().expect("the app has its state");
        ready(Ok(Self::of(
            request.peer_addr(),
            request.headers(),
            &state.config.trusted_proxies,
        )))
    }
}
