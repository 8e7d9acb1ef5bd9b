//! A site's health: its score, its monitors and what they found.
//!
//! Lists are handed on as they are read: their rows are many, shown as text, and mean nothing beyond it.

use super::{Access, Failure, read, send, write};
use crate::router::query::encode;
use gloo_net::http::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::health::{Health, Uptime};
use shared::ids::SiteId;
use shared::monitor::{MonitorKind, SetMonitor};

async fn get<T: DeserializeOwned>(path: String) -> Result<T, Failure> {
    read(&send(Method::GET, &path, None, &Access::Session, None).await?)
}

/// The score with its reasons, and how each monitor stands.
pub async fn health(site: SiteId) -> Result<Health, Failure> {
    get(format!("/sites/{site}/health")).await
}

/// Sets a monitor.
pub async fn set(site: SiteId, kind: MonitorKind, body: SetMonitor) -> Result<(), Failure> {
    let path = format!("/sites/{site}/monitors/{}", kind.as_str());
    send(Method::PUT, &path, write(&body), &Access::Session, None)
        .await
        .map(drop)
}

/// Has a monitor checked now.
pub async fn run(site: SiteId, kind: MonitorKind) -> Result<(), Failure> {
    let path = format!("/sites/{site}/monitors/{}/run", kind.as_str());
    send(Method::POST, &path, None, &Access::Session, None).await.map(drop)
}

/// Uptime over a period, by its word in the API.
pub async fn uptime(site: SiteId, period: &'static str) -> Result<Uptime, Failure> {
    get(format!("/sites/{site}/uptime?period={period}")).await
}

/// A page of one of the site's lists, after a cursor. `list` is its path after the site's id, with its query.
pub async fn list(site: SiteId, list: String, cursor: Option<String>) -> Result<Value, Failure> {
    let mark = if list.contains('?') { '&' } else { '?' };
    let after = cursor.map(|cursor| format!("{mark}cursor={}", encode(&cursor)));
    get(format!("/sites/{site}/{list}{}", after.unwrap_or_default())).await
}
