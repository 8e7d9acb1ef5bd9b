//! What is checked, for the site's owner.

use super::super::service::{self, kind_of};
use crate::auth::access::Access;
use crate::auth::rights::{ManageMonitors, ReadMonitors};
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get, post, put};
use shared::monitor::{Monitor, MonitorKind, MonitorList, SetMonitor};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_monitors)
        .service(get_monitor)
        .service(set_monitor)
        .service(run_monitor);
}

/// Lists the monitors of a site, one of each kind.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = MonitorList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/monitors")]
async fn list_monitors(
    state: Data<State>,
    access: Access<ReadMonitors>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let wanted = page.wanted(&MonitorKind::ALL.map(MonitorKind::as_str))?;
    Ok(HttpResponse::Ok().json(service::list(&state, &access.site, &wanted).await?))
}

/// Reads a monitor.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), ("kind" = MonitorKind, Path)),
    responses((status = 200, description = "The answer.", body = Monitor), Denied, Missing, Limited))]
#[get("/sites/{site_id}/monitors/{kind}")]
async fn get_monitor(
    state: Data<State>,
    access: Access<ReadMonitors>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let monitor = service::get(&state, &access.site, kind_of(&path.1)?).await?;
    Ok(HttpResponse::Ok().json(monitor))
}

/// Sets a monitor; one that is turned on is checked at once.
///
/// An address that is private, local or reserved is 422 `blocked`. More monitors than an account may have is 409
/// `limit_reached`.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), ("kind" = MonitorKind, Path)), request_body = SetMonitor,
    responses((status = 200, description = "The answer.", body = Monitor), Denied, Missing, Conflict, BadInput, Limited))]
#[put("/sites/{site_id}/monitors/{kind}")]
async fn set_monitor(
    state: Data<State>,
    access: Access<ManageMonitors>,
    path: Path<(String, String)>,
    body: Json<SetMonitor>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let monitor = service::set(&state, caller, &access.site, kind_of(&path.1)?, body.take()?).await?;
    Ok(HttpResponse::Ok().json(monitor))
}

/// Checks now; at most six times in any 60 seconds and site.
///
/// The check is made as soon as a turn is free; its outcome is in the list of checks. A monitor that is off is 409.
#[utoipa::path(tag = "health", params(("site_id" = String, Path), ("kind" = MonitorKind, Path)),
    responses((status = 202, description = "It is due.", body = Monitor), Denied, Missing, Conflict, Limited))]
#[post("/sites/{site_id}/monitors/{kind}/run")]
async fn run_monitor(
    state: Data<State>,
    access: Access<ManageMonitors>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let monitor = service::run(&state, &access.site, kind_of(&path.1)?).await?;
    Ok(HttpResponse::Accepted().json(monitor))
}
