//! The stores by themselves: what survives a crash, what is refused.

mod clickhouse;
mod demo;
mod events;
mod events_locked_down;
pub mod support;
