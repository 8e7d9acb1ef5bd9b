//! `/registration`, `/accounts`, `/session`, `/me`.

mod second_factor;
mod sessions;

use super::{service, store::AccountRow};
use crate::auth::browser::Browser;
use crate::auth::cookie;
use crate::auth::origin::SameOrigin;
use crate::auth::signed_in::SignedIn;
use crate::error::Result;
use crate::http::client_address::ClientAddress;
use crate::http::json::Json;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post, put};
use shared::account::{Account, ChangePassword, CreateAccount, CreateSession, DeleteAccount, Registration};
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(get_registration)
        .service(create_account)
        .service(create_session)
        .service(delete_session)
        .service(get_me)
        .service(change_password)
        .service(delete_account)
        .configure(sessions::configure)
        .configure(second_factor::configure);
}

/// Says whether anyone could sign up now.
#[utoipa::path(tag = "accounts", responses((status = 200, description = "The answer.", body = Registration), Limited), security(()))]
#[get("/registration")]
async fn get_registration(state: Data<State>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(service::registration(&state).await?))
}

/// Makes an account and signs it in.
///
/// The first account can always be made; later ones only if the server's `registration` is `open` (403 otherwise), or
/// with an invitation, which is accepted in the same step (404 `invitation_not_found` when it is dead or someone else's).
/// The session is in the cookie of the answer; a session that the browser had before is ended.
#[utoipa::path(tag = "accounts", request_body = CreateAccount, security(()),
    responses((status = 201, description = "It is made.", body = Account), Conflict, Denied, Missing, BadInput, Limited))]
#[post("/accounts")]
async fn create_account(
    state: Data<State>,
    _origin: SameOrigin,
    browser: Browser,
    body: Json<CreateAccount>,
) -> Result<HttpResponse> {
    state.sign_in_limits.charge(browser.address).await?;
    let signed_up = service::create(&state, &browser, body.take()?).await?;
    Ok(with_session(
        &state,
        HttpResponse::Created(),
        &signed_up.account,
        &signed_up.session,
    ))
}

/// Signs in.
///
/// An unknown address and a wrong password answer the same 401 `invalid_password`. An account with a second factor needs
/// `code`, an authenticator's or a recovery code, each good once: 401 `second_factor_required` without, 401 `invalid_code`
/// with a wrong one. A session that the browser had before is ended.
#[utoipa::path(tag = "accounts", request_body = CreateSession, security(()), responses((status = 200, description = "The answer.", body = Account), Denied, BadInput, Limited))]
#[post("/session")]
async fn create_session(
    state: Data<State>,
    _origin: SameOrigin,
    browser: Browser,
    body: Json<CreateSession>,
) -> Result<HttpResponse> {
    state.sign_in_limits.charge(browser.address).await?;
    let signed_in = service::sign_in(&state, &browser, body.take()?).await?;
    Ok(with_session(
        &state,
        HttpResponse::Ok(),
        &signed_in.account,
        &signed_in.session,
    ))
}

fn with_session(
    state: &State,
    mut response: actix_web::HttpResponseBuilder,
    account: &AccountRow,
    session: &str,
) -> HttpResponse {
    response
        .cookie(cookie::session(state, session))
        .json(service::view(account))
}

/// Signs out: the session is dead, the cookie removed.
#[utoipa::path(tag = "accounts", security(("session" = [])), responses((status = 204, description = "Done; no body."), Denied, Limited))]
#[delete("/session")]
async fn delete_session(state: Data<State>, signed_in: SignedIn) -> Result<HttpResponse> {
    service::sessions::end(&state, &signed_in.account.id, &signed_in.session_id).await?;
    Ok(HttpResponse::NoContent()
        .cookie(cookie::removal(&state))
        .insert_header(("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\""))
        .finish())
}

/// Answers who is signed in.
#[utoipa::path(tag = "accounts", security(("session" = [])), responses((status = 200, description = "The answer.", body = Account), Denied, Limited))]
#[get("/me")]
async fn get_me(signed_in: SignedIn) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(service::view(&signed_in.account)))
}

/// Changes the password and ends every other session of the account.
#[utoipa::path(tag = "accounts", request_body = ChangePassword, security(("session" = [])), responses((status = 204, description = "Done; no body."), Denied, BadInput, Limited))]
#[put("/me/password")]
async fn change_password(
    state: Data<State>,
    signed_in: SignedIn,
    address: ClientAddress,
    body: Json<ChangePassword>,
) -> Result<HttpResponse> {
    state.sign_in_limits.charge(address).await?;
    service::change_password(&state, &signed_in, body.take()?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Deletes the account with all its sites, share links, API keys and sessions. It can't be undone.
#[utoipa::path(tag = "accounts", request_body = DeleteAccount, security(("session" = [])), responses((status = 204, description = "Done; no body."), Denied, BadInput, Limited))]
#[delete("/me")]
async fn delete_account(
    state: Data<State>,
    signed_in: SignedIn,
    address: ClientAddress,
    body: Json<DeleteAccount>,
) -> Result<HttpResponse> {
    state.sign_in_limits.charge(address).await?;
    service::delete(&state, &signed_in.account, body.take()?).await?;
    Ok(HttpResponse::NoContent().cookie(cookie::removal(&state)).finish())
}
