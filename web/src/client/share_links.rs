//! A site's share links, for its owner.

use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::ids::{ShareLinkId, SiteId};
use shared::patch::Patch;
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
pub async fn create(site: &SiteId, name: String) -> Result<ShareLink, Failure> {
    let body = write(&CreateShareLink {
        name,
        ..CreateShareLink::default()
    });
    read(
        &send(
            Method::POST,
            &format!("/sites/{site}/share-links"),
            body,
            &Access::Session,
            None,
        )
        .await?,
    )
}

/// Gives a link another name; its URL stays.
pub async fn rename(site: &SiteId, link: &ShareLinkId, name: String) -> Result<ShareLink, Failure> {
    let body = write(&UpdateShareLink {
        name: Patch::Value(name),
        ..UpdateShareLink::default()
    });
    read(
        &send(
            Method::PATCH,
            &format!("/sites/{site}/share-links/{link}"),
            body,
            &Access::Session,
            None,
        )
        .await?,
    )
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
