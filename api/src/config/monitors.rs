//! Health checks.

use serde::{Deserialize, Deserializer, de};
use std::net::{IpAddr, SocketAddr};

/// How sites are checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Monitors {
    /// Monitors that the sites of one account may have turned on.
    pub per_account: i64,
    /// Days for which single checks are kept that found a site up; failures and half hours are kept for 400.
    pub keep_checks_days: i64,
    /// Pages that a crawl reads.
    pub crawl_pages: i64,
    /// Links that a crawl looks at.
    pub crawl_links: usize,
    /// Milliseconds between two requests of a crawl to one host.
    pub crawl_pause_ms: u64,
    /// Where the list of registries is renewed from, once a week; empty to keep the built-in one.
    pub rdap_bootstrap: String,
    /// Places that are always there; asked after a failure, to tell our own network's trouble from a site's.
    pub references: Vec<SocketAddr>,
}

/// An address with or without a port (53), or nothing.
pub(super) fn name_server<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    let bare = || text.parse::<IpAddr>().map(|address| SocketAddr::new(address, 53));
    let found = text.parse::<SocketAddr>().or_else(|_| bare());
    let fail = |_| {
        de::Error::custom(format!(
            "`{text}` must be an address such as 192.0.2.53 or 127.0.0.1:5353"
        ))
    };
    found.map(Some).map_err(fail)
}
