//! Branding: how an account's portals look, and the domain of its own under which they answer.
//!
//! Promises. A brand is the account's, and all its portals carry it; shared dashboards and mails carry it when the owner says so. A
//! logo is never served as it came: it is decoded within bounds, scaled and written anew as PNG (`logo`); what is not PNG, JPEG or WebP
//! is refused, SVG too. An accent is `#rrggbb`; the colours that reach a page are derived here, and can be read (`shared::accent`).
//!
//! A domain is proven by a CNAME record that leads to a name made for the claim alone, so that neither an old record nor a record for
//! somebody else proves anything. One account holds a domain, verified or not; a claim that is not verified lapses after a week. A
//! verified domain is looked up at least once a day and answers nothing more as soon as its record is gone. Which host a request names
//! is decided by its `Host` header alone; under an account's domain there are its portals and nothing else (`http::hosts`).
//!
//! Absent: certificates (a proxy asks `GET /tls/ask` before it gets one), more than one domain an account, brands by site.

mod logo;
mod model;
mod routes;
pub mod service;
mod store;

pub use routes::{configure, configure_pages};
