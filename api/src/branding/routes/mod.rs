//! Routes: the brand and the domain for their owner, what recipients and proxies ask.

mod brand;
mod domain;
mod public;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes under `/api/v1`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    brand::configure(config);
    domain::configure(config);
    public::configure(config);
}

/// Adds the routes outside of it: logos, and what a proxy asks before it gets a certificate.
pub fn configure_pages(config: &mut ServiceConfig<'_>) {
    config.service(public::get_logo).service(public::ask_for_certificate);
}
