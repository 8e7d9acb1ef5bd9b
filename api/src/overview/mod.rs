//! All sites of an account at a glance, worst first: for whoever looks after many.
//!
//! Promises: only sites that the caller owns; the numbers are those of the sites' own pages. The order comes from what is stored (open
//! incidents of uptime, the latest score), so that a page costs two statements and then the work for the sites on it alone.

mod routes;
mod service;
mod store;

pub use routes::configure;
