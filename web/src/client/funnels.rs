//! A site's funnels, for its owner. Dashboards read them through the board.

use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::funnel::{CreateFunnel, Funnel, FunnelList, UpdateFunnel};
use shared::ids::{FunnelId, SiteId};

/// The funnels of a site, by name.
pub async fn list(site: SiteId) -> Result<Vec<Funnel>, Failure> {
    let path = format!("/sites/{site}/funnels?limit=100");
    let list: FunnelList = read(&send(Method::GET, &path, None, &Access::Session, None).await?)?;
    Ok(list.data)
}

/// Makes a funnel.
pub async fn create(site: SiteId, body: CreateFunnel) -> Result<(), Failure> {
    let path = format!("/sites/{site}/funnels");
    send(Method::POST, &path, write(&body), &Access::Session, None)
        .await
        .map(drop)
}

/// Changes a funnel.
pub async fn update(site: SiteId, id: FunnelId, body: UpdateFunnel) -> Result<(), Failure> {
    let path = format!("/sites/{site}/funnels/{id}");
    send(Method::PATCH, &path, write(&body), &Access::Session, None)
        .await
        .map(drop)
}

/// Deletes a funnel.
pub async fn delete(site: SiteId, id: FunnelId) -> Result<(), Failure> {
    let path = format!("/sites/{site}/funnels/{id}");
    send(Method::DELETE, &path, None, &Access::Session, None)
        .await
        .map(drop)
}
