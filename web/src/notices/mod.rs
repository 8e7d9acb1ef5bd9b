//! Who is told when an incident opens and closes, and when; and the times for which checks do not count. For the site's owner.
//!
//! Promises: why a channel is silent, and what became of each notice, is told in words. A webhook's secret is asked for only
//! when it is wanted. Absent: what a notice says.

mod channel;
mod channel_form;
mod confirm;
mod deliveries;
pub mod maintenance;
mod maintenance_form;
pub mod page;
mod quiet;
mod words;
