//! `/sites/{site_id}/segments`: managed by the owner, seen by viewers.

use super::service;
use crate::auth::access::Access;
use crate::auth::rights::{ManageSegments, ReadSegments};
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get, patch, post};
use shared::api_key::ApiScope;
use shared::segment::{CreateSegment, Segment, SegmentList, UpdateSegment};
use shared::site::Role;
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_segments)
        .service(create_segment)
        .service(get_segment)
        .service(update_segment)
        .service(delete_segment);
}

/// Share links are for the owner, and for the owner's keys that may read them.
fn sees_links(access: &Access<ReadSegments>) -> Result<bool> {
    let (caller, role) = access.caller()?;
    Ok(role == Role::Owner && caller.may(ApiScope::LinksRead))
}

/// Lists the segments of a site by name; it has at most 100.
///
/// `share_links` names the links that are bound to each, for the site's owner.
#[utoipa::path(tag = "segments", params(("site_id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = SegmentList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/segments")]
async fn list_segments(
    state: Data<State>,
    access: Access<ReadSegments>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let with_links = sees_links(&access)?;
    let segments = service::list(&state, &access.site, with_links, &page.wanted(&["seg"])?).await?;
    Ok(HttpResponse::Ok().json(segments))
}

/// Makes a segment.
///
/// A taken name is 409 `name_taken`, the 101st segment 409 `limit_reached`.
#[utoipa::path(tag = "segments", params(("site_id" = String, Path)), request_body = CreateSegment,
    responses((status = 201, description = "It is made.", body = Segment, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/segments")]
async fn create_segment(
    state: Data<State>,
    access: Access<ManageSegments>,
    body: Json<CreateSegment>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let segment = service::create(&state, caller, &access.site, body.take()?).await?;
    let location = format!("/api/v1/sites/{}/segments/{}", access.site.id, segment.id);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(segment))
}

/// Reads a segment.
#[utoipa::path(tag = "segments", params(("site_id" = String, Path), ("segment_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = Segment), Denied, Missing, Limited))]
#[get("/sites/{site_id}/segments/{segment_id}")]
async fn get_segment(
    state: Data<State>,
    access: Access<ReadSegments>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let segment = service::get(&state, &access.site, &path.1, sees_links(&access)?).await?;
    Ok(HttpResponse::Ok().json(segment))
}

/// Changes a segment.
///
/// New filters hold at once for every share link that is bound to it.
#[utoipa::path(tag = "segments", params(("site_id" = String, Path), ("segment_id" = String, Path)), request_body = UpdateSegment,
    responses((status = 200, description = "The answer.", body = Segment), Denied, Missing, Conflict, BadInput, Limited))]
#[patch("/sites/{site_id}/segments/{segment_id}")]
async fn update_segment(
    state: Data<State>,
    access: Access<ManageSegments>,
    path: Path<(String, String)>,
    body: Json<UpdateSegment>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let segment = service::update(&state, caller, &access.site, &path.1, body.take()?).await?;
    Ok(HttpResponse::Ok().json(segment))
}

/// Deletes a segment.
///
/// While share links are bound to it: 409 `segment_in_use`, with their names.
#[utoipa::path(tag = "segments", params(("site_id" = String, Path), ("segment_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Conflict, Limited))]
#[delete("/sites/{site_id}/segments/{segment_id}")]
async fn delete_segment(
    state: Data<State>,
    access: Access<ManageSegments>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::delete(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}
