//! Collecting: the tracker script, and `POST /api/event`.
//!
//! Promise: a 202 means that the event is on disk. The visitor's address and `User-Agent` are used to make a number that
//! changes every day and is different on every site, and are forgotten before anything is stored; the key of that
//! number is deleted when the day is over. Queries of addresses are cut off but for campaign tags. Robots are left out,
//! and told so. Plausible's scripts and libraries work unchanged.
//!
//! Requests of an access log pass the same steps (`replay`).
//!
//! Absent: cookies and storage in the visitor's browser; reading logs (`imports`).

pub mod agent;
mod bounds;
pub mod channels;
pub mod normalize;
pub mod page;
pub mod payload;
pub mod place;
pub mod redact;
pub mod replay;
mod routes;
pub mod salts;
pub mod service;
pub mod sources;
mod store;
#[cfg(test)]
mod tests;
pub mod visitor;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the collector's routes, under `/api/event`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::create_event).service(routes::preflight_event);
}

/// Adds the tracker script.
pub fn configure_script(config: &mut ServiceConfig<'_>) {
    config.service(routes::script::get_tracker_script);
}
