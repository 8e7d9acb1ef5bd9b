//! Funnels: goals in the order in which visits should reach them, put together by the site's owner.
//!
//! A funnel has 2 to 8 different goals as its steps. How far visits come is told on the dashboard (`reports::funnel`).

mod form;
pub mod manage;
mod row;
mod steps;
