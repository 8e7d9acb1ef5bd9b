//! `/branding/domain`: for the account's owner and for scripts with `links:*`.

use super::super::service::domains;
use crate::auth::account_access::AccountAccess;
use crate::auth::rights::{ManageBranding, ReadBranding};
use crate::error::Result;
use crate::http::json::Json;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post, put};
use shared::branding::{BrandDomain, SetBrandDomain};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get_brand_domain)
        .service(set_brand_domain)
        .service(delete_brand_domain)
        .service(verify_brand_domain);
}

/// Reads the account's own domain, and the record that proves it; 404 when it has none.
#[utoipa::path(tag = "branding",
    responses((status = 200, description = "The answer.", body = BrandDomain), Denied, Missing, Limited))]
#[get("/branding/domain")]
async fn get_brand_domain(state: Data<State>, access: AccountAccess<ReadBranding>) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    Ok(HttpResponse::Ok().json(domains::get(&state, access.caller.account_id()).await?))
}

/// Claims a domain, in place of the one that the account has.
///
/// One that another account has claimed is 409, verified or not. A claim lapses after seven days unless it is verified.
#[utoipa::path(tag = "branding", request_body = SetBrandDomain,
    responses((status = 200, description = "The answer.", body = BrandDomain), Denied, Conflict, BadInput, Limited))]
#[put("/branding/domain")]
async fn set_brand_domain(
    state: Data<State>,
    access: AccountAccess<ManageBranding>,
    body: Json<SetBrandDomain>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    let domain = domains::claim(&state, &access.caller, &body.take()?).await?;
    Ok(HttpResponse::Ok().json(domain))
}

/// Releases the account's own domain: nothing answers under it any more, and whoever claims it next must prove it anew.
#[utoipa::path(tag = "branding",
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/branding/domain")]
async fn delete_brand_domain(state: Data<State>, access: AccountAccess<ManageBranding>) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    domains::release(&state, &access.caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Looks the domain's record up now; at most six times in any 60 seconds. `state` and `reason` say what was found.
#[utoipa::path(tag = "branding",
    responses((status = 200, description = "The answer.", body = BrandDomain), Denied, Missing, Limited))]
#[post("/branding/domain/verify")]
async fn verify_brand_domain(state: Data<State>, access: AccountAccess<ManageBranding>) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    Ok(HttpResponse::Ok().json(domains::verify(&state, access.caller.account_id()).await?))
}
