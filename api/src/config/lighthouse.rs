//! Lighthouse.

use serde::Deserialize;
use std::path::PathBuf;

/// What measures Lighthouse's scores.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lighthouse {
    /// The program `lighthouse`; empty when there is none.
    pub command: PathBuf,
    /// The program `chromium` that it drives.
    pub chromium: PathBuf,
    /// True to keep Chromium's own sandbox.
    pub sandbox: bool,
    /// Seconds after which a run is killed.
    pub timeout_s: u64,
    /// Mebibytes of memory at which a run is killed.
    pub memory_mb: u64,
    /// Key of Google's PageSpeed API, which measures where there is no program; empty for none.
    pub pagespeed_key: String,
    /// Where that API is.
    pub pagespeed_url: String,
}
