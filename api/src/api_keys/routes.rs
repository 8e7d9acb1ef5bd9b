//! `/api-keys`. Only a signed-in person may call them: a key makes no keys.

use super::service;
use crate::auth::signed_in::SignedIn;
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get, post};
use shared::api_key::{ApiKey, CreateApiKey, NewApiKey};
use shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_api_keys)
        .service(create_api_key)
        .service(revoke_api_key);
}

/// Lists the account's API keys, without their secrets.
#[utoipa::path(tag = "api keys", params(PageQuery), security(("session" = [])),
    responses((status = 200, description = "The answer.", body = Page<ApiKey>), Denied, BadInput, Limited))]
#[get("/api-keys")]
async fn list_api_keys(state: Data<State>, signed_in: SignedIn, page: Query<PageQuery>) -> Result<HttpResponse> {
    let page = service::list(&state, &signed_in.account.id, &page.wanted(&["key"])?).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Makes an API key. The secret is in this answer only.
#[utoipa::path(tag = "api keys", request_body = CreateApiKey, security(("session" = [])),
    responses((status = 201, description = "It is made.", body = NewApiKey), Denied, Conflict, BadInput, Limited))]
#[post("/api-keys")]
async fn create_api_key(state: Data<State>, signed_in: SignedIn, body: Json<CreateApiKey>) -> Result<HttpResponse> {
    let key = service::create(&state, &signed_in.account.id, body.take()?).await?;
    Ok(HttpResponse::Created().json(key))
}

/// Revokes an API key: its next request is 401.
#[utoipa::path(tag = "api keys", params(("key_id" = String, Path)), security(("session" = [])),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/api-keys/{key_id}")]
async fn revoke_api_key(state: Data<State>, signed_in: SignedIn, key_id: Path<String>) -> Result<HttpResponse> {
    service::revoke(&state, &signed_in.account.id, &key_id).await?;
    Ok(HttpResponse::NoContent().finish())
}
