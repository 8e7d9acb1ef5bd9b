//! `/sites/{site_id}/funnels`: managed by the owner, seen by everyone who sees the dashboard.

use super::service;
use crate::auth::access::Access;
use crate::auth::rights::{ManageGoals, ReadReports};
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get, patch, post};
use shared::funnel::{CreateFunnel, Funnel, FunnelList, FunnelQuery, FunnelResult, UpdateFunnel};
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_funnels)
        .service(create_funnel)
        .service(get_funnel)
        .service(update_funnel)
        .service(delete_funnel)
        .service(query_funnel);
}

/// Lists the funnels of a site by name; it has at most 50.
#[utoipa::path(tag = "funnels", params(("site_id" = String, Path), PageQuery),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = FunnelList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/funnels")]
async fn list_funnels(state: Data<State>, access: Access<ReadReports>, page: Query<PageQuery>) -> Result<HttpResponse> {
    let funnels = service::list(&state, &access.site, &page.wanted(&["fun"])?).await?;
    Ok(HttpResponse::Ok().json(funnels))
}

/// Makes a funnel.
///
/// A taken name is 409 `name_taken`, the 51st funnel 409 `limit_reached`.
#[utoipa::path(tag = "funnels", params(("site_id" = String, Path)), request_body = CreateFunnel,
    responses((status = 201, description = "It is made.", body = Funnel, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/funnels")]
async fn create_funnel(
    state: Data<State>,
    access: Access<ManageGoals>,
    body: Json<CreateFunnel>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let funnel = service::create(&state, caller, &access.site, body.take()?).await?;
    let location = format!("/api/v1/sites/{}/funnels/{}", access.site.id, funnel.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(funnel))
}

/// Reads a funnel.
#[utoipa::path(tag = "funnels", params(("site_id" = String, Path), ("funnel_id" = String, Path)),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = Funnel), Denied, Missing, Limited))]
#[get("/sites/{site_id}/funnels/{funnel_id}")]
async fn get_funnel(
    state: Data<State>,
    access: Access<ReadReports>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let funnel = service::get(&state, &access.site, &path.1).await?;
    Ok(HttpResponse::Ok().json(funnel))
}

/// Changes a funnel.
#[utoipa::path(tag = "funnels", params(("site_id" = String, Path), ("funnel_id" = String, Path)), request_body = UpdateFunnel,
    responses((status = 200, description = "The answer.", body = Funnel), Denied, Missing, Conflict, BadInput, Limited))]
#[patch("/sites/{site_id}/funnels/{funnel_id}")]
async fn update_funnel(
    state: Data<State>,
    access: Access<ManageGoals>,
    path: Path<(String, String)>,
    body: Json<UpdateFunnel>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let funnel = service::update(&state, caller, &access.site, &path.1, body.take()?).await?;
    Ok(HttpResponse::Ok().json(funnel))
}

/// Deletes a funnel.
#[utoipa::path(tag = "funnels", params(("site_id" = String, Path), ("funnel_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Conflict, Limited))]
#[delete("/sites/{site_id}/funnels/{funnel_id}")]
async fn delete_funnel(
    state: Data<State>,
    access: Access<ManageGoals>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::delete(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Answers how far visits came.
///
/// A step counts the visitors of the visits that began in the range and reached the steps up to it, in order.
#[utoipa::path(tag = "funnels", params(("site_id" = String, Path), ("funnel_id" = String, Path)), request_body = FunnelQuery,
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = FunnelResult), Denied, Missing, BadInput, Limited))]
#[post("/sites/{site_id}/funnels/{funnel_id}/query")]
async fn query_funnel(
    state: Data<State>,
    access: Access<ReadReports>,
    path: Path<(String, String)>,
    body: Json<FunnelQuery>,
) -> Result<HttpResponse> {
    let answer = service::query(&state, &access.site, &access.scope, &path.1, body.take()?).await?;
    Ok(HttpResponse::Ok().json(answer))
}
