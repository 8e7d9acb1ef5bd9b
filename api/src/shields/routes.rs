//! `/sites/{site_id}/shields` and `/dropped-events`: for the site's owner.

use super::service::{self, Lately};
use crate::auth::access::Access;
use crate::auth::rights::{ManageShields, ReadShields};
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get, post};
use shared::shield::{CreateShield, DroppedEventList, Shield, ShieldList};
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_shields)
        .service(create_shield)
        .service(delete_shield)
        .service(list_dropped_events);
}

/// Lists the shields of a site.
#[utoipa::path(tag = "shields", params(("site_id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = ShieldList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/shields")]
async fn list_shields(
    state: Data<State>,
    access: Access<ReadShields>,
    address: ClientAddress,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let shields = service::list(&state, &access.site, address.0, &page.wanted(&["shd"])?).await?;
    Ok(HttpResponse::Ok().json(shields))
}

/// Makes a shield.
///
/// It holds from the next event on; what was stored before stays. One that is there is 409 `conflict`, the 201st 409
/// `limit_reached`.
#[utoipa::path(tag = "shields", params(("site_id" = String, Path)), request_body = CreateShield,
    responses((status = 201, description = "It is made.", body = Shield), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/shields")]
async fn create_shield(
    state: Data<State>,
    access: Access<ManageShields>,
    body: Json<CreateShield>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let shield = service::create(&state, caller, &access.site, body.take()?).await?;
    Ok(HttpResponse::Created().json(shield))
}

/// Deletes a shield.
#[utoipa::path(tag = "shields", params(("site_id" = String, Path), ("shield_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/sites/{site_id}/shields/{shield_id}")]
async fn delete_shield(
    state: Data<State>,
    access: Access<ManageShields>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::delete(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Counts what was left out: robots, and what shields keep out.
#[utoipa::path(tag = "shields", params(("site_id" = String, Path), Lately),
    responses((status = 200, description = "The answer.", body = DroppedEventList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/dropped-events")]
async fn list_dropped_events(
    state: Data<State>,
    access: Access<ReadShields>,
    lately: Query<Lately>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(service::dropped(&state, &access.site, &lately).await?))
}
