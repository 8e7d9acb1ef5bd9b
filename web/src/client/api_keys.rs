//! The account's API keys.

use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::api_key::{ApiKey, CreateApiKey, NewApiKey};
use shared::ids::ApiKeyId;
use shared::page::Page;

/// The account's keys, without their secrets.
pub async fn list() -> Result<Vec<ApiKey>, Failure> {
    let page: Page<ApiKey> = read(&send(Method::GET, "/api-keys?limit=100", None, &Access::Session, None).await?)?;
    Ok(page.data)
}

/// Makes a key; the answer is the only place where its secret stands.
pub async fn create(body: &CreateApiKey) -> Result<NewApiKey, Failure> {
    read(&send(Method::POST, "/api-keys", write(body), &Access::Session, None).await?)
}

/// Revokes a key for good.
pub async fn revoke(id: &ApiKeyId) -> Result<(), Failure> {
    send(Method::DELETE, &format!("/api-keys/{id}"), None, &Access::Session, None)
        .await
        .map(drop)
}
