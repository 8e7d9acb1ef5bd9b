//! `POST /portals` and `POST /share-links`: for many sites at once.

use super::super::service::bulk;
use crate::auth::account_access::AccountAccess;
use crate::auth::origin::base_url;
use crate::auth::rights::{ManageLinks, ManagePortals};
use crate::error::Result;
use crate::http::json::Json;
use crate::openapi::{BadInput, Denied, Limited};
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use shared::portal::{CreatePortals, MadePortals};
use shared::share_link::{CreateShareLinks, MadeShareLinks};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_portals).service(create_share_links);
}

/// Turns the portals of many sites on and gives a token to each that has none. Each site succeeds or fails by itself.
#[utoipa::path(tag = "portals", request_body = CreatePortals,
    responses((status = 200, description = "What became of each.", body = MadePortals), Denied, BadInput, Limited))]
#[post("/portals")]
async fn create_portals(
    state: Data<State>,
    request: HttpRequest,
    access: AccountAccess<ManagePortals>,
    body: Json<CreatePortals>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    let base_url = base_url(&state, &request);
    let made = bulk::create_portals(&state, &base_url, &access.caller, body.take()?).await?;
    Ok(HttpResponse::Ok().json(made))
}

/// Makes a share link of one name for each of many sites. Each site succeeds or fails by itself.
#[utoipa::path(tag = "share links", request_body = CreateShareLinks,
    responses((status = 200, description = "What became of each.", body = MadeShareLinks), Denied, BadInput, Limited))]
#[post("/share-links")]
async fn create_share_links(
    state: Data<State>,
    request: HttpRequest,
    access: AccountAccess<ManageLinks>,
    body: Json<CreateShareLinks>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    let base_url = base_url(&state, &request);
    let made = bulk::create_share_links(&state, &base_url, &access.caller, body.take()?).await?;
    Ok(HttpResponse::Ok().json(made))
}
