//! `/sites/{site_id}/health`, `/monitors` and what they found, `/maintenance-windows`.

mod health;
mod maintenance;
mod manage;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    health::configure(config);
    manage::configure(config);
    maintenance::configure(config);
}
