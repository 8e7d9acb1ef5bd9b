//! Collecting.

use serde::Deserialize;
use std::path::PathBuf;

/// Where a visitor's country comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingest {
    /// MMDB file with countries or cities; empty for none.
    pub geo_database: PathBuf,
    /// Header in which a listed proxy tells the visitor's country; empty for none.
    pub country_header: String,
}
