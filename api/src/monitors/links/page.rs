//! The links of a page.

use html5gum::{StartTag, Token, Tokenizer};
use std::collections::BTreeSet;
use url::Url;

/// Longer links are nobody's.
const MAX_URL_BYTES: usize = 2048;

/// Elements whose attribute is a link, and what of the site it is.
const LINKS: [(&[u8], &[u8]); 9] = [
    (b"a", b"href"),
    (b"area", b"href"),
    (b"audio", b"src"),
    (b"iframe", b"src"),
    (b"img", b"src"),
    (b"link", b"href"),
    (b"script", b"src"),
    (b"source", b"src"),
    (b"video", b"src"),
];
/// What a `link` with one of these words says is no place that a page needs.
const NO_PLACES: [&str; 3] = ["preconnect", "dns-prefetch", "pingback"];

/// Where a page links to, each place once, without fragments: `http` and `https` alone.
pub fn links(page: &Url, html: &str) -> BTreeSet<Url> {
    let mut base = page.clone();
    let mut found = BTreeSet::new();
    for token in Tokenizer::new(html) {
        let Ok(Token::StartTag(tag)) = token else { continue };
        if tag.name.as_slice() == b"base"
            && let Some(given) = attribute(&tag, b"href")
            && let Ok(joined) = page.join(given.trim())
        {
            base = joined;
        }
        found.extend(link(&base, &tag));
    }
    found
}

fn attribute<'a>(tag: &'a StartTag<()>, name: &[u8]) -> Option<&'a str> {
    std::str::from_utf8(tag.attributes.get(name)?.value.as_slice()).ok()
}

fn link(base: &Url, tag: &StartTag<()>) -> Option<Url> {
    let (_, name) = LINKS.iter().find(|(element, _)| tag.name.as_slice() == *element)?;
    let rel = attribute(tag, b"rel").unwrap_or_default().to_ascii_lowercase();
    if tag.name.as_slice() == b"link" && rel.split_whitespace().any(|word| NO_PLACES.contains(&word)) {
        return None;
    }
    let given = attribute(tag, name)?.trim();
    if given.is_empty() || given.starts_with('#') {
        return None;
    }
    let mut url = base.join(given).ok()?;
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && url.as_str().len() <= MAX_URL_BYTES).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_as_a_browser_finds_them() {
        let page = "https://a.example/dir/page?x=1".parse().expect("a URL");
        let cases = [
            ("<a href=b>", "https://a.example/dir/b"),
            ("<A HREF='/c#top'>", "https://a.example/c"),
            ("<a href=\" //other.example/d \">", "https://other.example/d"),
            ("<img src=&#47;e&amp;f>", "https://a.example/e&f"),
            ("<link rel=stylesheet href=s.css>", "https://a.example/dir/s.css"),
            ("<base href=/base/><a href=g>", "https://a.example/base/g"),
            ("<a href=?y=2>", "https://a.example/dir/page?y=2"),
            ("<script src=app.js></script>", "https://a.example/dir/app.js"),
        ];
        for (html, expected) in cases {
            let found = links(&page, html);
            assert_eq!(found.iter().map(Url::as_str).collect::<Vec<_>>(), [expected], "{html}");
        }
        for html in [
            "<a>",
            "<a href=>",
            "<a href=#top>",
            "<a href=mailto:a@b.example>",
            "<a href='javascript:void(0)'>",
            "<img src='data:image/png;base64,x'>",
            "<a href='http://[broken'>",
            "<link rel=preconnect href=https://cdn.example>",
            "<!-- <a href=/commented> -->",
            "text with href=/nothing",
        ] {
            assert!(links(&page, html).is_empty(), "{html}");
        }
    }
}
