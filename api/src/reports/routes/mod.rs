//! What is asked of a site's past and present: owners, viewers, keys and share links ask the same way.

mod export;
mod now;
mod plausible;
mod query;
mod visits;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(query::query_site)
        .service(query::query_site_batch)
        .service(now::get_realtime)
        .service(now::stream_realtime)
        .service(visits::list_visits)
        .service(visits::get_visit)
        .service(visits::list_suggestions)
        .service(export::export_site);
}

/// Adds Plausible's route.
pub(super) fn configure_plausible(config: &mut ServiceConfig<'_>) {
    config.service(plausible::query_as_plausible);
}
