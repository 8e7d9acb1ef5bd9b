//! `/portal-groups`: for the account's owner and for scripts with `links:*`.

use super::super::service::groups;
use crate::auth::account_access::AccountAccess;
use crate::auth::origin::base_url;
use crate::auth::rights::{ManagePortals, ReadPortals};
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use shared::portal::{CreatePortalGroup, PortalGroup, PortalGroupList, UpdatePortalGroup};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_portal_groups)
        .service(create_portal_group)
        .service(get_portal_group)
        .service(update_portal_group)
        .service(delete_portal_group)
        .service(create_portal_group_token)
        .service(revoke_portal_group_token);
}

/// Lists the account's groups of sites that share a portal, oldest first, with their tokens.
#[utoipa::path(tag = "portals", params(PageQuery),
    responses((status = 200, description = "The answer.", body = PortalGroupList), Denied, Missing, BadInput, Limited))]
#[get("/portal-groups")]
async fn list_portal_groups(
    state: Data<State>,
    request: HttpRequest,
    access: AccountAccess<ReadPortals>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    let wanted = page.wanted(&["grp"])?;
    let list = groups::list(&state, &base_url(&state, &request), &access.caller, &wanted).await?;
    Ok(HttpResponse::Ok().json(list))
}

/// Groups sites in one portal, which is on from the start and has no token yet.
#[utoipa::path(tag = "portals", request_body = CreatePortalGroup,
    responses((status = 201, description = "It is made.", body = PortalGroup, headers(("Location" = String))), Denied, Conflict, BadInput, Limited))]
#[post("/portal-groups")]
async fn create_portal_group(
    state: Data<State>,
    request: HttpRequest,
    access: AccountAccess<ManagePortals>,
    body: Json<CreatePortalGroup>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    let base_url = base_url(&state, &request);
    let group = groups::create(&state, &base_url, &access.caller, body.take()?).await?;
    let location = format!("/api/v1/portal-groups/{}", group.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(group))
}

/// Reads a group.
#[utoipa::path(tag = "portals", params(("group_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = PortalGroup), Denied, Missing, Limited))]
#[get("/portal-groups/{group_id}")]
async fn get_portal_group(
    state: Data<State>,
    request: HttpRequest,
    access: AccountAccess<ReadPortals>,
    group_id: Path<String>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    let group = groups::get(&state, &base_url(&state, &request), &access.caller, &group_id).await?;
    Ok(HttpResponse::Ok().json(group))
}

/// Changes a group; its token stays.
///
/// Where there is a token the answer tells it, so that a key needs `links:read` besides.
#[utoipa::path(tag = "portals", params(("group_id" = String, Path)), request_body = UpdatePortalGroup,
    responses((status = 200, description = "The answer.", body = PortalGroup), Denied, Missing, Conflict, BadInput, Limited))]
#[patch("/portal-groups/{group_id}")]
async fn update_portal_group(
    state: Data<State>,
    request: HttpRequest,
    access: AccountAccess<ManagePortals>,
    group_id: Path<String>,
    body: Json<UpdatePortalGroup>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    let base_url = base_url(&state, &request);
    let group = groups::update(&state, &base_url, &access.caller, &group_id, body.take()?).await?;
    Ok(HttpResponse::Ok().json(group))
}

/// Deletes a group; its token opens nothing any more.
#[utoipa::path(tag = "portals", params(("group_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/portal-groups/{group_id}")]
async fn delete_portal_group(
    state: Data<State>,
    access: AccountAccess<ManagePortals>,
    group_id: Path<String>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    groups::delete(&state, &access.caller, &group_id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a token for a group's portal, in place of the one that there is. 409 while the portal is off.
#[utoipa::path(tag = "portals", params(("group_id" = String, Path)),
    responses((status = 201, description = "It is made.", body = PortalGroup), Denied, Missing, Conflict, Limited))]
#[post("/portal-groups/{group_id}/token")]
async fn create_portal_group_token(
    state: Data<State>,
    request: HttpRequest,
    access: AccountAccess<ManagePortals>,
    group_id: Path<String>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    let base_url = base_url(&state, &request);
    let group = groups::generate_token(&state, &base_url, &access.caller, &group_id).await?;
    Ok(HttpResponse::Created().json(group))
}

/// Revokes the token of a group's portal at once and for good; 404 when there is none.
#[utoipa::path(tag = "portals", params(("group_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/portal-groups/{group_id}/token")]
async fn revoke_portal_group_token(
    state: Data<State>,
    access: AccountAccess<ManagePortals>,
    group_id: Path<String>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    groups::revoke_token(&state, &access.caller, &group_id).await?;
    Ok(HttpResponse::NoContent().finish())
}
