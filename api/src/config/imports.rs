//! Imports.

use serde::Deserialize;

/// What files are taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imports {
    /// Bytes of an uploaded file.
    pub upload_max_bytes: u64,
}
