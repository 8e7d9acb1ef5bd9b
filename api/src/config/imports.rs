//! Imports.

use serde::Deserialize;

/// What files are taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imports {
    /// Bytes of an uploaded file.
    pub upload_max_bytes: u64,
    /// Bytes of a file once it is unpacked.
    pub unpacked_max_bytes: u64,
}
