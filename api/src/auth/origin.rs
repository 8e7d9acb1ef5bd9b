//! Where a browser's request comes from: writes that a cookie opens, and signing in, are for our own pages only.

use crate::error::{Error, Result};
use crate::state::State;
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderName};
use actix_web::{FromRequest, HttpRequest, web};
use shared::problem::ProblemCode;
use std::future::{Ready, ready};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The request does not come from a page of another site. Programs that are no browsers send no `Origin` and pass.
#[derive(Clone, Copy, Debug)]
pub struct SameOrigin;

impl FromRequest for SameOrigin {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>().expect("the app has its state");
        ready(if is_foreign(state, request) {
            Err(foreign())
        } else {
            Ok(SameOrigin)
        })
    }
}

/// A write with a session cookie must come with our own `Origin`.
pub fn check_cookie_write(state: &State, request: &HttpRequest) -> Result<()> {
    if request.method().is_safe() {
        return Ok(());
    }
    let has_origin = request.headers().contains_key(header::ORIGIN);
    if !has_origin || is_foreign(state, request) {
        Err(foreign())
    } else {
        Ok(())
    }
}

fn foreign() -> Error {
    Error::new(ProblemCode::Forbidden).detail("Requests with a session must come from this server's own pages (Origin)")
}

fn is_foreign(state: &State, request: &HttpRequest) -> bool {
    let headers = request.headers();
    let site = headers.get(SEC_FETCH_SITE).map(|value| value.as_bytes());
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return true;
    }
    match headers
        .get(header::ORIGIN)
        .map(|value| value.to_str().unwrap_or("null"))
    {
        None => false,
        Some(origin) if !state.config.base_url.is_empty() => origin != state.config.base_url,
        Some(origin) => {
            let host = headers
                .get(header::HOST)
                .and_then(|host| host.to_str().ok())
                .unwrap_or("");
            let given = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            host.is_empty() || given != Some(host)
        }
    }
}

/// The address under which this request reaches the server: the setting, or what the request names.
pub fn base_url(state: &State, request: &HttpRequest) -> String {
    if !state.config.base_url.is_empty() {
        return state.config.base_url.clone();
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("localhost"))
}
