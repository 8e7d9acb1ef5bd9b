//! `/js/script.js`: the same bytes for everybody, in at most 1 KB.

use crate::kit::secret;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderMap, HeaderName, IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse, get};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::sync::LazyLock;

const CACHE: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=3600, stale-while-revalidate=86400");

struct Script {
    plain: String,
    brotli: Vec<u8>,
    etag: String,
}

static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
    let plain = shorten(include_str!("../../../assets/script.js"));
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
});

/// Answers the tracker script; 304 to a browser that has it.
#[utoipa::path(
    tag = "events",
    security(()),
    responses(
        (status = 200, description = "The tracker script", body = String, content_type = "text/javascript"),
        (status = 304, description = "The browser has it already"),
    )
)]
#[get("/js/script.js")]
pub async fn get_tracker_script(request: HttpRequest) -> HttpResponse {
    let compress = accepts_brotli(request.headers());
    let etag = format!("\"{}{}\"", SCRIPT.etag, if compress { "-br" } else { "" });
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
            .body(SCRIPT.brotli.clone());
    }
    response.body(SCRIPT.plain.clone())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_has_at_most_a_kilobyte() {
        assert!(SCRIPT.brotli.len() <= 1024, "{} bytes", SCRIPT.brotli.len());
        assert!(!SCRIPT.plain.contains("//   <script"), "comments are left out");
        assert!(
            SCRIPT.plain.contains("'Outbound Link: Click'"),
            "blanks within quotes stay"
        );
    }
}
