//! The event store.

use serde::Deserialize;

/// How events are stored and asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// Most memory that the engine takes for its work, as in `1GB`.
    pub memory_limit: String,
    /// Threads that the engine computes with; 0 for one a processor.
    pub threads: usize,
    /// Questions that are computed at once; others wait.
    pub concurrent_queries: usize,
    /// Milliseconds after which a question is stopped.
    pub query_timeout_ms: u64,
    /// The cluster on which ClickHouse's tables are made; empty for one server.
    pub cluster: String,
    /// Bytes of answers that are kept in memory while a site's data stay as they are; 0 keeps none.
    pub answers_max_bytes: u64,
    /// Bytes of events that may wait on disk for the engine; more are refused with 503.
    pub inbox_max_bytes: u64,
}
