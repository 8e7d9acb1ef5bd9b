//! `/sites`.

use super::{retention, service};
use crate::auth::access::Access;
use crate::auth::account_access::AccountAccess;
use crate::auth::rights::{ManageSite, ReadRetention, ReadSite};
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Query};
use actix_web::{HttpResponse, delete, get, patch, post, put};
use shared::page::Page;
use shared::shield::Retention;
use shared::site::{CreateSite, Site, UpdateSite};
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_sites)
        .service(create_site)
        .service(get_site)
        .service(update_site)
        .service(reset_site)
        .service(delete_site)
        .service(get_retention)
        .service(set_retention);
}

/// Lists the sites that the caller may see, oldest first.
#[utoipa::path(tag = "sites", params(PageQuery), responses((status = 200, description = "The answer.", body = Page<Site>), Denied, Missing, BadInput, Limited))]
#[get("/sites")]
async fn list_sites(
    state: Data<State>,
    access: AccountAccess<ReadSite>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let page = service::list(&state, &access.caller, &page.wanted(&["site"])?).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Adds a site.
///
/// A domain can be added once on a server: 409 `conflict` otherwise.
#[utoipa::path(tag = "sites", request_body = CreateSite,
    responses((status = 201, description = "It is made.", body = Site, headers(("Location" = String))), Denied, Conflict, BadInput, Limited))]
#[post("/sites")]
async fn create_site(
    state: Data<State>,
    access: AccountAccess<ManageSite>,
    body: Json<CreateSite>,
) -> Result<HttpResponse> {
    let site = service::create(&state, &access.caller, body.take()?).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/api/v1/sites/{}", site.id)))
        .json(site))
}

/// Reads a site.
#[utoipa::path(tag = "sites", params(("site_id" = String, Path)), responses((status = 200, description = "The answer.", body = Site), Denied, Missing, Limited))]
#[get("/sites/{site_id}")]
async fn get_site(access: Access<ReadSite>) -> Result<HttpResponse> {
    let (_, role) = access.caller()?;
    Ok(HttpResponse::Ok().json(service::view(&access.site, role)))
}

/// Changes a site. Absent fields stay.
///
/// A new domain changes the URLs of the site's share links.
#[utoipa::path(tag = "sites", params(("site_id" = String, Path)), request_body = UpdateSite,
    responses((status = 200, description = "The answer.", body = Site), Denied, Missing, Conflict, BadInput, Limited))]
#[patch("/sites/{site_id}")]
async fn update_site(state: Data<State>, access: Access<ManageSite>, body: Json<UpdateSite>) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let site = service::update(&state, caller, &access.site, body.take()?).await?;
    Ok(HttpResponse::Ok().json(site))
}

/// Deletes every event of a site; its settings and share links stay.
#[utoipa::path(tag = "sites", params(("site_id" = String, Path)), responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[post("/sites/{site_id}/reset")]
async fn reset_site(state: Data<State>, access: Access<ManageSite>) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::reset(&state, caller, &access.site).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Deletes a site with its share links and events. It can't be undone.
#[utoipa::path(tag = "sites", params(("site_id" = String, Path)), responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/sites/{site_id}")]
async fn delete_site(state: Data<State>, access: Access<ManageSite>) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::delete(&state, caller, &access.site).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Reads for how long a site's events are kept.
#[utoipa::path(tag = "sites", params(("site_id" = String, Path)), responses((status = 200, description = "The answer.", body = Retention), Denied, Missing, Limited))]
#[get("/sites/{site_id}/retention")]
async fn get_retention(state: Data<State>, access: Access<ReadRetention>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(retention::get(&state, &access.site).await?))
}

/// Changes for how long a site's events are kept.
///
/// Events that are older go at once and for good, later ones within an hour of their time.
#[utoipa::path(tag = "sites", params(("site_id" = String, Path)), request_body = Retention,
    responses((status = 200, description = "The answer.", body = Retention), Denied, Missing, BadInput, Limited))]
#[put("/sites/{site_id}/retention")]
async fn set_retention(state: Data<State>, access: Access<ManageSite>, body: Json<Retention>) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let retention = retention::set(&state, caller, &access.site, body.take()?).await?;
    Ok(HttpResponse::Ok().json(retention))
}
