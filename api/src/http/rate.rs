//! The general rate limit of a surface, by actix-governor, keyed by our own client address.

use super::client_address::ClientAddress;
use crate::error::Error;
use crate::state::State;
use actix_governor::governor::clock::{Clock, DefaultClock, QuantaInstant};
use actix_governor::governor::middleware::NoOpMiddleware;
use actix_governor::governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use actix_governor::{GovernorConfig, GovernorConfigBuilder, KeyExtractor};
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpMessage, HttpResponse, HttpResponseBuilder, web};
use shared::problem::ProblemCode;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// A configured limit; clones share their counts.
pub type RateLimit = GovernorConfig<ByAddress, NoOpMiddleware<QuantaInstant>>;

/// Counts by the client's address; IPv6 by its /64.
#[derive(Clone, Copy, Debug)]
pub struct ByAddress;

impl KeyExtractor for ByAddress {
    type Key = u128;
    type KeyExtractionError = Error;

    fn name(&self) -> &'static str {
        "client address"
    }

    fn extract(&self, request: &ServiceRequest) -> Result<u128, Error> {
        let state = request.app_data::<web::Data<State>>().expect("the app has its state");
        let address = ClientAddress::of(request.peer_addr(), request.headers(), &state.config.trusted_proxies);
        request.extensions_mut().insert(address);
        Ok(address.limit_key())
    }

    /// The outer layer makes a problem document of it.
    fn exceed_rate_limit_response(
        &self,
        negative: &NotUntil<QuantaInstant>,
        mut response: HttpResponseBuilder,
    ) -> HttpResponse {
        let wait = negative.wait_time_from(DefaultClock::default().now());
        response
            .insert_header((RETRY_AFTER, seconds(wait).to_string()))
            .finish()
    }
}

/// Preflights do nothing and the browser sends them by itself, so they don't count.
const COUNTED: [Method; 6] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// A limit of `per_second` requests, `burst` at once.
pub fn limit(per_second: u64, burst: u32) -> RateLimit {
    GovernorConfigBuilder::default()
        .const_requests_per_second(per_second.max(1))
        .const_burst_size(burst.max(1))
        .key_extractor(ByAddress)
        .methods(COUNTED.to_vec())
        .finish()
        .expect("period and burst are not zero")
}

/// A limit of so many a second for each key, for what is known only after the request was read.
#[derive(Debug)]
pub struct KeyedRate<K: Clone + Eq + Hash>(Arc<DefaultKeyedRateLimiter<K>>);

impl<K: Clone + Eq + Hash> Clone for KeyedRate<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Clone + Eq + Hash> KeyedRate<K> {
    /// `per_second` on average, `burst` at once.
    pub fn new(per_second: u32, burst: u32) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst));
        Self(Arc::new(RateLimiter::keyed(quota)))
    }

    /// Counts one; 429 with the true wait when there are too many.
    pub fn charge(&self, key: &K) -> Result<(), Error> {
        self.0.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Error::new(ProblemCode::RateLimited).retry_after(seconds(wait))
        })
    }
}

/// Whole seconds to wait, at least one.
fn seconds(wait: Duration) -> u32 {
    wait.as_millis().div_ceil(1000).max(1) as u32
}
