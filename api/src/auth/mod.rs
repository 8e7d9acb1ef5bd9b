//! Who asks, and what the request may see. The only place that decides it.

pub mod scope;
