//! What a site does not want counted or kept, for its owner.

use super::pages::all_pages;
use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::ids::{ShieldId, SiteId};
use shared::shield::{CreateShield, DroppedEventList, DroppedEvents, Retention, ShieldList};

/// The shields of a site, by kind and value, and the address that asks.
pub async fn list(site: SiteId) -> Result<ShieldList, Failure> {
    let list = all_pages(&format!("/sites/{site}/shields?limit=100"), &Access::Session).await?;
    read(&list.to_string())
}

/// Makes a shield.
pub async fn create(site: SiteId, body: CreateShield) -> Result<(), Failure> {
    let path = format!("/sites/{site}/shields");
    send(Method::POST, &path, write(&body), &Access::Session, None)
        .await
        .map(drop)
}

/// Deletes a shield.
pub async fn delete(site: SiteId, id: ShieldId) -> Result<(), Failure> {
    let path = format!("/sites/{site}/shields/{id}");
    send(Method::DELETE, &path, None, &Access::Session, None)
        .await
        .map(drop)
}

/// What was left out in the last `days` days, by day and reason.
pub async fn dropped(site: SiteId, days: u32) -> Result<Vec<DroppedEvents>, Failure> {
    let path = format!("/sites/{site}/dropped-events?days={days}");
    let list: DroppedEventList = read(&send(Method::GET, &path, None, &Access::Session, None).await?)?;
    Ok(list.data)
}

/// For how many days events are kept.
pub async fn retention(site: SiteId) -> Result<Retention, Failure> {
    let path = format!("/sites/{site}/retention");
    read(&send(Method::GET, &path, None, &Access::Session, None).await?)
}

/// Sets for how many days events are kept.
pub async fn keep(site: SiteId, body: Retention) -> Result<(), Failure> {
    let path = format!("/sites/{site}/retention");
    send(Method::PUT, &path, write(&body), &Access::Session, None)
        .await
        .map(drop)
}
