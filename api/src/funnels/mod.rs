//! Funnels: goals in the order in which visits should reach them.
//!
//! Promise. A funnel is walked within one visit: its n-th step is reached by a visit in which the goals of the steps 1 to n
//! were reached in this order, each by an event of its own. A step counts distinct visitors of the day on which the visit
//! began, and visits belong to the range when they began in it.
//!
//! Owners manage them; everyone who may see the dashboard sees them and asks how far visits came.

mod routes;
mod service;
mod store;

pub use routes::configure;
