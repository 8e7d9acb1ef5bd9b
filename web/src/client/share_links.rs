//! A site's share links, for its owner.

use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::ids::{ShareLinkId, SiteId};
use shared::share_link::{CreateShareLink, ShareLink, ShareLinkList, UpdateShareLink};

/// The active links and how many there may be.
pub async fn list(site: &SiteId) -> Result<ShareLinkList, Failure> {
    read(
        &send(
            Method::GET,
            &format!("/sites/{site}/share-links?limit=100"),
            None,
            &Access::Session,
            None,
        )
        .await?,
    )
}

/// Makes a link.
pub async fn create(site: &SiteId, body: &CreateShareLink) -> Result<ShareLink, Failure> {
    let path = format!("/sites/{site}/share-links");
    read(&send(Method::POST, &path, write(body), &Access::Session, None).await?)
}

/// Changes a link; its URL stays.
pub async fn update(site: &SiteId, link: &ShareLinkId, body: &UpdateShareLink) -> Result<ShareLink, Failure> {
    let path = format!("/sites/{site}/share-links/{link}");
    read(&send(Method::PATCH, &path, write(body), &Access::Session, None).await?)
}

/// Revokes a link for good.
pub async fn revoke(site: &SiteId, link: &ShareLinkId) -> Result<(), Failure> {
    send(
        Method::DELETE,
        &format!("/sites/{site}/share-links/{link}"),
        None,
        &Access::Session,
        None,
    )
    .await
    .map(drop)
}
