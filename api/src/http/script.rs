//! Scripts for other people's pages: hand-written, the same bytes for everybody, small and kept by caches for an hour.

use crate::kit::secret;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderMap, HeaderName, IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};
use std::io::Write;

const CACHE: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=3600, stale-while-revalidate=86400");

/// A script as it is sent.
pub struct Script {
    plain: String,
    brotli: Vec<u8>,
    etag: String,
}

impl Script {
    /// Shortens and compresses a source.
    pub fn of(source: &str) -> Self {
        let plain = shorten(source);
        let mut brotli = Vec::new();
        let params = brotli::enc::BrotliEncoderParams {
            quality: 11,
            ..Default::default()
        };
        let mut encoder = brotli::CompressorWriter::with_params(&mut brotli, 4096, &params);
        encoder
            .write_all(plain.as_bytes())
            .expect("writing to memory can't fail");
        drop(encoder);
        let etag = secret::hex(&Sha256::digest(plain.as_bytes())[..8]);
        Script { plain, brotli, etag }
    }

    /// The text, without comments.
    pub fn text(&self) -> &str {
        &self.plain
    }

    /// Its size over the wire.
    pub fn compressed_bytes(&self) -> usize {
        self.brotli.len()
    }

    /// The answer to a request for it; 304 to a browser that has it.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let compress = accepts_brotli(request.headers());
        let etag = format!("\"{}{}\"", self.etag, if compress { "-br" } else { "" });
        let known = request
            .headers()
            .get(IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let has_it = known
            .split(',')
            .any(|known| known.trim().trim_start_matches("W/") == etag);
        let mut response = if has_it {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header((ETAG, etag))
            .insert_header(CACHE)
            .insert_header((VARY, "Accept-Encoding"));
        if has_it {
            return response.finish();
        }
        response.content_type("text/javascript; charset=utf-8");
        if compress {
            return response
                .insert_header((CONTENT_ENCODING, "br"))
                .body(self.brotli.clone());
        }
        response.body(self.plain.clone())
    }
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    let mut codings = accepted.flat_map(|value| value.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';');
        parts.next().is_some_and(|name| name.trim() == "br")
            && !parts.any(|part| part.trim().trim_start_matches("q=") == "0")
    })
}

/// Takes out comment lines, indentation and blanks beside punctuation, but nothing from within quotes.
fn shorten(source: &str) -> String {
    let lines = source
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(without_blanks).collect::<Vec<_>>().join("\n")
}

fn without_blanks(line: &str) -> String {
    const PUNCTUATION: &str = "=?:,{}()&|<>!+*/;";
    let characters: Vec<char> = line.chars().collect();
    let mut short = String::with_capacity(line.len());
    let mut quoted = false;
    for (at, character) in characters.iter().enumerate() {
        quoted ^= *character == '\'';
        let beside = |at: Option<usize>| {
            at.and_then(|at| characters.get(at))
                .is_some_and(|c| PUNCTUATION.contains(*c))
        };
        if quoted || *character != ' ' || !(beside(at.checked_sub(1)) || beside(Some(at + 1))) {
            short.push(*character);
        }
    }
    short
}
