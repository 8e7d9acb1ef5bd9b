//! JSON bodies: broken JSON is 400, a wrong field is 422 with its pointer, too much is 413.

use super::strict::Strict;
use crate::error::Error;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use shared::problem::{FieldError, ProblemCode};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Bodies of API calls are at most so long.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// A body that takes longer to arrive is given up: 408, and the connection ends a second later.
const BODY_TIMEOUT: Duration = Duration::from_secs(8);

/// A JSON body, or why it is none.
///
/// Extractors of one handler run side by side; this one never fails by itself, so that a caller who may not do a thing
/// learns that first, and nothing about the body.
#[derive(Debug)]
pub struct Json<T>(Result<T, Error>);

impl<T> Json<T> {
    /// The parsed body.
    pub fn take(self) -> Result<T, Error> {
        self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Infallible>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check_type(request.headers()).and_then(|()| check_length(request.headers(), MAX_BODY_BYTES));
        let payload = payload.take();
        Box::pin(async move {
            let parsed = async {
                checked?;
                let body = read(payload, MAX_BODY_BYTES).await?;
                parse(&body)
            };
            Ok(Json(parsed.await))
        })
    }
}

/// Refuses every content type but `application/json`.
fn check_type(headers: &HeaderMap) -> Result<(), Error> {
    let given = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let essence = given.split(';').next().unwrap_or("").trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Error::new(ProblemCode::UnsupportedMediaType).detail("send Content-Type: application/json"));
    }
    Ok(())
}

/// Refuses encoded bodies, so that nothing small can grow, and bodies that say themselves that they are too long.
pub fn check_length(headers: &HeaderMap, most_bytes: usize) -> Result<(), Error> {
    let encodings = headers.get_all(CONTENT_ENCODING).map(|value| value.as_bytes());
    if encodings
        .into_iter()
        .any(|encoding| !encoding.eq_ignore_ascii_case(b"identity"))
    {
        return Err(Error::new(ProblemCode::UnsupportedMediaType).detail("send the body without Content-Encoding"));
    }
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > most_bytes) {
        return Err(too_large(most_bytes));
    }
    Ok(())
}

/// Reads a whole body within its bounds of size and time.
pub async fn read(mut payload: Payload, most_bytes: usize) -> Result<Vec<u8>, Error> {
    let reading = async {
        let mut body = Vec::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|cause| Error::new(ProblemCode::BadRequest).caused_by(cause.to_string()))?;
            if body.len() + chunk.len() > most_bytes {
                return Err(too_large(most_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    };
    let late = |_| Error::new(ProblemCode::RequestTimeout);
    tokio::time::timeout(BODY_TIMEOUT, reading).await.map_err(late)?
}

fn too_large(most_bytes: usize) -> Error {
    Error::new(ProblemCode::TooLarge).detail(format!("at most {most_bytes} bytes are taken"))
}

/// Parses a body. What serde says of a wrong value becomes a field error at its pointer.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Strict(&mut deserializer)).map_err(|error| {
        let pointer = pointer(error.path());
        let cause = error.into_inner();
        // A wrong field in what is no JSON at all is not the news; and what serde calls bad syntax may be a value of another kind.
        match serde_json::from_slice::<serde_json::Value>(body) {
            Ok(_) => Error::fields(vec![field_error(pointer, &cause)]),
            Err(broken) => bad_json(&broken),
        }
    })?;
    deserializer.end().map_err(|cause| bad_json(&cause))?;
    Ok(value)
}

fn bad_json(cause: &serde_json::Error) -> Error {
    Error::new(ProblemCode::BadJson).detail(cause.to_string())
}

/// Turns serde's words into a stable code, and moves the pointer to the field that the words name.
fn field_error(mut pointer: String, cause: &serde_json::Error) -> FieldError {
    let words = cause.to_string();
    let detail = words
        .rsplit_once(" at line ")
        .map_or(words.as_str(), |(before, _)| before);
    let detail = match cause.is_data() {
        true => in_words(detail),
        false => "another kind of value is expected".to_owned(),
    };
    let named = detail
        .split('`')
        .nth(1)
        .map(|name| name.replace('~', "~0").replace('/', "~1"));
    let code = if detail.starts_with("missing field") {
        "required"
    } else if detail.starts_with("unknown field") {
        "unknown_field"
    } else if detail.starts_with("unknown ") {
        "unknown_word"
    } else {
        "invalid"
    };
    if let (true, Some(name)) = (matches!(code, "required" | "unknown_field"), named)
        && !pointer.ends_with(&format!("/{name}"))
    {
        pointer = format!("{pointer}/{name}");
    }
    FieldError::new(pointer, code, detail)
}

/// What serde says of a value of a wrong kind, without the names of our types.
fn in_words(detail: &str) -> String {
    let Some((before, expected)) = detail.rsplit_once(", expected ") else {
        return detail.to_owned();
    };
    if !before.starts_with("invalid ") {
        return detail.to_owned();
    }
    let kind = expected.split(' ').next().unwrap_or_default();
    let words = match kind {
        "struct" | "map" | "internally" | "adjacently" => "an object",
        "tuple" | "array" => "a list",
        "enum" | "variant" | "identifier" => "one of its words",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        _ => match expected {
            "a sequence" => "a list",
            "a map" => "an object",
            "a boolean" => "true or false",
            "a string" | "string or map" => "a text",
            other => other,
        },
    };
    format!("must be {words}")
}

/// RFC 6901.
fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}
