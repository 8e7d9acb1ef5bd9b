//! `/invitations/{token}`, `/me/invitations` and `/me/sites/{site_id}`: for invited people.

use super::super::service;
use crate::auth::signed_in::SignedIn;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get, post};
use shared::member::{Invitation, ReceivedInvitation};
use shared::page::Page;
use shared::site::Site;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get_invitation)
        .service(accept_invitation)
        .service(list_received_invitations)
        .service(leave_site);
}

/// Says what an invitation is to: for whoever holds its link, signed in or not.
///
/// A dead, unknown or malformed token is always the same 404 `invitation_not_found`; an address that fails too often is 429.
#[utoipa::path(tag = "members", params(("token" = String, Path)), security(()),
    responses((status = 200, description = "The answer.", body = Invitation), Missing, Limited))]
#[get("/invitations/{token}")]
async fn get_invitation(state: Data<State>, address: ClientAddress, token: Path<String>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(service::look(&state, address, &token).await?))
}

/// Accepts an invitation and answers the site. It can be accepted once.
///
/// To an account of another address than the invitation's it is the same 404 `invitation_not_found` as a dead one; to a
/// member of the site 409 `conflict`.
#[utoipa::path(tag = "members", params(("token" = String, Path)), security(("session" = [])),
    responses((status = 200, description = "The answer.", body = Site), Denied, Missing, Conflict, Limited))]
#[post("/invitations/{token}/accept")]
async fn accept_invitation(
    state: Data<State>,
    signed_in: SignedIn,
    address: ClientAddress,
    token: Path<String>,
) -> Result<HttpResponse> {
    let site = service::accept(&state, address, &signed_in.account, &token).await?;
    Ok(HttpResponse::Ok().json(site))
}

/// Lists the open invitations to the account's address that came after the account was made, oldest first.
#[utoipa::path(tag = "members", params(PageQuery), security(("session" = [])),
    responses((status = 200, description = "The answer.", body = Page<ReceivedInvitation>), Denied, BadInput, Limited))]
#[get("/me/invitations")]
async fn list_received_invitations(
    state: Data<State>,
    signed_in: SignedIn,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let page = service::list_received(&state, &signed_in.account, &page.wanted(&["inv"])?).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Leaves a site that the account views. The owner can't (409 `conflict`).
#[utoipa::path(tag = "members", params(("site_id" = String, Path)), security(("session" = [])),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Conflict, Limited))]
#[delete("/me/sites/{site_id}")]
async fn leave_site(state: Data<State>, signed_in: SignedIn, site_id: Path<String>) -> Result<HttpResponse> {
    service::leave(&state, &signed_in.account, &site_id).await?;
    Ok(HttpResponse::NoContent().finish())
}
