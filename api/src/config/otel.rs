//! Traces.

use serde::Deserialize;

/// Where traces of requests go.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Otel {
    /// The collector's URL; empty for no traces.
    pub endpoint: String,
    /// The share of requests that are traced, from 0 to 1.
    pub sample_ratio: f64,
}
