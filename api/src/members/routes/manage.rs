//! `/sites/{site_id}/members` and `/sites/{site_id}/transfer`: for the site's owner in person.

use super::super::service;
use crate::auth::access::Access;
use crate::auth::origin::base_url;
use crate::auth::rights::ManageMembers;
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use shared::member::{InviteMember, Member, TransferSite};
use shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_members)
        .service(invite_member)
        .service(get_member)
        .service(remove_member)
        .service(transfer_site);
}

/// Lists the members and open invitations of a site, oldest first, the invitations with their links.
#[utoipa::path(tag = "members", params(("site_id" = String, Path), PageQuery), security(("session" = [])),
    responses((status = 200, description = "The answer.", body = Page<Member>), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/members")]
async fn list_members(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ManageMembers>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    access.caller()?.0.person()?;
    let page = service::list(
        &state,
        &base_url(&state, &request),
        &access.site,
        &page.wanted(&["acc", "inv"])?,
    )
    .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Invites a viewer: with `email` only the account of that address may accept, without anyone who holds the link.
///
/// The invitation is good once and for seven days. No mail is sent: hand `invite_url` over. An address that is a member
/// or invited already is 409 `conflict`; a site has at most a hundred members and invitations (409 `limit_reached`).
#[utoipa::path(tag = "members", params(("site_id" = String, Path)), request_body = InviteMember, security(("session" = [])),
    responses((status = 201, description = "It is made.", body = Member, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/members")]
async fn invite_member(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ManageMembers>,
    body: Json<InviteMember>,
) -> Result<HttpResponse> {
    let owner = &access.caller()?.0.person()?.account;
    let base_url = base_url(&state, &request);
    let member = service::invite(&state, &base_url, owner, &access.site, body.take()?).await?;
    Ok(made(&access.site.id, &member))
}

fn made(site_id: &str, member: &Member) -> HttpResponse {
    let location = format!("/api/v1/sites/{site_id}/members/{}", member.id);
    HttpResponse::Created().insert_header((LOCATION, location)).json(member)
}

/// Reads a member or an open invitation.
#[utoipa::path(tag = "members", params(("site_id" = String, Path), ("member_id" = String, Path)), security(("session" = [])),
    responses((status = 200, description = "The answer.", body = Member), Denied, Missing, Limited))]
#[get("/sites/{site_id}/members/{member_id}")]
async fn get_member(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ManageMembers>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    access.caller()?.0.person()?;
    let member = service::get(&state, &base_url(&state, &request), &access.site, &path.1).await?;
    Ok(HttpResponse::Ok().json(member))
}

/// Removes a viewer, whose next request is 404, or withdraws an invitation. The owner can't be removed (409 `conflict`).
#[utoipa::path(tag = "members", params(("site_id" = String, Path), ("member_id" = String, Path)), security(("session" = [])),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Conflict, Limited))]
#[delete("/sites/{site_id}/members/{member_id}")]
async fn remove_member(
    state: Data<State>,
    access: Access<ManageMembers>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let owner = &access.caller()?.0.person()?.account;
    service::remove(&state, owner, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Offers the site to the account of an address. When it accepts, it is the owner and the caller a viewer.
///
/// Share links stay alive and are the new owner's. A new offer takes the place of an open one; nothing changes before it
/// is accepted.
#[utoipa::path(tag = "members", params(("site_id" = String, Path)), request_body = TransferSite, security(("session" = [])),
    responses((status = 201, description = "The offer is made.", body = Member, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/transfer")]
async fn transfer_site(
    state: Data<State>,
    request: HttpRequest,
    access: Access<ManageMembers>,
    body: Json<TransferSite>,
) -> Result<HttpResponse> {
    let owner = &access.caller()?.0.person()?.account;
    let base_url = base_url(&state, &request);
    let member = service::offer(&state, &base_url, owner, &access.site, body.take()?).await?;
    Ok(made(&access.site.id, &member))
}
