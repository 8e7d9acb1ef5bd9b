//! Lighthouse.

use serde::{Deserialize, Deserializer, de};
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
    #[serde(deserialize_with = "within_a_turn")]
    pub timeout_s: u64,
    /// Mebibytes of memory at which a run is killed.
    pub memory_mb: u64,
    /// Key of Google's PageSpeed API, which measures where there is no program; empty for none.
    pub pagespeed_key: String,
    /// Where that API is.
    pub pagespeed_url: String,
}

/// Two runs, as a phone and as a desktop, have to fit into the five minutes that a check of Lighthouse has.
const MOST_SECONDS: u64 = 140;

fn within_a_turn<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        seconds @ 1..=MOST_SECONDS => Ok(seconds),
        seconds => Err(de::Error::custom(format!(
            "`{seconds}` must be 1 to {MOST_SECONDS} seconds"
        ))),
    }
}
