//! Routes: portals of sites and of groups for their owner, and what a client opens.

mod bulk;
mod groups;
mod open;
mod site;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    site::configure(config);
    groups::configure(config);
    bulk::configure(config);
    open::configure(config);
}
