//! The words that Vitrine's server and web app exchange: serde types only, no IO, no clock.
//!
//! Each file holds one noun of the product. Field docs become the API document (feature `openapi`).

pub mod accent;
pub mod account;
pub mod annotation;
pub mod api_key;
pub mod app;
pub mod audit;
pub mod branding;
pub mod facts;
pub mod funnel;
pub mod goal;
pub mod health;
pub mod ids;
pub mod import;
pub mod maintenance;
pub mod member;
pub mod money;
pub mod monitor;
pub mod notice;
pub mod overview;
pub mod page;
pub mod patch;
pub mod portal;
pub mod problem;
pub mod query;
pub mod query_result;
pub mod realtime;
#[cfg(feature = "openapi")]
mod schema;
pub mod second_factor;
pub mod segment;
pub mod session;
pub mod share_link;
pub mod shield;
pub mod site;
pub mod visit;
mod words;
