//! `/me/sessions`.

use super::super::service::sessions;
use crate::auth::signed_in::SignedIn;
use crate::error::Result;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get};
use shared::page::Page;
use shared::session::Session;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_sessions)
        .service(end_session)
        .service(end_other_sessions);
}

/// Lists where the account is signed in, newest first.
#[utoipa::path(tag = "accounts", params(PageQuery), security(("session" = [])),
    responses((status = 200, description = "The answer.", body = Page<Session>), Denied, BadInput, Limited))]
#[get("/me/sessions")]
async fn list_sessions(state: Data<State>, signed_in: SignedIn, page: Query<PageQuery>) -> Result<HttpResponse> {
    let page = sessions::list(&state, &signed_in, &page.wanted(&["ses"])?).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Ends a session: its next request is 401.
#[utoipa::path(tag = "accounts", params(("session_id" = String, Path)), security(("session" = [])),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/me/sessions/{session_id}")]
async fn end_session(state: Data<State>, signed_in: SignedIn, session_id: Path<String>) -> Result<HttpResponse> {
    sessions::end(&state, &signed_in.account.id, &session_id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends every session of the account but the one that asks.
#[utoipa::path(tag = "accounts", security(("session" = [])),
    responses((status = 204, description = "Done; no body."), Denied, Limited))]
#[delete("/me/sessions")]
async fn end_other_sessions(state: Data<State>, signed_in: SignedIn) -> Result<HttpResponse> {
    sessions::end_others(&state, &signed_in).await?;
    Ok(HttpResponse::NoContent().finish())
}
