//! What a URL that people give may be. Pure.

use super::addresses::{is_in, is_public};
use crate::config::{Config, Network};
use shared::problem::FieldError;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use url::{Host, Url};

const MAX_URL_BYTES: usize = 2048;

/// Ports of services that are no web servers: the Fetch standard's list of bad ports, and stores and caches that trust
/// whoever reaches them.
const BAD_PORTS: [u16; 100] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514, 515, 526, 530,
    531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1433, 1521, 1719, 1720, 1723, 2049, 2375,
    2379, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5900, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
    6697, 9042, 9092, 10080, 10250, 11211, 27017, 27018, 50000,
];

/// Names that mean this machine or its network, whatever a name server says.
const LOCAL_NAMES: [&str; 8] = [
    "localhost",
    "internal",
    "local",
    "localdomain",
    "lan",
    "home.arpa",
    "intranet",
    "corp",
];

/// The rules, with the operator's exceptions.
#[derive(Clone, Debug)]
pub struct Guard {
    allow: Vec<Network>,
    own_host: Option<Host<String>>,
    own_port: Arc<AtomicU16>,
}

impl Guard {
    /// The rules of the settings.
    pub fn new(config: &Config) -> Self {
        let own = Url::parse(&config.base_url).ok();
        Self {
            allow: config.egress_allow.clone(),
            own_host: own.and_then(|url| Some(url.host()?.to_owned())),
            own_port: Arc::new(AtomicU16::new(config.listen.port())),
        }
    }

    /// Tells on which port this server listens, once it does.
    pub fn set_own_port(&self, port: u16) {
        self.own_port.store(port, Ordering::Relaxed);
    }

    /// Checks a URL, the field at `pointer` of a body; names are not looked up.
    pub fn url(&self, pointer: &str, given: &str) -> Result<Url, FieldError> {
        let fail = |code: &str, detail: &str| Err(FieldError::new(pointer, code, detail));
        if given.len() > MAX_URL_BYTES {
            return fail("too_long", "At most 2,048 bytes");
        }
        // The parser would drop them silently.
        if given.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return fail("invalid", "A URL has no blanks and no invisible characters");
        }
        let Ok(mut url) = Url::parse(given) else {
            return fail("invalid", "Enter a URL such as https://example.org/page");
        };
        if !matches!(url.scheme(), "http" | "https") {
            return fail("invalid", "Only http and https are checked");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return fail("invalid", "A URL has no user name and no password here");
        }
        url.set_fragment(None);
        match self.allows(&url) {
            true => Ok(url),
            false => fail("blocked", "This address may not be checked"),
        }
    }

    /// True when nothing about the URL itself forbids it.
    pub fn allows(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return false;
        };
        let is_plain =
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        if !is_plain || BAD_PORTS.contains(&port) {
            return false;
        }
        match host {
            Host::Domain(name) => self.allows_name(name),
            Host::Ipv4(address) => self.allows_literal(address.into(), port),
            Host::Ipv6(address) => self.allows_literal(address.into(), port),
        }
    }

    fn allows_name(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if let Some(Host::Domain(own)) = &self.own_host
            && own.trim_end_matches('.').eq_ignore_ascii_case(&name)
        {
            return false;
        }
        let is_local = |suffix: &str| {
            name.strip_suffix(suffix)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        // Where private networks may be reached, so may their names; the address decides.
        !name.is_empty() && (!self.allow.is_empty() || !LOCAL_NAMES.iter().any(|suffix| is_local(suffix)))
    }

    fn allows_literal(&self, address: IpAddr, port: u16) -> bool {
        let is_own = match &self.own_host {
            Some(Host::Ipv4(own)) => address.to_canonical() == IpAddr::V4(*own),
            Some(Host::Ipv6(own)) => address == IpAddr::V6(*own),
            _ => false,
        };
        !is_own && self.allows_address(address, port)
    }

    /// True when a connection to the address and port may be made.
    pub fn allows_address(&self, address: IpAddr, port: u16) -> bool {
        if BAD_PORTS.contains(&port) {
            return false;
        }
        let is_public = is_public(address);
        // On a machine of our own networks it may be this server.
        let is_own_port = !is_public && port == self.own_port.load(Ordering::Relaxed);
        is_public || (is_in(&self.allow, address) && !is_own_port)
    }
}
