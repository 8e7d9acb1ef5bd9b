//! Traces of requests, for whoever collects them with OpenTelemetry.
//!
//! Promise: a span says which route was asked with which method, how it was answered and under which request id, and nothing else: no path, no
//! query, no header, no address, no body, no line of the log. Without the setting `otel.endpoint` no span is made: the place
//! where one would be costs reading a cached "no".
//!
//! Spans are sent in batches by a thread of their own; what can't be sent is dropped after some tries, and no request waits for it.
//!
//! Absent: metrics (`/metrics` has them) and logs over OTLP, taking part in the caller's trace (anyone could name one), authorities of one's
//! own for TLS.

mod export;

pub use export::{Telemetry, layer};

use tracing::field::Empty;
use tracing::{Span, info_span};

/// The target of spans of requests; they are for the collector and stand in no log.
pub const REQUESTS: &str = "vitrine::requests";

/// A request that begins, in the words of OpenTelemetry's semantic conventions.
pub fn request(method: &str, route: &str, request_id: &str) -> Span {
    info_span!(
        target: REQUESTS,
        "request",
        otel.name = format_args!("{} {route}", known(method)),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = known(method),
        http.route = route,
        http.response.status_code = Empty,
        vitrine.request_id = request_id,
    )
}

/// Notes how it was answered. What the caller did wrong is no error of the server's.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// A method that the conventions know; a caller may send any word.
fn known(method: &str) -> &str {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
        _ => "_OTHER",
    }
}
