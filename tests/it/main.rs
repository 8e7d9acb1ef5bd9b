//! Tests.

mod stores;
