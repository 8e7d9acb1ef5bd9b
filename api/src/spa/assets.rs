//! `/assets/…`.

use crate::error::{Error, Result};
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, get};
use rust_embed::{Embed, EmbeddedFile};
use shared::problem::ProblemCode;

/// What `cargo xtask` built from `web/`.
#[derive(Embed)]
#[folder = "../web/dist"]
#[allow_missing = true]
pub(super) struct Dist;

const FOREVER: &str = "public, max-age=31536000, immutable";

/// Serves a file of the built app.
#[get("/assets/{path:.*}")]
pub(super) async fn get_asset(request: HttpRequest, path: Path<String>) -> Result<HttpResponse> {
    let plain = [".br", ".gz", ".html"].iter().all(|suffix| !path.ends_with(suffix));
    let kind = content_type(&path).filter(|_| plain);
    let found = kind.and_then(|kind| Some((kind, negotiate(&request, &path)?)));
    let (kind, (file, encoding)) = found.ok_or_else(|| Error::new(ProblemCode::NotFound))?;
    Ok(answer(file, encoding, kind, FOREVER))
}

/// The smallest form of a file that the client takes.
pub(super) fn negotiate(request: &HttpRequest, path: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let takes = |name: &str| {
        accepted.split(',').map(str::trim).any(|entry| {
            let (coding, quality) = entry.split_once(';').unwrap_or((entry, ""));
            let quality = quality.trim();
            coding.trim().eq_ignore_ascii_case(name) && quality != "q=0" && quality != "q=0.0"
        })
    };
    let encoded = |encoding: &'static str, suffix: &str| {
        takes(encoding)
            .then(|| Dist::get(&format!("{path}{suffix}")))
            .flatten()
            .map(|file| (file, Some(encoding)))
    };
    encoded("br", ".br")
        .or_else(|| encoded("gzip", ".gz"))
        .or_else(|| Dist::get(path).map(|file| (file, None)))
}

/// An answer with a file's bytes.
pub(super) fn answer(
    file: EmbeddedFile,
    encoding: Option<&'static str>,
    kind: &'static str,
    cache: &'static str,
) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, kind));
    response.insert_header((header::CACHE_CONTROL, cache));
    response.insert_header((header::VARY, "Accept-Encoding"));
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(encoding)));
    }
    response.body(file.data.into_owned())
}

fn content_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
