//! The address of a page, taken apart: what is stored of it, and what it tells about the visit. Pure.

use super::redact;
use crate::error::Error;
use url::Url;

/// Longer paths, referrers and tags are cut.
const MAX_BYTES: usize = 2000;

/// Click parameters that advertisers add.
const CLICK_IDS: &[&str] = &[
    "gclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "fbclid",
    "ttclid",
    "twclid",
    "li_fat_id",
    "yclid",
    "dclid",
];

/// Click parameters that only paid search adds.
const SEARCH_CLICK_IDS: &[&str] = &["gclid", "gbraid", "wbraid", "msclkid", "yclid"];

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Host, lower-case, without `www.`.
    pub hostname: String,
    /// Path, decoded; with the fragment in hash mode. Never the query.
    pub pathname: String,
    /// `utm_source`, `source` or `ref`.
    pub tag: String,
    /// `utm_source` as given.
    pub utm_source: String,
    /// `utm_medium`.
    pub utm_medium: String,
    /// `utm_campaign`.
    pub utm_campaign: String,
    /// `utm_content`.
    pub utm_content: String,
    /// `utm_term`.
    pub utm_term: String,
    /// Name of the click parameter.
    pub click_id: String,
}

impl Page {
    /// True when the click parameter is one of a search engine's.
    pub fn is_search_ad(&self) -> bool {
        SEARCH_CLICK_IDS.contains(&self.click_id.as_str())
    }

    /// Takes an address apart. It must have a host; anything a browser can show a page of has one.
    pub fn of(address: &str, hash_mode: bool) -> Result<Self, Error> {
        let wrong = |detail| Error::field("/url", "invalid", detail);
        let url = Url::parse(address).map_err(|_| wrong("an absolute address such as https://example.org/page"))?;
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| wrong("the address has no host"))?;
        let mut page = Self {
            hostname: without_www(&host.to_lowercase()).to_owned(),
            pathname: cut(&pathname(&url, hash_mode)),
            ..Self::default()
        };
        for (name, value) in url.query_pairs() {
            let value = cut(redact::value(value.trim()));
            let field = match &*name {
                "utm_source" => &mut page.utm_source,
                "utm_medium" => &mut page.utm_medium,
                "utm_campaign" => &mut page.utm_campaign,
                "utm_content" => &mut page.utm_content,
                "utm_term" => &mut page.utm_term,
                "source" | "ref" => &mut page.tag,
                name if CLICK_IDS.contains(&name) => {
                    page.click_id = name.to_owned();
                    continue;
                }
                _ => continue,
            };
            if field.is_empty() {
                *field = value;
            }
        }
        if !page.utm_source.is_empty() {
            page.tag.clone_from(&page.utm_source);
        }
        Ok(page)
    }
}

fn pathname(url: &Url, hash_mode: bool) -> String {
    let path = if url.path().is_empty() { "/" } else { url.path() };
    let mut pathname = decoded(path);
    if let Some(fragment) = url.fragment().filter(|_| hash_mode) {
        pathname.push('#');
        match fragment.split_once('?') {
            Some((route, query)) => pathname.push_str(&format!("{}?{}", decoded(route), redact::query(query))),
            None => pathname.push_str(&decoded(fragment)),
        }
    }
    pathname
}

/// Percent-decoded and without control characters; as it is where the bytes are no UTF-8.
fn decoded(text: &str) -> String {
    // A plus sign stands for itself in a path, so form decoding must not see it.
    let escaped = text.replace('+', "%2B");
    let pair = format!("={}", escaped.replace('&', "%26"));
    let decoded = url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned());
    match decoded {
        Some(decoded) if !decoded.contains(char::REPLACEMENT_CHARACTER) => clean(&decoded),
        _ => text.to_owned(),
    }
}

/// Where a visitor came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrer {
    /// Host, lower-case, without `www.`.
    pub host: String,
    /// Host and path, without query and trailing slash.
    pub address: String,
}

impl Referrer {
    /// The referrer, unless it is the page's own host, no web address or an app's.
    pub fn of(address: &str, page_host: &str) -> Option<Self> {
        let url = Url::parse(address.trim()).ok()?;
        if !matches!(url.scheme(), "http" | "https" | "android-app") {
            return None;
        }
        let lower = url.host_str()?.to_lowercase();
        let host = without_www(&lower).to_owned();
        if host.is_empty() || host == page_host {
            return None;
        }
        let address = cut(&clean(&format!("{host}{}", url.path().trim_end_matches('/'))));
        Some(Self { host, address })
    }
}

/// `example.org` of `www.example.org`.
pub fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// Without control characters, which no page shows.
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_BYTES)].to_owned()
}
