//! `/share/{domain}`: for recipients.

use super::{opening, unlock};
use crate::auth::access::share_token;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::json::Json;
use crate::http::without_body;
use crate::openapi::{BadInput, Limited, Locked, Missing};
use crate::sites::service::favicon_of;
use crate::state::State;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use shared::ids::SiteId;
use shared::share_link::{ShareGrant, SharedSite, UnlockShareLink};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(resolve_share_link).service(unlock_share_link);
}

/// Resolves a share link: what a recipient must know of the site, and nothing else.
///
/// A dead, unknown, malformed or foreign token is always the same 404 `link_not_found`. A protected link answers 401
/// `password_required` until its grant is sent in place of the token. At most 30 calls in any 60 seconds and address,
/// then 429.
#[utoipa::path(tag = "share links", security(("share_token" = [])),
    params(("domain" = String, Path), ("auth" = Option<String>, Query, description = "The token, when no header has it.")),
    responses((status = 200, description = "The answer.", body = SharedSite), Locked, Missing, Limited))]
#[get("/share/{domain}")]
async fn resolve_share_link(
    state: Data<State>,
    request: HttpRequest,
    address: ClientAddress,
    domain: Path<String>,
) -> Result<HttpResponse> {
    let token = share_token(&request).unwrap_or_default();
    let opened = opening::resolve(&state, address, &token, &domain).await?;
    if !without_body::is_asked_by(&request) {
        state.opens.count(&opened.link_id, state.clock.now_ms());
    }
    let site = opened.site;
    let favicon = favicon_of(&site);
    Ok(HttpResponse::Ok().json(SharedSite {
        site_id: SiteId(site.id),
        domain: site.domain,
        timezone: site.timezone,
        favicon,
    }))
}

/// Unlocks a protected share link: its password for a grant.
///
/// Send the grant in place of the token. It is good for this link only and for at most 24 hours, and ends at once when the
/// link is revoked or expires, or when its password or segment changes. A wrong password is 401 `invalid_password`; after
/// five in a minute from one address, or sixty in an hour from anywhere, 429. A link without a password gives a grant for
/// any password.
#[utoipa::path(tag = "share links", security(("share_token" = [])), params(("domain" = String, Path)), request_body = UnlockShareLink,
    responses((status = 200, description = "The answer.", body = ShareGrant), Locked, Missing, BadInput, Limited))]
#[post("/share/{domain}/unlock")]
async fn unlock_share_link(
    state: Data<State>,
    request: HttpRequest,
    address: ClientAddress,
    domain: Path<String>,
    body: Json<UnlockShareLink>,
) -> Result<HttpResponse> {
    let token = share_token(&request).unwrap_or_default();
    let given = body.take()?;
    let grant = unlock::unlock(&state, address, &token, &domain, &given.password).await?;
    Ok(HttpResponse::Ok().json(grant))
}
