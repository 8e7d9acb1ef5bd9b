//! Rules of shields, and what they keep out. Pure.

use crate::error::{Error, Result};
use crate::kit::glob::pattern;
use ipnet::IpNet;
use regex::RegexSet;
use shared::shield::{DropReason, ShieldKind};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};

const MAX_PATH_CHARS: usize = 1000;
const MAX_HOST_BYTES: usize = 253;

/// Brings a value into the form in which it is stored; the field `/value` of a body.
pub fn value(kind: ShieldKind, given: &str) -> Result<String> {
    let given = given.trim();
    let stored = match kind {
        ShieldKind::Ip => network(given).map(written),
        ShieldKind::Country => country(given),
        ShieldKind::Page => page(given),
        ShieldKind::Hostname => hostname(given),
    };
    stored.ok_or_else(|| {
        let detail = match kind {
            ShieldKind::Ip => "An address such as 192.0.2.1, or a network such as 192.0.2.0/24",
            ShieldKind::Country => "A country's two letters, such as DE",
            ShieldKind::Page => "A path that begins with /, such as /admin/**",
            ShieldKind::Hostname => "A host such as example.org or *.example.org",
        };
        let code = if given.is_empty() { "required" } else { "invalid" };
        Error::field("/value", code, detail)
    })
}

fn network(text: &str) -> Option<IpNet> {
    let network = match text.parse::<IpNet>() {
        Ok(network) => network,
        Err(_) => text.parse::<IpAddr>().ok()?.to_canonical().into(),
    };
    Some(network.trunc())
}

/// What a caller shields to leave out their own visits: the address, or the /64 of an IPv6 one, whose other half changes by itself.
pub fn own(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
            format!("{network}/64")
        }
    }
}

/// One address without the length of its prefix.
fn written(network: IpNet) -> String {
    match network.prefix_len() == network.max_prefix_len() {
        true => network.addr().to_string(),
        false => network.to_string(),
    }
}

fn country(text: &str) -> Option<String> {
    let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| text.to_ascii_uppercase())
}

fn page(text: &str) -> Option<String> {
    let is_path =
        text.starts_with('/') && text.chars().count() <= MAX_PATH_CHARS && !text.chars().any(char::is_control);
    is_path.then(|| text.to_owned())
}

fn hostname(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let host = lower.strip_prefix("www.").unwrap_or(&lower).trim_end_matches('.');
    // A star is no letter of a domain's, so each label is brought into its ASCII form alone.
    let labels = host.split('.').map(|label| match label.contains('*') {
        true => Some(label.to_owned()),
        false => idna::domain_to_ascii(label).ok(),
    });
    let host = labels.collect::<Option<Vec<_>>>()?.join(".");
    let is_host = (1..=MAX_HOST_BYTES).contains(&host.len())
        && host.split('.').all(|label| {
            let of_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*');
            !label.is_empty() && label.bytes().all(of_host)
        });
    is_host.then_some(host)
}

/// A site's shields, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Shields {
    networks: Vec<IpNet>,
    countries: HashSet<String>,
    pages: RegexSet,
    hostnames: RegexSet,
}

impl Shields {
    /// Shields of stored values.
    pub fn of(stored: impl IntoIterator<Item = (ShieldKind, String)>) -> Self {
        let mut shields = Self::default();
        let (mut pages, mut hostnames) = (Vec::new(), Vec::new());
        for (kind, value) in stored {
            match kind {
                ShieldKind::Ip => shields.networks.extend(network(&value)),
                ShieldKind::Country => drop(shields.countries.insert(value)),
                ShieldKind::Page => pages.push(pattern(&value)),
                ShieldKind::Hostname => hostnames.push(pattern(&value)),
            }
        }
        let set = |patterns: Vec<String>| RegexSet::new(patterns).expect("escaped texts and stars are patterns");
        (shields.pages, shields.hostnames) = (set(pages), set(hostnames));
        shields
    }

