//! Ids of rows and requests: random, or counted in tests.

use super::secret;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of ids.
#[derive(Clone, Debug, Default)]
pub struct Ids(Option<Arc<AtomicU64>>);

impl Ids {
    /// Ids from the operating system's random source.
    pub fn random() -> Self {
        Self(None)
    }

    /// Ids that count up from 1, so that snapshots show literal values.
    pub fn counted() -> Self {
        Self(Some(Arc::default()))
    }

    /// A new id, `<prefix>_<16 characters>` (80 bits when random).
    pub fn next(&self, prefix: &str) -> String {
        match &self.0 {
            None => format!("{prefix}_{}", secret::text(16, &secret::BASE32)),
            Some(count) => format!("{prefix}_{:016}", count.fetch_add(1, Ordering::SeqCst) + 1),
        }
    }
}
