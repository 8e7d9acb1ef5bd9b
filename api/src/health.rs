//! `/healthz`, `/readyz`, `/metrics`: for whoever runs the server. They name no versions and no addresses.

use crate::config::probe_write;
use crate::error::{Error, Result, chain};
use crate::http::client_address::{ClientAddress, is_trusted};
use crate::openapi::{Limited, Missing};
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use shared::problem::ProblemCode;
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_health).service(get_readiness).service(get_metrics);
}

/// Says that the process answers.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "The answer.", body = String, content_type = "text/plain")))]
#[get("/healthz")]
async fn get_health() -> HttpResponse {
    text("ok\n")
}

/// Says whether the stores take reads and writes; 503 when not, and while the server stops.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "The answer.", body = String, content_type = "text/plain"), Limited))]
#[get("/readyz")]
async fn get_readiness(state: Data<State>) -> Result<HttpResponse> {
    if state.stopping.is_told() {
        return Err(Error::unavailable(5));
    }
    let metadata = state.db.ping().await.map_err(Error::from);
    let folder = state.config.data_dir.clone();
    let disk = actix_web::web::block(move || probe_write(&folder))
        .await
        .map_err(Error::internal)?;
    let disk = disk.map_err(Error::internal);
    for (store, ready) in [
        ("metadata", metadata),
        ("events", state.events.ready().await),
        ("disk", disk),
    ] {
        if let Err(error) = ready {
            tracing::warn!(store, cause = %chain(&error), "not ready");
            return Err(Error::unavailable(2));
        }
    }
    Ok(text("ok\n"))
}

/// Counters in Prometheus' text format, for the networks of the setting `metrics_allow`; 404 for others.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "The answer.", body = String, content_type = "application/openmetrics-text"), Missing))]
#[get("/metrics")]
async fn get_metrics(state: Data<State>, address: ClientAddress) -> Result<HttpResponse> {
    if !is_trusted(address.0, &state.config.metrics_allow) {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(state.metrics.text()))
}

fn text(body: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(body)
}
