//! When checks do not count, for the site's owner.

use super::super::service::maintenance;
use crate::auth::access::Access;
use crate::auth::rights::{ManageMonitors, ReadMonitors};
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get, patch, post};
use shared::maintenance::{CreateMaintenanceWindow, MaintenanceWindow, UpdateMaintenanceWindow};
use shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_maintenance_windows)
        .service(create_maintenance_window)
        .service(get_maintenance_window)
        .service(update_maintenance_window)
        .service(delete_maintenance_window);
}

/// Lists the maintenance windows of a site, the latest beginning first.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = Page<MaintenanceWindow>), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/maintenance-windows")]
async fn list_maintenance_windows(
    state: Data<State>,
    access: Access<ReadMonitors>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let windows = maintenance::list(&state, &access.site, &page.wanted(&["mnt"])?).await?;
    Ok(HttpResponse::Ok().json(windows))
}

/// Makes a maintenance window: checks within it do not count, and nobody is told of them.
///
/// The 101st that is not over is 409 `limit_reached`.
#[utoipa::path(tag = "health", params(("site_id" = String, Path)), request_body = CreateMaintenanceWindow,
    responses((status = 201, description = "It is made.", body = MaintenanceWindow, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/maintenance-windows")]
async fn create_maintenance_window(
    state: Data<State>,
    access: Access<ManageMonitors>,
    body: Json<CreateMaintenanceWindow>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let window = maintenance::create(&state, caller, &access.site, body.take()?).await?;
    let location = format!("/api/v1/sites/{}/maintenance-windows/{}", access.site.id, window.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(window))
}

/// Reads a maintenance window.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), ("window_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = MaintenanceWindow), Denied, Missing, Limited))]
#[get("/sites/{site_id}/maintenance-windows/{window_id}")]
async fn get_maintenance_window(
    state: Data<State>,
    access: Access<ReadMonitors>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(maintenance::get(&state, &access.site, &path.1).await?))
}

/// Changes a maintenance window; checks that were made stay as they are.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), ("window_id" = String, Path)), request_body = UpdateMaintenanceWindow,
    responses((status = 200, description = "The answer.", body = MaintenanceWindow), Denied, Missing, BadInput, Limited))]
#[patch("/sites/{site_id}/maintenance-windows/{window_id}")]
async fn update_maintenance_window(
    state: Data<State>,
    access: Access<ManageMonitors>,
    path: Path<(String, String)>,
    body: Json<UpdateMaintenanceWindow>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let window = maintenance::update(&state, caller, &access.site, &path.1, body.take()?).await?;
    Ok(HttpResponse::Ok().json(window))
}

/// Deletes a maintenance window; checks that were made within it stay marked.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), ("window_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/sites/{site_id}/maintenance-windows/{window_id}")]
async fn delete_maintenance_window(
    state: Data<State>,
    access: Access<ManageMonitors>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    maintenance::delete(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}
