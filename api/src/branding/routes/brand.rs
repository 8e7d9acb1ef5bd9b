//! `/branding`: for the account's owner and for scripts with `links:*`.

use super::super::service::{self, MAX_LOGO_BYTES};
use crate::auth::account_access::AccountAccess;
use crate::auth::rights::{ManageBranding, ReadBranding};
use crate::error::{Error, Result};
use crate::http::json::{Json, check_length, read};
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use shared::branding::{Branding, SetBranding};
use shared::problem::ProblemCode;
use utoipa_actix_web::service_config::ServiceConfig;

const LOGO_TYPES: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get_branding)
        .service(set_branding)
        .service(set_logo)
        .service(delete_logo);
}

/// Reads the account's brand; one that was never set is Vitrine's.
#[utoipa::path(tag = "branding",
    responses((status = 200, description = "The answer.", body = Branding), Denied, Missing, Limited))]
#[get("/branding")]
async fn get_branding(state: Data<State>, access: AccountAccess<ReadBranding>) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    Ok(HttpResponse::Ok().json(service::get(&state, access.caller.account_id()).await?))
}

/// Sets the account's brand as a whole; its logo stays.
#[utoipa::path(tag = "branding", request_body = SetBranding,
    responses((status = 200, description = "The answer.", body = Branding), Denied, BadInput, Limited))]
#[put("/branding")]
async fn set_branding(
    state: Data<State>,
    access: AccountAccess<ManageBranding>,
    body: Json<SetBranding>,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    Ok(HttpResponse::Ok().json(service::set(&state, &access.caller, body.take()?).await?))
}

/// Sets the logo: a PNG, JPEG or WebP picture of at most 1 MiB and 2,048 by 2,048 pixels.
///
/// It is drawn anew as a PNG within 480 by 128 pixels; nothing else of the file is kept.
#[utoipa::path(tag = "branding",
    request_body(content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"))),
    responses((status = 200, description = "The answer.", body = Branding), Denied, BadInput, Limited))]
#[put("/branding/logo")]
async fn set_logo(
    state: Data<State>,
    request: HttpRequest,
    access: AccountAccess<ManageBranding>,
    body: Payload,
) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    let given = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if !given.is_some_and(|given| LOGO_TYPES.iter().any(|kind| given.eq_ignore_ascii_case(kind))) {
        return Err(Error::new(ProblemCode::UnsupportedMediaType).detail("A logo is a PNG, JPEG or WebP picture"));
    }
    check_length(request.headers(), MAX_LOGO_BYTES)?;
    let bytes = read(body.into_inner(), MAX_LOGO_BYTES).await?;
    Ok(HttpResponse::Ok().json(service::set_logo(&state, &access.caller, bytes).await?))
}

/// Removes the logo.
#[utoipa::path(tag = "branding",
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/branding/logo")]
async fn delete_logo(state: Data<State>, access: AccountAccess<ManageBranding>) -> Result<HttpResponse> {
    access.caller.whole_account()?;
    service::remove_logo(&state, &access.caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
