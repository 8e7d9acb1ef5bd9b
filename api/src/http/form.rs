//! A flat body of named texts, in whichever of three forms a client sends it: JSON, a URL-encoded form, a multipart form.

use super::json::{MAX_BODY_BYTES, check_length, parse, read};
use crate::error::{Error, Result};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::stream;
use shared::problem::ProblemCode;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

/// The fields, or why there are none. Never fails by itself, so that rights are answered first.
#[derive(Debug)]
pub struct Form(Result<BTreeMap<String, String>>);

impl Form {
    /// The fields.
    pub fn take(self) -> Result<BTreeMap<String, String>> {
        self.0
    }
}

impl FromRequest for Form {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Infallible>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check_length(request.headers(), MAX_BODY_BYTES);
        let content_type = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        let payload = payload.take();
        Box::pin(async move {
            let fields = async {
                checked?;
                fields(&content_type, read(payload, MAX_BODY_BYTES).await?).await
            };
            Ok(Form(fields.await))
        })
    }
}

async fn fields(content_type: &str, body: Vec<u8>) -> Result<BTreeMap<String, String>> {
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => Ok(texts(parse(&body)?)),
        "application/x-www-form-urlencoded" => Ok(url::form_urlencoded::parse(&body).into_owned().collect()),
        "multipart/form-data" => multipart(content_type, body).await,
        _ => Err(Error::new(ProblemCode::UnsupportedMediaType).detail("send JSON or a form")),
    }
}

/// The texts among the members of an object.
fn texts(object: serde_json::Map<String, serde_json::Value>) -> BTreeMap<String, String> {
    let text = |(name, value)| match value {
        serde_json::Value::String(text) => Some((name, text)),
        _ => None,
    };
    object.into_iter().filter_map(text).collect()
}

async fn multipart(content_type: &str, body: Vec<u8>) -> Result<BTreeMap<String, String>> {
    let broken = |cause: multer::Error| Error::new(ProblemCode::BadRequest).detail(cause.to_string());
    let boundary = multer::parse_boundary(content_type).map_err(broken)?;
    let body = stream::once(std::future::ready(Ok::<_, std::io::Error>(Bytes::from(body))));
    let mut parts = multer::Multipart::new(body, boundary);
    let mut fields = BTreeMap::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        fields.insert(name, part.text().await.map_err(broken)?);
    }
    Ok(fields)
}
