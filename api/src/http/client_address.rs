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

/// Whoever a listed proxy names so that it can't be read: all of them are one, and none of them is the proxy.
const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address of a request.
    pub fn of(peer: Option<SocketAddr>, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let peer = peer.map_or(UNKNOWN, |peer| peer.ip().to_canonical());
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

/// Walks `X-Forwarded-For` from the right, past listed proxies, to the first hop that is none; what stands further left is not read.
/// [`UNKNOWN`] for a hop that is no address.
fn forwarded(headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let lines = headers.get_all("x-forwarded-for").collect::<Vec<_>>();
    let hops = lines
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let mut nearest = None;
    for hop in hops {
        let address = std::str::from_utf8(hop).ok().and_then(|hop| parse_hop(hop.trim()));
        let address = address.unwrap_or(UNKNOWN);
        nearest = Some(address);
        if address == UNKNOWN || !is_trusted(address, trusted) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    #[test]
    fn the_right_most_foreign_hop_counts_whatever_stands_left_of_it() {
        let trusted: [Network; 2] = ["127.0.0.1".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let long = [&b"a".repeat(4000)[..], b", 203.0.113.9"].concat();
        let cases: [(&[&[u8]], &str); 12] = [
            (&[], "127.0.0.1"),
            (&[b"203.0.113.9"], "203.0.113.9"),
            (&[b"198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            (&[b"\xff, 203.0.113.9"], "203.0.113.9"),
            (&[&long], "203.0.113.9"),
            (&[b"\xff", b"203.0.113.9, 10.1.2.3"], "203.0.113.9"),
            (&[b"10.1.2.3"], "10.1.2.3"),
            (&[b"203.0.113.9, \xff"], "0.0.0.0"),
            (&[b"203.0.113.9, unknown, 10.1.2.3"], "0.0.0.0"),
            (&[b"203.0.113.9, "], "0.0.0.0"),
            (&[b"203.0.113.9", b""], "0.0.0.0"),
            (&[b""], "0.0.0.0"),
        ];
        let peer = Some("127.0.0.1:4711".parse().unwrap());
        for (lines, expected) in cases {
            let mut headers = HeaderMap::new();
            for line in lines {
                let value = HeaderValue::from_bytes(line).unwrap();
                headers.append(HeaderName::from_static("x-forwarded-for"), value);
            }
            let address = ClientAddress::of(peer, &headers, &trusted);
            assert_eq!(address.0.to_string(), expected, "{lines:?}");
        }
    }
}
