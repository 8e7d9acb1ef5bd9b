//! Monitors: what is checked of a site, by whom and when, and what its health comes to.
//!
//! Promises. Checks are made by the server itself, also after a restart; however many servers stand on one database, a check is
//! made by one of them (`scheduler`). A site that is slow or dead does not delay the others: those that failed lately
//! share turns of their own. When our own network is away, nothing is said about anyone (`unknown`), and nobody is alarmed.
//! A second failure in a row opens an incident of uptime, the first success closes it; who is told is written with it
//! (`record`). Nothing is reached but through `egress`. The score is a pure function with a version (`score`); `docs/health.md` is its text.
//!
//! Owners set monitors; viewers of the site see how they stand; recipients of share links see nothing of it.
//!
//! What a client sees of it is `service::summary`, which `portals` shows.

mod certificate;
mod domain;
mod lighthouse;
mod links;
mod model;
mod record;
mod routes;
pub mod scheduler;
mod score;
pub mod service;
mod store;
mod transition;
mod uptime;

pub use routes::configure;
