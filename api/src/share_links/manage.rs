//! `/sites/{site_id}/share-links`: for the site's owner and for scripts with `links:*`.

use super::service;
use crate::auth::access::Access;
use crate::auth::origin::base_url;
use crate::auth::rights::{ManageLinks, ReadLinks};
use crate::error::Result;
use crate::http::idempotency_key::IdempotencyKey;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::idempotency::Once;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use shared::share_link::{CreateShareLink, ShareLink, ShareLinkList, UpdateShareLink};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_share_links)
        .service(create_share_link)
        .service(get_share_link)
        .service(update_share_link)
        .service(revoke_share_link);
}

/// Lists the active share links of a site, oldest first, with their tokens.
#[utoipa::path(tag = "share links", params(("site_id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = ShareLinkList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/share-links")]
async fn list_share_links(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ReadLinks>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let wanted = page.wanted(&["lnk"])?;
    let links = service::list(&state, &base_url(&state, &request), &access.site, &wanted).await?;
    Ok(HttpResponse::Ok().json(links))
}

/// Makes a share link.
///
/// A taken name is 409 `name_taken`, a reserved one 422 `name_reserved`, the eleventh link 409 `limit_reached`. With an
/// `Idempotency-Key` the request can be repeated for a day: it makes one link and answers it each time.
#[utoipa::path(tag = "share links",
    params(("site_id" = String, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters.", min_length = 1, max_length = 255, pattern = r"^[!-~]+$")),
    request_body = CreateShareLink,
    responses((status = 201, description = "It is made.", body = ShareLink, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/share-links")]
async fn create_share_link(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ManageLinks>,
    key: IdempotencyKey,
    body: Json<CreateShareLink>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let (given, key) = (body.take()?, key.take()?);
    let once = key.map(|key| Once::new(&state, caller.account_id(), &key, request.path(), &given));
    let base_url = base_url(&state, &request);
    let link = service::create(&state, &base_url, caller, &access.site, given, once.transpose()?).await?;
    let location = format!("/api/v1/sites/{}/share-links/{}", access.site.id, link.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(link))
}

/// Reads a share link.
#[utoipa::path(tag = "share links", params(("site_id" = String, Path), ("link_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = ShareLink), Denied, Missing, Limited))]
#[get("/sites/{site_id}/share-links/{link_id}")]
async fn get_share_link(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ReadLinks>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let link = service::get(&state, &base_url(&state, &request), &access.site, &path.1).await?;
    Ok(HttpResponse::Ok().json(link))
}

/// Changes a share link. The token never changes; a revoked link is 404.
///
/// The answer tells the token, so that a key needs `links:read` besides.
#[utoipa::path(tag = "share links", params(("site_id" = String, Path), ("link_id" = String, Path)), request_body = UpdateShareLink,
    responses((status = 200, description = "The answer.", body = ShareLink), Denied, Missing, Conflict, BadInput, Limited))]
#[patch("/sites/{site_id}/share-links/{link_id}")]
async fn update_share_link(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ManageLinks>,
    path: Path<(String, String)>,
    body: Json<UpdateShareLink>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let base_url = base_url(&state, &request);
    let link = service::update(&state, &base_url, caller, &access.site, &path.1, body.take()?).await?;
    Ok(HttpResponse::Ok().json(link))
}

/// Revokes a share link, at once and for good.
#[utoipa::path(tag = "share links", params(("site_id" = String, Path), ("link_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/sites/{site_id}/share-links/{link_id}")]
async fn revoke_share_link(
    state: Data<State>,
    access: Access<ManageLinks>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::revoke(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}
