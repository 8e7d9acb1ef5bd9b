//! Who is told of a site's incidents, and when its checks do not count.
//!
//! Answers are handed on as they are read.

use super::{Access, Failure, read, send};
use gloo_net::http::Method;
use serde_json::{Value, json};
use shared::ids::SiteId;

async fn ask(method: Method, site: &SiteId, path: &str, body: Option<Value>) -> Result<String, Failure> {
    let path = format!("/sites/{site}/{path}");
    send(method, &path, body.map(|body| body.to_string()), &Access::Session, None).await
}

async fn tell(method: Method, site: SiteId, path: String, body: Option<Value>) -> Result<(), Failure> {
    ask(method, &site, &path, body).await.map(drop)
}

/// The channels, with how many there may be and whether mail can be sent.
pub async fn channels(site: SiteId) -> Result<Value, Failure> {
    read(&ask(Method::GET, &site, "notice-channels", None).await?)
}

/// Makes a channel: `key` is `address` of a mail or `url` of a webhook.
pub async fn create(site: SiteId, kind: &str, key: &str, value: String, always: bool) -> Result<(), Failure> {
    let mut body = json!({ "kind": kind, "ignores_quiet_hours": always });
    body[key] = value.into();
    tell(Method::POST, site, "notice-channels".to_owned(), Some(body)).await
}

/// Changes one flag of a channel.
pub async fn set_flag(site: SiteId, channel: String, flag: &str, on: bool) -> Result<(), Failure> {
    let mut body = json!({});
    body[flag] = on.into();
    tell(Method::PATCH, site, format!("notice-channels/{channel}"), Some(body)).await
}

/// Deletes a channel.
pub async fn delete(site: SiteId, channel: String) -> Result<(), Failure> {
    tell(Method::DELETE, site, format!("notice-channels/{channel}"), None).await
}

/// Gives back the code that was sent to an address.
pub async fn confirm(site: SiteId, channel: String, code: String) -> Result<(), Failure> {
    let path = format!("notice-channels/{channel}/confirm");
    tell(Method::POST, site, path, Some(json!({ "code": code }))).await
}

/// Has another code sent.
pub async fn send_code(site: SiteId, channel: String) -> Result<(), Failure> {
    tell(Method::POST, site, format!("notice-channels/{channel}/code"), None).await
}

/// Sends a test.
pub async fn test(site: SiteId, channel: String) -> Result<(), Failure> {
    tell(Method::POST, site, format!("notice-channels/{channel}/test"), None).await
}

/// What a webhook's bodies are signed with.
pub async fn secret(site: SiteId, channel: String) -> Result<Value, Failure> {
    read(&ask(Method::GET, &site, &format!("notice-channels/{channel}/secret"), None).await?)
}

/// In which hours notices wait.
pub async fn quiet_hours(site: SiteId) -> Result<Value, Failure> {
    read(&ask(Method::GET, &site, "quiet-hours", None).await?)
}

/// Sets both times, or none.
pub async fn set_quiet_hours(site: SiteId, hours: Option<(String, String)>) -> Result<(), Failure> {
    let (from, until) = hours.unzip();
    let body = json!({ "from": from, "until": until });
    tell(Method::PUT, site, "quiet-hours".to_owned(), Some(body)).await
}

/// The latest hundred maintenance windows.
pub async fn windows(site: SiteId) -> Result<Value, Failure> {
    read(&ask(Method::GET, &site, "maintenance-windows?limit=100", None).await?)
}

/// Makes a maintenance window.
pub async fn create_window(site: SiteId, from: String, to: String, note: String) -> Result<(), Failure> {
    let body = json!({ "starts_at": from, "ends_at": to, "note": note });
    tell(Method::POST, site, "maintenance-windows".to_owned(), Some(body)).await
}

/// Ends a window that is under way.
pub async fn end_window(site: SiteId, window: String, now: String) -> Result<(), Failure> {
    let path = format!("maintenance-windows/{window}");
    tell(Method::PATCH, site, path, Some(json!({ "ends_at": now }))).await
}

/// Deletes a maintenance window.
pub async fn delete_window(site: SiteId, window: String) -> Result<(), Failure> {
    tell(Method::DELETE, site, format!("maintenance-windows/{window}"), None).await
}
