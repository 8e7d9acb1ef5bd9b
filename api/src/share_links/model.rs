//! Rules of a link's name, password, expiry and frames.

use crate::error::{Error, Result};
use crate::kit::name::Name;
use crate::kit::password::MAX_PASSWORD_BYTES;
use jiff::Timestamp;
use shared::problem::ProblemCode;
use url::{Origin, Url};

/// Active links a site; the schema's slots are as many.
pub const MOST_LINKS: i64 = 10;
const MOST_FRAME_ANCESTORS: usize = 20;
/// Any site may frame the dashboard.
const ANY: &str = "*";

/// Names that could be taken for something that the server made.
const RESERVED: [&str; 6] = ["client portal", "owner", "portal", "public", "system", "vitrine"];

/// Checks a link's name: a name that is not reserved.
pub fn name(given: &str) -> Result<Name> {
    let name = Name::new(given)?;
    match RESERVED.contains(&name.key.as_str()) {
        true => Err(Error::new(ProblemCode::NameReserved)),
        false => Ok(name),
    }
}

/// Checks a password: 1 to 1,024 bytes, taken as they are.
pub fn check_password(given: &str) -> Result<()> {
    match given.len() {
        0 => Err(Error::field(
            "/password",
            "required",
            "Enter a password, or leave it out",
        )),
        1..=MAX_PASSWORD_BYTES => Ok(()),
        _ => {
            let detail = format!("At most {MAX_PASSWORD_BYTES} bytes");
            Err(Error::field("/password", "too_long", detail))
        }
    }
}

/// Checks an expiry and answers it as Unix ms: an RFC 3339 instant after `now` (Unix ms).
pub fn expiry(given: &str, now: i64) -> Result<i64> {
    let at: Timestamp = given
        .parse()
        .map_err(|_| Error::field("/expires_at", "invalid", "Give an instant such as 2030-01-31T18:00:00Z"))?;
    match at.as_millisecond() {
        at if at > now => Ok(at),
        _ => Err(Error::field(
            "/expires_at",
            "out_of_range",
            "The instant must be in the future",
        )),
    }
}

/// Checks who may frame the dashboard and writes it as it is stored and sent: origins with blanks between, or `*`.
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
    fn reserved_names_are_refused_in_every_spelling() {
        for given in ["Vitrine", " vitrine ", "client  PORTAL"] {
            assert_eq!(name(given).unwrap_err().code, ProblemCode::NameReserved, "{given}");
        }
        assert_eq!(name("Vitrine 2").unwrap().key, "vitrine 2");
    }

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

    #[test]
    fn an_expiry_lies_ahead() {
        let now = "2026-03-10T12:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(expiry("2026-03-10T12:00:01Z", now).unwrap(), now + 1000);
        assert_eq!(expiry("2026-03-10T14:00:00+01:00", now).unwrap(), now + 3_600_000);
        for given in [
            "2026-03-10T12:00:00Z",
            "2026-03-10",
            "tomorrow",
            "",
            "9999-99-99T00:00:00Z",
        ] {
            assert!(expiry(given, now).is_err(), "{given}");
        }
    }
}
