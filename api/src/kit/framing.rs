//! Who may show a page of ours in a frame.

use crate::error::{Error, Result};
use url::{Origin, Url};

const MOST_FRAME_ANCESTORS: usize = 20;
/// Any site may frame the page.
const ANY: &str = "*";

/// Checks who may frame a page and writes it as it is stored and sent: origins with blanks between, or `*`.
pub fn frame_ancestors(given: &[String]) -> Result<String> {
    if given.len() > MOST_FRAME_ANCESTORS {
        let detail = format!("At most {MOST_FRAME_ANCESTORS} origins");
        return Err(Error::field("/frame_ancestors", "too_many", detail));
    }
    if given.iter().any(|origin| origin == ANY) {
        return match given.len() {
            1 => Ok(ANY.to_owned()),
            _ => Err(Error::field("/frame_ancestors", "invalid", "`*` stands alone")),
        };
    }
    let mut origins = Vec::<String>::new();
    for (at, given) in given.iter().enumerate() {
        let wrong = || {
            let detail = "Give an origin such as https://client.example";
            Error::field(format!("/frame_ancestors/{at}"), "invalid", detail)
        };
        let origin = origin(given).ok_or_else(wrong)?;
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    Ok(origins.join(" "))
}

/// The origin of a text that is nothing more than one, in the form of a policy: scheme, host and port, where the host may
/// begin with `*.` for its subdomains. It comes out of the URL parser, so nothing in it can end a policy.
fn origin(given: &str) -> Option<String> {
    let given = given.trim();
    let (scheme, host) = given.split_once("://")?;
    let (wildcard, host) = match host.strip_prefix("*.") {
        Some(host) => ("*.", host),
        None => ("", host),
    };
    let url = Url::parse(&format!("{scheme}://{host}")).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    let web = matches!(url.scheme(), "http" | "https");
    let Origin::Tuple(scheme, host, port) = url.origin() else {
        return None;
    };
    let named = wildcard.is_empty() || matches!(host, url::Host::Domain(_));
    if !(web && bare && anonymous && named) {
        return None;
    }
    let host = host.to_string();
    if !host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
    {
        return None;
    }
    let port = url.port().map(|_| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{wildcard}{host}{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_may_frame() {
        let cases = [
            ("https://client.example", Some("https://client.example")),
            ("HTTPS://Client.Example:443/", Some("https://client.example")),
            ("http://localhost:9000", Some("http://localhost:9000")),
            ("https://*.client.example", Some("https://*.client.example")),
            ("https://bücher.example", Some("https://xn--bcher-kva.example")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("https://client.example/path", None),
            ("https://client.example?x", None),
            ("https://user@client.example", None),
            ("https://*.127.0.0.1", None),
            ("https://*", None),
            ("https://a;script-src *", None),
            ("https://a.example; script-src *", None),
            ("https://a.example 'self'", None),
            ("client.example", None),
            ("javascript://client.example", None),
            ("data:text/html,x", None),
            ("", None),
        ];
        for (given, expected) in cases {
            assert_eq!(origin(given).as_deref(), expected, "{given}");
        }
        let list = |given: &[&str]| frame_ancestors(&given.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(list(&[]).unwrap(), "");
        assert_eq!(list(&["*"]).unwrap(), "*");
        assert!(list(&["*", "https://a.example"]).is_err());
        assert_eq!(
            list(&["https://a.example", "https://a.example/"]).unwrap(),
            "https://a.example"
        );
        assert!(list(&vec!["https://a.example"; 21]).is_err());
    }
}
