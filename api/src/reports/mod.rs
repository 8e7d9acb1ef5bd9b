//! Statistics: questions in the shape of Plausible's Stats API v2, answered exactly.
//!
//! Definitions. A visitor is a number that lives for one local day, so visitors of several days are counted once a day. A
//! visit counts where it began. With `event:page` (or `event:hostname`) as a dimension, bounce rate, duration and views
//! a visit are those of the visits that entered there. A filter on anything of an event, asked of visits, keeps the
//! visits that have such an event; conditions that are combined must hold for one and the same event. An absent value is called
//! `(none)`, an absent source or referrer `Direct / None`, and filters know it by that name.
//!
//! Invariants: nothing is compiled without a `Scope`, whose filter goes into every statement; callers' text is bound, never
//! spliced; only exact aggregates; days, weeks and months go by the local date that an event was counted on.
//!
//! A goal is written out as a filter on events; its conversions are the `events` that reach it. A conversion rate compares
//! the visitors who reached a goal with everyone of the range (of the row's group for `group_conversion_rate`) under the
//! same filters but for those of goals and properties. Revenue is exact to a thousandth and never added across
//! currencies: where several are in a row it is null, and `event:currency` tells them apart.

mod asked;
mod buckets;
mod checks;
mod comparison;
mod compile;
mod dates;
mod desk;
mod dimensions;
mod export;
mod filters;
mod funnel;
mod goals;
mod imported;
mod labels;
mod metrics;
mod patterns;
mod plausible;
mod realtime;
pub mod rollups;
mod routes;
mod rows;
mod seen;
pub mod service;
mod suggestions;
#[cfg(test)]
mod tests;
mod visits;

pub use desk::Desk;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes under `/sites/{site_id}`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    routes::configure(config);
}

/// Adds the route under `/api/v2`.
pub fn configure_plausible(config: &mut ServiceConfig<'_>) {
    routes::configure_plausible(config);
}
