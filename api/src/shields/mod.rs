//! Shields: what a site does not want counted, and the count of what was left out.
//!
//! Promises. An event that a shield keeps out is stored nowhere; what is counted of it is its day and the reason. A shield
//! holds from the next event on, on other server processes a few seconds later; it does not touch what was stored before.
//! Imported logs pass the same shields. An address stands here only because the owner wrote it down.
//!
//! Owners see and change them; recipients and viewers never do.

mod dropped;
mod model;
mod routes;
pub mod service;
mod store;

pub use dropped::Dropped;
pub use model::Shields;
pub use routes::configure;
