//! `POST /api/event`.

pub mod script;

use super::payload::Payload;
use super::service::{Outcome, Sent, collect};
use crate::auth::sender::Sender;
use crate::error::{Error, Result};
use crate::http::client_address::{ClientAddress, is_trusted};
use crate::http::json;
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, CONTENT_TYPE, HeaderMap,
    HeaderName, USER_AGENT,
};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, options, post, web};
use shared::problem::ProblemCode;
use shared::shield::DropReason;

/// Why an event was left out on purpose.
pub const X_VITRINE_DROPPED: HeaderName = HeaderName::from_static("x-vitrine-dropped");

/// Takes an event. 202 when it is on disk, or when it was left out on purpose, which `X-Vitrine-Dropped` tells.
///
/// Takes what Plausible's scripts and libraries send, as JSON or as text with JSON in it. The visitor's address and
/// browser are those of the request; a script with a key of scope `events:write` may name others.
#[utoipa::path(
    tag = "events",
    request_body(content((Payload = "application/json"), (Payload = "text/plain"))),
    security((), ("api_key" = [])),
    responses(
        (status = 202, description = "Stored, or left out on purpose", body = String, content_type = "text/plain",
            headers(("X-Vitrine-Dropped" = String, description = "`bot`, `shield` or `hostname`"))),
        Denied, Missing, BadInput, Limited
    )
)]
#[post("")]
pub(super) async fn create_event(
    state: Data<State>,
    request: HttpRequest,
    sender: Sender,
    address: ClientAddress,
    body: web::Payload,
) -> Result<HttpResponse> {
    let headers = request.headers();
    check_type(headers)?;
    json::check_length(headers, json::MAX_BODY_BYTES)?;
    let body = json::read(body.into_inner(), json::MAX_BODY_BYTES).await?;
    let sent = Sent {
        body: &body,
        address: address.0,
        user_agent: header(headers, &USER_AGENT).unwrap_or(""),
        told_country: told_country(&state, &request),
        sender: sender.0,
    };
    let outcome = collect(&state, sent).await?;
    let mut response = HttpResponse::Accepted();
    if let Outcome::Dropped(reason) = outcome {
        response.insert_header((X_VITRINE_DROPPED, word_of(reason)));
    }
    Ok(response.content_type("text/plain; charset=utf-8").body("ok"))
}

/// Which shield it was is the owner's matter.
fn word_of(reason: DropReason) -> &'static str {
    match reason {
        DropReason::Bot => "bot",
        DropReason::Hostname => "hostname",
        DropReason::Ip | DropReason::Country | DropReason::Page => "shield",
    }
}

/// Lets pages of other origins send events.
#[utoipa::path(tag = "events", security(()), responses((status = 204, description = "Every origin may send events")))]
#[options("")]
pub(super) async fn preflight_event() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "POST, OPTIONS"))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type, Authorization"))
        .insert_header((ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
}

/// JSON, or what beacons send.
fn check_type(headers: &HeaderMap) -> Result<()> {
    let given = header(headers, &CONTENT_TYPE).unwrap_or("");
    let essence = given.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match essence.as_str() {
        "" | "application/json" | "text/plain" => Ok(()),
        _ => Err(Error::new(ProblemCode::UnsupportedMediaType).detail("send application/json or text/plain")),
    }
}

/// The country header, when the peer is a listed proxy.
fn told_country<'a>(state: &State, request: &'a HttpRequest) -> Option<&'a str> {
    let name = state.collector.settings.country_header.as_str();
    let peer = request.peer_addr()?.ip().to_canonical();
    if name.is_empty() || !is_trusted(peer, &state.config.trusted_proxies) {
        return None;
    }
    request.headers().get(name)?.to_str().ok()
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
