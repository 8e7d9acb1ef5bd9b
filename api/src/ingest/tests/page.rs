//! Addresses of pages and referrers, taken apart.

use crate::ingest::page::*;
use crate::ingest::redact;

#[test]
fn pages_are_taken_apart() {
    for (address, hash_mode, hostname, pathname) in [
        ("https://www.Example.org", false, "example.org", "/"),
        ("https://example.org/a/b/?x=1#top", false, "example.org", "/a/b/"),
        (
            "https://example.org/a#/route?tab=2&token=x",
            true,
            "example.org",
            "/a#/route?tab=2&token=(redacted)",
        ),
        (
            "https://example.org/caf%C3%A9+bar%26co",
            false,
            "example.org",
            "/café+bar&co",
        ),
        ("https://example.org/%FF", false, "example.org", "/%FF"),
        ("https://example.org/a%0d%0ab", false, "example.org", "/ab"),
        ("https://bücher.example/", false, "xn--bcher-kva.example", "/"),
        ("http://127.0.0.1:8000/x", false, "127.0.0.1", "/x"),
    ] {
        let page = Page::of(address, hash_mode).unwrap();
        assert_eq!(
            (page.hostname.as_str(), page.pathname.as_str()),
            (hostname, pathname),
            "{address}"
        );
    }
    for address in [
        "",
        "/path",
        "example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "about:blank",
    ] {
        assert_eq!(
            Page::of(address, false).unwrap_err().errors[0].pointer,
            "/url",
            "{address}"
        );
    }
}

#[test]
fn tags_are_found() {
    let page = Page::of(
        "https://a.example/?utm_source=News&utm_medium=email&utm_campaign=c&utm_content=d&utm_term=e&gclid=1",
        false,
    );
    let page = page.unwrap();
    let tags = [
        &page.tag,
        &page.utm_source,
        &page.utm_medium,
        &page.utm_campaign,
        &page.utm_content,
        &page.utm_term,
    ];
    assert_eq!(tags, ["News", "News", "email", "c", "d", "e"]);
    assert_eq!((page.click_id.as_str(), page.is_search_ad()), ("gclid", true));
    assert_eq!(Page::of("https://a.example/?ref=hn", false).unwrap().tag, "hn");
    assert_eq!(
        Page::of("https://a.example/?utm_source=jane@b.example", false)
            .unwrap()
            .tag,
        redact::REDACTED
    );
}

#[test]
fn referrers_are_host_and_path_of_others() {
    for (address, expected) in [
        ("https://www.google.com/", Some("google.com")),
        (
            "https://news.example.org/post/1?id=2#c",
            Some("news.example.org/post/1"),
        ),
        ("android-app://com.slack/x", Some("com.slack/x")),
        ("https://a.example/inside", None),
        ("https://www.a.example/inside", None),
        ("javascript:alert(1)", None),
        ("", None),
        ("garbage", None),
    ] {
        assert_eq!(
            Referrer::of(address, "a.example")
                .map(|referrer| referrer.address)
                .as_deref(),
            expected,
            "{address}"
        );
    }
}
