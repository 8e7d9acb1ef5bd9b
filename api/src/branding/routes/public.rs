//! What is asked without an account: the brand of a shared dashboard, logos, and whether a certificate may be had.

use super::super::service::{self, domains, host};
use crate::auth::access::share_token;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::openapi::{Limited, Locked, Missing};
use crate::share_links;
use crate::state::State;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use shared::branding::Brand;
use shared::problem::ProblemCode;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

/// Headers that a proxy adds to what it passes on; the question for a certificate is a proxy's own and has none.
const FORWARDING: [&str; 4] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_share_brand);
}

/// Reads the brand that a shared dashboard carries; nothing is set when its owner wants none there.
#[utoipa::path(tag = "share links", security(("share_token" = [])),
    params(("domain" = String, Path), ("auth" = Option<String>, Query, description = "The token, when no header has it.")),
    responses((status = 200, description = "The answer.", body = Brand), Locked, Missing, Limited))]
#[get("/share/{domain}/brand")]
async fn get_share_brand(
    state: Data<State>,
    request: HttpRequest,
    address: ClientAddress,
    domain: Path<String>,
) -> Result<HttpResponse> {
    let token = share_token(&request).unwrap_or_default();
    let is_meant = share_links::opening::is_of(&domain);
    let opened = share_links::opening::open(&state, address, &token, is_meant).await?;
    Ok(HttpResponse::Ok().json(service::of_shared_site(&state, &opened.site.id).await?))
}

/// Serves a logo, by the hash of its bytes.
#[utoipa::path(tag = "branding", security(()), params(("file" = String, Path, description = "`<hash>.png`.")),
    responses((status = 200, description = "The picture.", body = Vec<u8>, content_type = "image/png"), Missing, Limited))]
#[get("/logos/{file}")]
pub(super) async fn get_logo(state: Data<State>, file: Path<String>) -> Result<HttpResponse> {
    let hash = file.strip_suffix(".png").filter(|hash| hash.len() == 64);
    let png = service::logo_of(&state, hash.ok_or(ProblemCode::NotFound)?).await?;
    Ok(HttpResponse::Ok()
        .content_type("image/png")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((CONTENT_DISPOSITION, "inline; filename=\"logo.png\""))
        .body(png))
}

/// The query parameters of the question for a certificate.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The name for which a proxy would get a certificate.
    #[serde(default)]
    domain: String,
}

/// Tells a TLS proxy whether it may get a certificate for a name: 200 for a verified own domain, 404 for every other.
///
/// Only a proxy on this machine, or one that `trusted_proxies` lists, is answered, and only its own question: one that it passes on for
/// somebody is 404. At most 60 in any 60 seconds and proxy.
#[utoipa::path(tag = "operations", security(()), params(Asked),
    responses((status = 200, description = "Yes; no body."), Missing, Limited))]
#[get("/tls/ask")]
pub(super) async fn ask_for_certificate(
    state: Data<State>,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse> {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let trusted = &state.config.trusted_proxies;
    let is_proxy = peer.is_some_and(|peer| peer.is_loopback() || trusted.iter().any(|network| network.contains(peer)));
    let is_passed_on = FORWARDING.iter().any(|name| request.headers().contains_key(*name));
    let Some(peer) = peer.filter(|_| is_proxy && !is_passed_on) else {
        return Err(ProblemCode::NotFound.into());
    };
    state.ask_limit.charge(ClientAddress(peer).limit_key())?;
    let name = host(&asked.domain).ok_or(ProblemCode::NotFound)?;
    let found = domains::account_of_host(&state, &name).await?;
    found.ok_or(ProblemCode::NotFound)?;
    Ok(HttpResponse::Ok().finish())
}
