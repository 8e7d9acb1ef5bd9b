//! Segments: named sets of filters of a site, to look at a part of its visits and to bind share links to.
//!
//! Promises. A segment's filters are valid in any question. While a share link is bound to a segment it can't be
//! deleted; the schema holds that, so that no race leaves a link without its filter. A change of the filters holds for
//! the bound links' next call.
//!
//! Owners manage them, viewers see them; recipients see the one of their link, in the answers to their questions.

mod model;
mod routes;
pub mod service;
mod store;

pub use routes::configure;
