//! Sites: add, list, read, change, reset, delete; and the directory that the collector asks.
//!
//! Promises: a domain is unique on the server and kept in its IDNA form; a site has one owner; a new site has no share
//! link. Deleting a site kills its links in the same transaction and erases its events, also when the server stops in
//! between. Someone else's site is 404.
//!
//! Events older than a site keeps are deleted each hour (`retention`). Members and the transfer to another owner are the slice
//! `members`, what is not to be counted is the slice `shields`.

pub mod directory;
mod favicon;
mod model;
pub mod retention;
mod routes;
pub mod service;
pub mod store;

pub use routes::configure;
