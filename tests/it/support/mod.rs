//! The app under test, the people who use it, and what they send.

mod actor;
mod app;
pub mod database;
pub mod peers;
pub mod postgres;
mod program;

pub use actor::{Actor, Answer, PASSWORD};
pub use app::{START, TestApp, clickhouse_beside};
pub use program::{Program, Running, text_of};
