//! Goals: pages that visitors should see and events that they should cause.
//!
//! Promises. A goal holds for the past as for the future: it is written out as a filter when a question is asked, and
//! nothing is stored with events. A goal that a funnel or a segment names can't be deleted or renamed, so that neither
//! counts something else one day.
//!
//! Owners manage them; everyone who may see the dashboard sees them.

pub mod model;
mod routes;
pub mod service;
mod store;

pub use routes::configure;
