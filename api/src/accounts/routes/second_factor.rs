//! `/me/totp`.

use super::super::service::second_factor;
use crate::auth::signed_in::SignedIn;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::json::Json;
use crate::openapi::{BadInput, Conflict, Denied, Limited};
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, post, put};
use shared::second_factor::{ConfirmPassword, ConfirmTotp, RecoveryCodes, TotpSetup};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(set_up_totp)
        .service(turn_on_totp)
        .service(turn_off_totp)
        .service(renew_recovery_codes);
}

/// Makes a secret for an authenticator. It is not in force before `PUT /me/totp`; 409 `conflict` when one is.
#[utoipa::path(tag = "accounts", request_body = ConfirmPassword, security(("session" = [])),
    responses((status = 200, description = "The answer.", body = TotpSetup), Denied, Conflict, BadInput, Limited))]
#[post("/me/totp")]
async fn set_up_totp(
    state: Data<State>,
    signed_in: SignedIn,
    address: ClientAddress,
    body: Json<ConfirmPassword>,
) -> Result<HttpResponse> {
    state.sign_in_limits.charge(address).await?;
    let setup = second_factor::set_up(&state, &signed_in.account, body.take()?).await?;
    Ok(HttpResponse::Ok().json(setup))
}

/// Puts the secret in force with a code of the authenticator, and answers ten recovery codes, this once.
///
/// From now on signing in asks for a code. A wrong one here is 422 at `/code`; without `POST /me/totp` before it 409
/// `conflict`.
#[utoipa::path(tag = "accounts", request_body = ConfirmTotp, security(("session" = [])),
    responses((status = 200, description = "The answer.", body = RecoveryCodes), Denied, Conflict, BadInput, Limited))]
#[put("/me/totp")]
async fn turn_on_totp(
    state: Data<State>,
    signed_in: SignedIn,
    address: ClientAddress,
    body: Json<ConfirmTotp>,
) -> Result<HttpResponse> {
    let codes = second_factor::turn_on(&state, &signed_in.account, address, body.take()?).await?;
    Ok(HttpResponse::Ok().json(codes))
}

/// Turns the second factor off; its secret and recovery codes are forgotten.
#[utoipa::path(tag = "accounts", request_body = ConfirmPassword, security(("session" = [])),
    responses((status = 204, description = "Done; no body."), Denied, Conflict, BadInput, Limited))]
#[delete("/me/totp")]
async fn turn_off_totp(
    state: Data<State>,
    signed_in: SignedIn,
    address: ClientAddress,
    body: Json<ConfirmPassword>,
) -> Result<HttpResponse> {
    state.sign_in_limits.charge(address).await?;
    second_factor::turn_off(&state, &signed_in.account, body.take()?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Replaces the recovery codes by ten new ones, shown this once.
#[utoipa::path(tag = "accounts", request_body = ConfirmPassword, security(("session" = [])),
    responses((status = 200, description = "The answer.", body = RecoveryCodes), Denied, Conflict, BadInput, Limited))]
#[post("/me/totp/recovery-codes")]
async fn renew_recovery_codes(
    state: Data<State>,
    signed_in: SignedIn,
    address: ClientAddress,
    body: Json<ConfirmPassword>,
) -> Result<HttpResponse> {
    state.sign_in_limits.charge(address).await?;
    let codes = second_factor::renew_recovery_codes(&state, &signed_in.account, body.take()?).await?;
    Ok(HttpResponse::Ok().json(codes))
}
