//! What every request passes: its id and log line, problem documents, bodies, limits, headers, the client's address.
//!
//! Nothing here knows a slice. Query strings and bodies are never logged.

pub mod answer;
pub mod client_address;
pub mod event_stream;
pub mod form;
pub mod head_size;
pub mod headers;
pub mod hosts;
pub mod idempotency_key;
pub mod json;
pub mod limits;
pub mod page;
pub mod problem;
pub mod rate;
pub mod script;
pub mod shared_limit;
mod strict;
pub mod without_body;
