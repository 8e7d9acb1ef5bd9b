//! Annotations: what happened on a day, told beside the numbers.
//!
//! Owners write them; everyone who may see the dashboard sees them, but that those marked hidden are for members of the site
//! alone: through a share link they do not exist.

mod routes;
mod service;
mod store;

pub use routes::configure;
