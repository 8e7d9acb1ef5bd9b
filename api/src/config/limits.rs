//! Rate limits.

use serde::Deserialize;

/// How much one address may ask.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Requests to the API a second.
    pub api_per_second: u64,
    /// Requests to the API at once before the rate counts.
    pub api_burst: u32,
    /// Events a second.
    pub events_per_second: u64,
    /// Events at once before the rate counts.
    pub events_burst: u32,
    /// Events a second and site.
    pub site_events_per_second: u32,
    /// Events at once and site before the rate counts.
    pub site_events_burst: u32,
    /// Different pages a site and day, and different event names; more are counted as `(other)`.
    pub site_names_per_day: u32,
    /// Calls that resolve a share link, in any 60 seconds.
    pub resolve_per_minute: u32,
    /// Attempts to sign in or up, in any 60 seconds.
    pub sign_in_per_minute: u32,
    /// Calls with one API key, in any 60 seconds.
    pub key_per_minute: u32,
}
