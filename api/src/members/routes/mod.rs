//! The routes of owners, and those of invited people.

mod invited;
mod manage;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    manage::configure(config);
    invited::configure(config);
}
