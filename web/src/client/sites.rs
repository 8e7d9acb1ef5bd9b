//! Sites, as their owner and as a recipient sees them.

use super::json::Json;
use super::{Access, Failure, read, send, write};
use crate::router::query;
use gloo_net::http::Method;
use serde_json::Value;
use shared::ids::SiteId;
use shared::share_link::{SharedSite, UnlockShareLink};
use shared::site::{CreateSite, Role, Site, UpdateSite};
use std::sync::Arc;

/// Every site of the account, page by page.
pub async fn list() -> Result<Vec<Site>, Failure> {
    let mut sites = Vec::new();
    let mut path = "/sites?limit=100".to_owned();
    loop {
        let page: Value = read(&send(Method::GET, &path, None, &Access::Session, None).await?)?;
        sites.extend(page.items("data").iter().map(site));
        match page.maybe_text("next_cursor") {
            Some(cursor) => path = format!("/sites?limit=100&cursor={}", query::encode(&cursor)),
            None => return Ok(sites),
        }
    }
}

fn site(site: &Value) -> Site {
    let text = |key| site.text(key).to_owned();
    Site {
        id: SiteId(text("id")),
        domain: text("domain"),
        timezone: text("timezone"),
        currency: text("currency"),
        favicon: text("favicon"),
        role: if site.text("role") == "owner" {
            Role::Owner
        } else {
            Role::Viewer
        },
        created_at: text("created_at"),
    }
}

/// Adds a site.
pub async fn create(body: &CreateSite) -> Result<Site, Failure> {
    read(&send(Method::POST, "/sites", write(body), &Access::Session, None).await?)
}

/// Changes a site.
pub async fn update(id: &SiteId, body: &UpdateSite) -> Result<Site, Failure> {
    read(
        &send(
            Method::PATCH,
            &format!("/sites/{id}"),
            write(body),
            &Access::Session,
            None,
        )
        .await?,
    )
}

/// Deletes a site and its data.
pub async fn delete(id: &SiteId) -> Result<(), Failure> {
    send(Method::DELETE, &format!("/sites/{id}"), None, &Access::Session, None)
        .await
        .map(drop)
}

/// Deletes a site's data and keeps the site.
pub async fn reset(id: &SiteId) -> Result<(), Failure> {
    send(
        Method::POST,
        &format!("/sites/{id}/reset"),
        None,
        &Access::Session,
        None,
    )
    .await
    .map(drop)
}

/// Opens a share link with its token, or with the grant that its password was answered with.
pub async fn resolve(domain: &str, key: Arc<str>) -> Result<SharedSite, Failure> {
    let path = format!("/share/{}", query::encode(domain));
    let site: Value = read(&send(Method::GET, &path, None, &Access::Share(key), None).await?)?;
    let text = |key| site.text(key).to_owned();
    Ok(SharedSite {
        site_id: SiteId(text("site_id")),
        domain: text("domain"),
        timezone: text("timezone"),
        favicon: text("favicon"),
    })
}

/// The brand that a share link's dashboard carries; nothing in it where the owner wants none there.
pub async fn brand(domain: &str, key: Arc<str>) -> Result<Value, Failure> {
    let path = format!("/share/{}/brand", query::encode(domain));
    read(&send(Method::GET, &path, None, &Access::Share(key), None).await?)
}

/// Gives the password of a share link and takes the grant.
pub async fn unlock(domain: &str, token: Arc<str>, password: String) -> Result<Arc<str>, Failure> {
    let path = format!("/share/{}/unlock", query::encode(domain));
    let body = write(&UnlockShareLink { password });
    let unlocked: Value = read(&send(Method::POST, &path, body, &Access::Share(token), None).await?)?;
    Ok(unlocked.text("grant").into())
}
