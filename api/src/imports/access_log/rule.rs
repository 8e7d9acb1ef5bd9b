//! Which requests count as page views, and of which site. Pure; `docs/importing.md` says the same in words.

use super::line::Line;

/// Why a request is no page view of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// Not GET.
    Method,
    /// Neither 200 to 299 nor 304.
    Status,
    /// A file that belongs to pages, a feed, a download, or what only programs ask for.
    Asset,
    /// Another site's virtual host.
    Host,
}

/// Endings of what is no page.
const ASSETS: &[&str] = &[
    "7z",
    "apk",
    "atom",
    "avi",
    "avif",
    "bmp",
    "bz2",
    "css",
    "csv",
    "deb",
    "dmg",
    "doc",
    "docx",
    "eot",
    "epub",
    "exe",
    "flac",
    "gif",
    "gz",
    "ico",
    "iso",
    "jpeg",
    "jpg",
    "js",
    "json",
    "jxl",
    "m3u8",
    "m4a",
    "m4s",
    "map",
    "mid",
    "mjs",
    "mkv",
    "mov",
    "mp3",
    "mp4",
    "mpeg",
    "mpg",
    "msi",
    "odt",
    "ogg",
    "ogv",
    "opus",
    "otf",
    "pdf",
    "pkg",
    "png",
    "ppt",
    "pptx",
    "rar",
    "rpm",
    "rss",
    "svg",
    "swf",
    "tar",
    "tgz",
    "tif",
    "tiff",
    "ts",
    "ttf",
    "txt",
    "vtt",
    "wasm",
    "wav",
    "webm",
    "webmanifest",
    "webp",
    "woff",
    "woff2",
    "xls",
    "xlsx",
    "xml",
    "xsl",
    "xz",
    "zip",
    "zst",
];

/// Last parts of a path that are feeds without an ending.
const FEEDS: &[&str] = &["feed", "rss", "atom"];

/// Host, and path with query, of a request that counts for the site of `domain`.
pub fn page<'a>(line: &'a Line<'_>, domain: &'a str) -> Result<(&'a str, &'a str), Other> {
    if line.method != "GET" {
        return Err(Other::Method);
    }
    if !matches!(line.status, 200..=299 | 304) {
        return Err(Other::Status);
    }
    let (named, target) = split(&line.target);
    let host = named.or(line.host).unwrap_or(domain);
    if !belongs(host, domain) {
        return Err(Other::Host);
    }
    if !target.starts_with('/') || is_asset(target) {
        return Err(Other::Asset);
    }
    Ok((host, target))
}

/// Host and path of `https://host/path`, or the path alone.
fn split(target: &str) -> (Option<&str>, &str) {
    let rest = target
        .strip_prefix("http://")
        .or_else(|| target.strip_prefix("https://"));
    match rest {
        Some(rest) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
            (Some(host), if path.is_empty() { "/" } else { path })
        }
        None => (None, target),
    }
}

/// The domain itself or a name below it.
fn belongs(host: &str, domain: &str) -> bool {
    let host = host.trim_end_matches('.');
    if host.eq_ignore_ascii_case(domain) {
        return true;
    }
    let at = host.len().checked_sub(domain.len());
    at.is_some_and(|at| {
        host.is_char_boundary(at) && host[at..].eq_ignore_ascii_case(domain) && host[..at].ends_with('.')
    })
}

fn is_asset(target: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or(target);
    if path.starts_with("/.well-known/") {
        return true;
    }
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let ending = last.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    FEEDS.contains(&last) || ending.is_some_and(|ending| ASSETS.binary_search(&ending.as_str()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::access_log::line::parse;
    use shared::import::LogFormat;

    fn told(host: &str, request: &str, status: u16) -> Result<(String, String), Other> {
        let text = format!("{host} 192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] \"{request}\" {status} 1");
        let line = parse(text.trim_start(), LogFormat::Auto).unwrap();
        page(&line, "a.example").map(|(host, target)| (host.to_owned(), target.to_owned()))
    }

    #[test]
    fn page_views_are_told_from_other_requests() {
        assert!(ASSETS.is_sorted());
        let view = |host: &str, target: &str| Ok((host.to_owned(), target.to_owned()));
        for (host, request, status, expected) in [
            ("", "GET / HTTP/1.1", 200, view("a.example", "/")),
            ("", "GET /a?b=c.css HTTP/1.1", 304, view("a.example", "/a?b=c.css")),
            (
                "",
                "GET /posts/node.js-tips HTTP/1.1",
                206,
                view("a.example", "/posts/node.js-tips"),
            ),
            ("", "GET /index.php HTTP/1.1", 200, view("a.example", "/index.php")),
            ("www.a.example:443", "GET / HTTP/2.0", 200, view("www.a.example", "/")),
            ("", "GET http://A.example:80 HTTP/1.1", 200, view("A.example", "/")),
            ("", "HEAD / HTTP/1.1", 200, Err(Other::Method)),
            ("", "POST /form HTTP/1.1", 200, Err(Other::Method)),
            ("", "GET /gone HTTP/1.1", 404, Err(Other::Status)),
            ("", "GET /old HTTP/1.1", 301, Err(Other::Status)),
            ("", "GET /style.CSS?v=2 HTTP/1.1", 200, Err(Other::Asset)),
            ("", "GET /robots.txt HTTP/1.1", 200, Err(Other::Asset)),
            ("", "GET /blog/feed/ HTTP/1.1", 200, Err(Other::Asset)),
            ("", "GET /.well-known/security HTTP/1.1", 200, Err(Other::Asset)),
            ("", "GET * HTTP/1.1", 200, Err(Other::Asset)),
            ("b.example", "GET / HTTP/1.1", 200, Err(Other::Host)),
            ("nota.example", "GET / HTTP/1.1", 200, Err(Other::Host)),
        ] {
            assert_eq!(told(host, request, status), expected, "{host} {request} {status}");
        }
    }
}
