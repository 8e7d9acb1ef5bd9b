//! `/share/{domain}`: for recipients.

use super::service;
use crate::auth::access::share_token;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::openapi::{Limited, Missing};
use crate::sites::service::favicon_of;
use crate::state::State;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use shared::ids::SiteId;
use shared::share_link::SharedSite;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(resolve_share_link);
}

/// Resolves a share link: what a recipient must know of the site, and nothing else.
///
/// A dead, unknown, malformed or foreign token is always the same 404 `link_not_found`. At most 30 calls in any 60
/// seconds and address, then 429.
#[utoipa::path(tag = "share links", security(("share_token" = [])),
    params(("domain" = String, Path), ("auth" = Option<String>, Query, description = "The token, when no header has it.")),
    responses((status = 200, description = "The answer.", body = SharedSite), Missing, Limited))]
#[get("/share/{domain}")]
async fn resolve_share_link(
    state: Data<State>,
    request: HttpRequest,
    address: ClientAddress,
    domain: Path<String>,
) -> Result<HttpResponse> {
    let token = share_token(&request).unwrap_or_default();
    let site = service::resolve(&state, address, &token, &domain).await?.site;
    let favicon = favicon_of(&site);
    Ok(HttpResponse::Ok().json(SharedSite {
        site_id: SiteId(site.id),
        domain: site.domain,
        timezone: site.timezone,
        favicon,
    }))
}
