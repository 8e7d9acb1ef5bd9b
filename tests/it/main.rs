//! Vitrine's tests: HTTP against the real app, on real stores.
//!
//! `TEST_DATABASE_URL` (a PostgreSQL server) runs the suite on PostgreSQL instead of SQLite; `TEST_VITRINE_BIN` names the
//! program for the tests that kill it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its supports too")]

mod support;

mod accounts;
mod answers;
mod api_keys;
mod authorisation;
mod authorisation_matrix;
mod authorisation_scopes;
mod authorisation_writes;
mod backups;
mod backups_access;
mod branding;
mod certificates;
mod checks;
mod cluster;
mod domains;
mod durability;
mod egress;
mod export;
mod faults;
mod goals;
mod headers;
mod imported_totals;
mod imports;
mod imports_bounds;
mod ingest;
mod ingest_floods;
mod lighthouse;
mod limits;
mod link_clients;
mod links;
mod maintenance;
mod members;
mod members_races;
mod metrics;
mod monitors;
mod monitors_turns;
mod move_store;
mod notices;
mod notices_mail;
mod notices_outbox;
mod notices_quiet;
mod openapi;
mod operations;
mod overview;
mod own_domains;
mod pages;
mod plausible_stats;
mod portal_groups;
mod portals;
mod problems;
mod protected_links;
mod reports;
mod running_days;
mod second_factor;
mod secrecy;
mod segments;
mod sessions;
mod share_links;
mod share_races;
mod shields;
mod sites;
mod stores;
mod tokens;
mod traces;
mod visits;
