//! `/sites/{site_id}/portal`: for the site's owner and for scripts with `links:*`.

use super::super::service;
use crate::auth::access::Access;
use crate::auth::origin::base_url;
use crate::auth::rights::{ManagePortals, ReadPortals};
use crate::error::Result;
use crate::http::json::Json;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put};
use shared::portal::{Portal, SetPortal};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get_portal)
        .service(set_portal)
        .service(create_portal_token)
        .service(revoke_portal_token);
}

/// Reads the portal of a site, with its token; one that was never turned on is off.
#[utoipa::path(tag = "portals", params(("site_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = Portal), Denied, Missing, Limited))]
#[get("/sites/{site_id}/portal")]
async fn get_portal(state: Data<State>, request: HttpRequest, access: Access<ReadPortals>) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let portal = service::get(&state, &base_url(&state, &request), caller, &access.site).await?;
    Ok(HttpResponse::Ok().json(portal))
}

/// Turns the portal of a site on or off, and says who may frame it. One that is off keeps its token and opens nothing.
///
/// Where there is a token the answer tells it, so that a key needs `links:read` besides.
#[utoipa::path(tag = "portals", params(("site_id" = String, Path)), request_body = SetPortal,
    responses((status = 200, description = "The answer.", body = Portal), Denied, Missing, BadInput, Limited))]
#[put("/sites/{site_id}/portal")]
async fn set_portal(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ManagePortals>,
    body: Json<SetPortal>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let base_url = base_url(&state, &request);
    let portal = service::set(&state, &base_url, caller, &access.site, body.take()?).await?;
    Ok(HttpResponse::Ok().json(portal))
}

/// Makes a token, in place of the one that there is: that one opens nothing any more. 409 while the portal is off.
#[utoipa::path(tag = "portals", params(("site_id" = String, Path)),
    responses((status = 201, description = "It is made.", body = Portal), Denied, Missing, Conflict, Limited))]
#[post("/sites/{site_id}/portal/token")]
async fn create_portal_token(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ManagePortals>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let base_url = base_url(&state, &request);
    let portal = service::generate_token(&state, &base_url, caller, &access.site).await?;
    Ok(HttpResponse::Created().json(portal))
}

/// Revokes the token at once and for good; 404 when there is none.
#[utoipa::path(tag = "portals", params(("site_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/sites/{site_id}/portal/token")]
async fn revoke_portal_token(state: Data<State>, access: Access<ManagePortals>) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::revoke_token(&state, caller, &access.site).await?;
    Ok(HttpResponse::NoContent().finish())
}
