//! `/sites/{site_id}/notice-channels`, `/notice-deliveries` and `/quiet-hours`, for the site's owner.

mod channels;
mod deliveries;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    channels::configure(config);
    deliveries::configure(config);
}
