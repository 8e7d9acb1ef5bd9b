//! Rules of an own domain. Pure.

use shared::problem::FieldError;
use url::{Host, Url};

const MAX_DOMAIN_BYTES: usize = 253;

/// The domain in its stored form: IDNA, lower-case, without a trailing dot. Unlike a site's, `www.` stays: it is a host's name.
pub fn domain(given: &str) -> Result<String, FieldError> {
    let fail = |detail: &str| FieldError::new("/domain", "invalid", detail);
    let given = given.trim();
    if given.is_empty() {
        return Err(FieldError::new("/domain", "required", "Enter a domain"));
    }
    if given.contains(['/', ':', '?', '#', '@', '\\']) {
        return Err(fail("Enter the domain alone, without scheme, port and path"));
    }
    let found = host(given).ok_or_else(|| fail("Enter a domain such as reports.youragency.com"))?;
    if !found.contains('.') {
        return Err(fail("Enter a whole domain such as reports.youragency.com"));
    }
    Ok(found)
}

/// A `Host` header's name as domains are stored: without its port and trailing dot, in lower case, as IDNA. None for an
/// address, and for what is no host.
pub fn host(given: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{given}/")).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let bare = bare && url.username().is_empty() && url.password().is_none();
    let Some(Host::Domain(name)) = url.host().filter(|_| bare) else {
        return None;
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    (name.len() <= MAX_DOMAIN_BYTES && name.split('.').all(fits)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_compared_as_it_is_stored() {
        for given in [
            "reports.example.com",
            "Reports.EXAMPLE.com",
            "reports.example.com.",
            "reports.example.com:8080",
            "reports.example.com.:443",
        ] {
            assert_eq!(host(given).as_deref(), Some("reports.example.com"), "{given}");
        }
        assert_eq!(
            host("berichte.bücher.example").as_deref(),
            Some("berichte.xn--bcher-kva.example")
        );
        assert_eq!(host("www.example.com").as_deref(), Some("www.example.com"));
        for given in [
            "",
            "127.0.0.1",
            "[::1]:80",
            "0x7f.1",
            "a b",
            "a/b",
            "user@a.example",
            "a..b",
            "a.example?x",
        ] {
            assert_eq!(host(given), None, "{given}");
        }
    }

    #[test]
    fn a_domain_stands_alone() {
        for given in [
            "https://a.example",
            "a.example/x",
            "a.example:80",
            "localhost",
            "10.0.0.1",
            " ",
            "*.a.example",
        ] {
            assert!(domain(given).is_err(), "{given}");
        }
        assert_eq!(domain(" Reports.Example.COM. ").unwrap(), "reports.example.com");
    }
}
