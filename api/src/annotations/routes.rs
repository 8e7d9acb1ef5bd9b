//! `/sites/{site_id}/annotations`: managed by the owner, seen by everyone who sees the dashboard.

use super::service::{self, Between};
use crate::auth::access::Access;
use crate::auth::rights::{ManageAnnotations, ReadReports};
use crate::error::Result;
use crate::http::json::Json;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get, patch, post};
use shared::annotation::{Annotation, AnnotationList, CreateAnnotation, UpdateAnnotation};
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_annotations)
        .service(create_annotation)
        .service(get_annotation)
        .service(update_annotation)
        .service(delete_annotation);
}

/// Lists the annotations of a site by date.
///
/// Recipients of share links are told only those that are not hidden.
#[utoipa::path(tag = "annotations", params(("site_id" = String, Path), Between),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = AnnotationList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/annotations")]
async fn list_annotations(
    state: Data<State>,
    access: Access<ReadReports>,
    between: Query<Between>,
) -> Result<HttpResponse> {
    let annotations = service::list(&state, &access.site, &access.scope, &between).await?;
    Ok(HttpResponse::Ok().json(annotations))
}

/// Makes an annotation.
///
/// The 1,001st is 409 `limit_reached`.
#[utoipa::path(tag = "annotations", params(("site_id" = String, Path)), request_body = CreateAnnotation,
    responses((status = 201, description = "It is made.", body = Annotation, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/annotations")]
async fn create_annotation(
    state: Data<State>,
    access: Access<ManageAnnotations>,
    body: Json<CreateAnnotation>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let annotation = service::create(&state, caller, &access.site, body.take()?).await?;
    let location = format!("/api/v1/sites/{}/annotations/{}", access.site.id, annotation.id);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(annotation))
}

/// Reads an annotation.
#[utoipa::path(tag = "annotations", params(("site_id" = String, Path), ("annotation_id" = String, Path)),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = Annotation), Denied, Missing, Limited))]
#[get("/sites/{site_id}/annotations/{annotation_id}")]
async fn get_annotation(
    state: Data<State>,
    access: Access<ReadReports>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let annotation = service::get(&state, &access.site, &access.scope, &path.1).await?;
    Ok(HttpResponse::Ok().json(annotation))
}

/// Changes an annotation.
#[utoipa::path(tag = "annotations", params(("site_id" = String, Path), ("annotation_id" = String, Path)), request_body = UpdateAnnotation,
    responses((status = 200, description = "The answer.", body = Annotation), Denied, Missing, Conflict, BadInput, Limited))]
#[patch("/sites/{site_id}/annotations/{annotation_id}")]
async fn update_annotation(
    state: Data<State>,
    access: Access<ManageAnnotations>,
    path: Path<(String, String)>,
    body: Json<UpdateAnnotation>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let annotation = service::update(&state, caller, &access.site, &path.1, body.take()?).await?;
    Ok(HttpResponse::Ok().json(annotation))
}

/// Deletes an annotation.
#[utoipa::path(tag = "annotations", params(("site_id" = String, Path), ("annotation_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Conflict, Limited))]
#[delete("/sites/{site_id}/annotations/{annotation_id}")]
async fn delete_annotation(
    state: Data<State>,
    access: Access<ManageAnnotations>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::delete(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}
