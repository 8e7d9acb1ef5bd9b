//! The Vitrine server. ARCHITECTURE.md has the map.

pub mod accounts;
pub mod api_keys;
pub mod app;
pub mod audit;
pub mod auth;
pub mod cli;
pub mod config;
pub mod db;
pub mod demo;
pub mod error;
pub mod events;
pub mod facts;
pub mod health;
pub mod http;
pub mod ingest;
pub mod kit;
pub mod members;
pub mod metrics;
pub mod openapi;
pub mod reports;
pub mod routes;
pub mod share_links;
pub mod sites;
pub mod spa;
pub mod state;
