//! The Vitrine server. ARCHITECTURE.md has the map.

pub mod auth;
pub mod error;
pub mod kit;
