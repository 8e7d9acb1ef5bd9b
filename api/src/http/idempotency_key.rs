//! The `Idempotency-Key` header of a create.

use crate::error::{Error, Result};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};

const HEADER: &str = "idempotency-key";
const MAX_CHARS: usize = 255;

/// The key, or that there is none, or that it is none. Never fails by itself, so that rights are answered first.
#[derive(Debug)]
pub struct IdempotencyKey(Result<Option<String>>);

impl IdempotencyKey {
    /// The key: 1 to 255 visible ASCII characters.
    pub fn take(self) -> Result<Option<String>> {
        self.0
    }

    fn of(request: &HttpRequest) -> Result<Option<String>> {
        let mut given = request.headers().get_all(HEADER);
        let Some(key) = given.next() else {
            return Ok(None);
        };
        let key = key.to_str().unwrap_or_default();
        let plain = (1..=MAX_CHARS).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain || given.next().is_some() {
            let detail = format!("one key of 1 to {MAX_CHARS} visible ASCII characters");
            return Err(Error::field("Idempotency-Key", "invalid", detail));
        }
        Ok(Some(key.to_owned()))
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Self::of(request))))
    }
}
