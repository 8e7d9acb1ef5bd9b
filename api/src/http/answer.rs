//! The outermost layer: gives each request an id, turns every error and every panic into a problem document, logs one line.

use super::{head_size, headers, hosts, problem, without_body};
use crate::error::{Error, chain};
use crate::state::State;
use crate::telemetry;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};
use futures_util::FutureExt;
use shared::problem::ProblemCode;
use std::panic::AssertUnwindSafe;
use tracing::Instrument;

/// The header that carries the request's id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, in its extensions.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Wraps the whole app.
pub async fn answer(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let state = request
        .app_data::<web::Data<State>>()
        .expect("the app has its state")
        .clone();
    let id = state.ids.next("req");
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let is_head = without_body::as_get(&mut request);
    let path = request.path().to_owned();
    // Of the path by which requests are routed, which has no needless escapes any more.
    let surface = headers::Surface::of_path(request.match_info().as_str());
    let start_ms = state.clock.monotonic_ms();

    let route = request.match_pattern().unwrap_or_else(|| "(none)".to_owned());
    let span = telemetry::request(method.as_str(), &route, &id);
    let answered = async {
        let let_in = match head_size::check(&request) {
            Ok(()) => hosts::check(&state, &request).await,
            too_large => too_large,
        };
        match let_in {
            Ok(()) => Ok::<_, actix_web::Error>(next.call(request).await?.map_into_boxed_body()),
            Err(error) => Ok(request.error_response(error)),
        }
    };
    // What a handler shares outlives its panic as it outlives a request that is dropped.
    let answered = AssertUnwindSafe(answered).catch_unwind().instrument(span.clone()).await;

    let done = |status: u16, headers: &mut HeaderMap| {
        let duration_ms = state.clock.monotonic_ms().saturating_sub(start_ms);
        state.metrics.request(&route, status, duration_ms);
        telemetry::answered(&span, status);
        tracing::info!(%method, route, status, duration_ms, request_id = id, "request");
        headers::apply(&state, surface, headers);
        if let Ok(value) = HeaderValue::from_str(&id) {
            headers.insert(X_REQUEST_ID, value);
        }
    };
    match answered {
        Ok(response) => {
            let mut response = with_problem(response?, &path, &id);
            done(response.status().as_u16(), response.headers_mut());
            Ok(if is_head {
                without_body::take_off(response)
            } else {
                response
            })
        }
        Err(_) => {
            let error = Error::new(ProblemCode::Internal);
            let mut response = problem::response(&error, &path, &id);
            done(response.status().as_u16(), response.headers_mut());
            // The request went with the handler, and with it what an answer is made with.
            Err(InternalError::from_response("a handler panicked", response).into())
        }
    }
}

/// Replaces an error's empty answer, and actix's own plain ones, by a problem document.
fn with_problem(response: ServiceResponse<BoxBody>, path: &str, id: &str) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error())
        || response.headers().contains_key(CONTENT_TYPE) && response.response().error().is_none()
    {
        return response;
    }
    let made = match response.response().error().and_then(|error| error.as_error::<Error>()) {
        Some(error) => {
            log(error, id);
            problem::response(error, path, id)
        }
        None => {
            let error = problem::of_status(status);
            match response.response().error() {
                Some(cause) if status.is_server_error() => tracing::error!(request_id = id, %cause, "request failed"),
                _ => {}
            }
            problem::response(&error, path, id)
        }
    };
    let (request, old) = response.into_parts();
    ServiceResponse::new(request, keep_headers(old, made))
}

/// Headers that layers below had set (CORS, Allow, cookies) stay.
fn keep_headers(old: HttpResponse<BoxBody>, mut made: HttpResponse<BoxBody>) -> HttpResponse<BoxBody> {
    for (name, value) in old.headers() {
        if !made.headers().contains_key(name) {
            made.headers_mut().append(name.clone(), value.clone());
        }
    }
    made
}

fn log(error: &Error, id: &str) {
    let Some(cause) = &error.source else { return };
    if error.code.status() >= 500 {
        tracing::error!(request_id = id, code = error.code.slug(), cause = %chain(cause.as_ref()), "request failed");
    } else {
        tracing::debug!(request_id = id, code = error.code.slug(), cause = %chain(cause.as_ref()), "request refused");
    }
}
