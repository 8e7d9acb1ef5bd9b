//! `/portal/{token}`: for clients.

use super::super::service::opening;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::hosts::HostAccount;
use crate::openapi::{Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use shared::portal::PortalView;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(view_portal);
}

/// Shows a portal: the health of its sites, and nothing else.
///
/// An unknown, malformed, replaced or revoked token, and one whose portal is off, is always the same 404 `portal_not_found`. Thirty
/// failed tokens in any 60 seconds and address, then 429. Asking starts no check.
#[utoipa::path(tag = "portals", security(()), params(("token" = String, Path)),
    responses((status = 200, description = "The answer.", body = PortalView), Missing, Limited))]
#[get("/portal/{token}")]
async fn view_portal(
    state: Data<State>,
    host: HostAccount,
    address: ClientAddress,
    token: Path<String>,
) -> Result<HttpResponse> {
    let portal = opening::show(&state, address, host.0.as_deref(), &token).await?;
    Ok(HttpResponse::Ok().json(portal))
}