    /// Why an event of this address, country (its code or empty), host and path is left out, if it is.
    pub fn objection(&self, address: IpAddr, country: &str, hostname: &str, pathname: &str) -> Option<DropReason> {
        let address = address.to_canonical();
        if self.networks.iter().any(|network| network.contains(&address)) {
            Some(DropReason::Ip)
        } else if !self.hostnames.is_empty() && !self.hostnames.is_match(hostname) {
            Some(DropReason::Hostname)
        } else if self.pages.is_match(pathname) {
            Some(DropReason::Page)
        } else if self.countries.contains(country) {
            Some(DropReason::Country)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ShieldKind::{Country, Hostname, Ip, Page};

    #[test]
    fn values_are_brought_into_one_form() {
        for (kind, given, stored) in [
            (Ip, " 192.0.2.1 ", Some("192.0.2.1")),
            (Ip, "192.0.2.77/24", Some("192.0.2.0/24")),
            (Ip, "::ffff:192.0.2.1", Some("192.0.2.1")),
            (Ip, "2001:DB8::1/64", Some("2001:db8::/64")),
            (Ip, "2001:db8:0::1", Some("2001:db8::1")),
            (Ip, "192.0.2", None),
            (Ip, "192.0.2.1/33", None),
            (Country, "de", Some("DE")),
            (Country, "DEU", None),
            (Country, "4x", None),
            (Page, "/admin/**", Some("/admin/**")),
            (Page, "admin", None),
            (Hostname, "WWW.Bücher.example.", Some("xn--bcher-kva.example")),
            (Hostname, "*.Example.org", Some("*.example.org")),
            (Hostname, "localhost", Some("localhost")),
            (Hostname, "https://example.org", None),
            (Hostname, "a..b", None),
            (Hostname, "a b", None),
            (Hostname, "", None),
        ] {
            assert_eq!(value(kind, given).ok().as_deref(), stored, "{given:?}");
        }
    }

    #[test]
    fn a_caller_s_own_address_holds_for_longer_than_a_day() {
        let cases = [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ];
        for (address, expected) in cases {
            let own = own(address.parse().unwrap());
            assert_eq!(own, expected);
            assert_eq!(value(ShieldKind::Ip, &own).unwrap(), expected);
        }
    }

    #[test]
    fn what_a_shield_names_is_kept_out() {
        let shields = |kind, values: &[&str]| Shields::of(values.iter().map(|value| (kind, (*value).to_owned())));
        let of = |shields: &Shields, address: &str, country, hostname, pathname| {
            shields.objection(address.parse().expect("an address"), country, hostname, pathname)
        };
        let none = Shields::default();
        assert_eq!(of(&none, "192.0.2.1", "", "example.org", "/"), None);
        let own = shields(Ip, &["192.0.2.0/24", "2001:db8::/64"]);
        for (address, reason) in [
            ("192.0.2.200", Some(DropReason::Ip)),
            ("::ffff:192.0.2.200", Some(DropReason::Ip)),
            ("192.0.3.1", None),
            ("2001:db8::5", Some(DropReason::Ip)),
            ("2001:db8:1::5", None),
        ] {
            assert_eq!(of(&own, address, "DE", "example.org", "/"), reason, "{address}");
        }
        let pages = shields(Page, &["/admin/**", "/draft"]);
        assert_eq!(
            of(&pages, "192.0.2.1", "", "x.test", "/admin/a/b"),
            Some(DropReason::Page)
        );
        assert_eq!(of(&pages, "192.0.2.1", "", "x.test", "/drafts"), None);
        let hosts = shields(Hostname, &["example.org", "*.example.org"]);
        assert_eq!(of(&hosts, "192.0.2.1", "", "a.example.org", "/"), None);
        assert_eq!(
            of(&hosts, "192.0.2.1", "", "example.org.evil.test", "/"),
            Some(DropReason::Hostname)
        );
        let places = shields(Country, &["DE"]);
        assert_eq!(of(&places, "192.0.2.1", "DE", "x.test", "/"), Some(DropReason::Country));
        assert_eq!(of(&places, "192.0.2.1", "", "x.test", "/"), None);
    }
}
