//! Client portals: a site's health for people without an account, behind one private link, in the brand of whoever hands it out.
//!
//! Promises. A portal is off until its owner turns it on. It has one token at most, 21 characters from the operating system's random
//! source; a new one replaces it, and what was replaced or revoked opens nothing from the next request on: the portal is looked up in
//! the store for every call. Every way in which a token can be wrong is the same 404. At rest a token is a keyed hash to find it by
//! and an encrypted copy to show its owner.
//!
//! A portal shows what `shared::portal::PortalView` has and nothing else: counts, scores and dates, no finding, no error, no address,
//! no other site. Nothing can be changed or started from it. Several sites of one account can be grouped behind one token; a site that
//! went to another account is in no group of the former.
//!
//! Under an account's own domain its portals answer, and only those (`branding`).
//!
//! Absent: passwords (a link that needs one is a share link), statistics.

pub mod opens;
mod routes;
pub mod service;
mod store;

pub use routes::configure;
