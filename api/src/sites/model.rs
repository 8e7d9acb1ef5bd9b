//! Rules of domains, zones and currencies.

use iso_currency::Currency;
use jiff::tz::TimeZone;
use shared::problem::FieldError;
use url::{Host, Url};

const MAX_DOMAIN_BYTES: usize = 253;

/// The domain in its stored form: IDNA, lower-case, without scheme, `www.`, path or trailing dot.
pub fn domain(pointer: &str, given: &str) -> Result<String, FieldError> {
    let fail = |detail: &str| FieldError::new(pointer, "invalid", detail);
    let trimmed = given.trim();
    if trimmed.is_empty() {
        return Err(FieldError::new(pointer, "required", "Enter a domain"));
    }
    let with_scheme = if trimmed.contains("://") {
        trimmed.to_owned()
    } else {
        format!("https://{trimmed}")
    };
    let url = Url::parse(&with_scheme).map_err(|_| fail("Enter a domain such as example.org"))?;
    let bare = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.port().is_none();
    if !bare {
        return Err(fail("Enter the domain alone, without path or port"));
    }
    let Some(Host::Domain(host)) = url.host() else {
        return Err(fail("Enter a domain, not an address"));
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let host = host
        .strip_prefix("www.")
        .filter(|rest| rest.contains('.'))
        .unwrap_or(host);
    let labels_fit = host.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    });
    if !host.contains('.') || host.len() > MAX_DOMAIN_BYTES || !labels_fit {
        return Err(fail("Enter a whole domain such as example.org"));
    }
    Ok(host.to_owned())
}

/// The IANA zone in its canonical spelling.
pub fn timezone(pointer: &str, given: &str) -> Result<String, FieldError> {
    let zone = TimeZone::get(given).ok();
    let name = zone.as_ref().and_then(|zone| zone.iana_name());
    let name = name.filter(|name| !is_of_system(name));
    match name {
        Some(name) => Ok(name.to_owned()),
        None => Err(FieldError::new(
            pointer,
            "unknown_word",
            "Choose an IANA time zone such as Europe/Berlin",
        )),
    }
}

/// Files that lie beside the zones on some systems and are none of them: what they say differs from machine to machine.
fn is_of_system(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["localtime", "factory", "posixrules"].contains(&name.as_str())
        || ["posix/", "right/"].iter().any(|folder| name.starts_with(folder))
}

/// The ISO 4217 code in capitals.
pub fn currency(pointer: &str, given: &str) -> Result<String, FieldError> {
    let code = given.trim().to_ascii_uppercase();
    match Currency::from_code(&code) {
        Some(currency) => Ok(currency.code().to_owned()),
        None => Err(FieldError::new(
            pointer,
            "unknown_word",
            "Choose an ISO 4217 code such as EUR",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_brought_into_one_form() {
        let cases = [
            ("example.org", Some("example.org")),
            (" https://WWW.Example.org/ ", Some("example.org")),
            ("Bücher.example", Some("xn--bcher-kva.example")),
            ("example.org.", Some("example.org")),
            ("www.com", Some("www.com")),
            ("sub.example.org", Some("sub.example.org")),
            ("localhost", None),
            ("", None),
            ("192.0.2.1", None),
            ("2130706433", None),
            ("[::1]", None),
            ("example.org/path", None),
            ("example.org:8080", None),
            ("ftp://example.org", None),
            ("user@example.org", None),
            ("exa mple.org", None),
            ("' OR 1=1--.org", None),
            ("-a.com", None),
            ("a-.com", None),
            ("a.-b.com", None),
            ("a-b.com", Some("a-b.com")),
            ("xn--bcher-kva.example", Some("xn--bcher-kva.example")),
        ];
        for (given, expected) in cases {
            assert_eq!(domain("/domain", given).ok().as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn zones_are_iana_names() {
        assert_eq!(
            timezone("/timezone", "europe/berlin").ok().as_deref(),
            Some("Europe/Berlin")
        );
        for wrong in [
            "",
            "Mars/Olympus",
            "EST5EDT,M3.2.0,M11.1.0",
            "UTC'); ATTACH 'x'",
            "../../etc/passwd",
            "localtime",
            "Factory",
            "factory",
            "posixrules",
            "posix/Europe/Berlin",
            "right/Europe/Berlin",
        ] {
            assert!(timezone("/timezone", wrong).is_err(), "{wrong}");
        }
    }
}
