//! What an account hands to its clients: portals, how they look, where they answer, and all sites at a glance.

use super::pages::all_pages;
use super::{Access, Failure, read, send, upload, write};
use gloo_net::http::{Method, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::branding::{BrandDomain, Branding, SetBranding};
use shared::ids::{PortalGroupId, SiteId};
use shared::portal::Portal;
use web_sys::File;

async fn ask<T: DeserializeOwned>(method: Method, path: String, body: Option<String>) -> Result<T, Failure> {
    read(&send(method, &path, body, &Access::Session, None).await?)
}

async fn tell(method: Method, path: String, body: Option<String>) -> Result<(), Failure> {
    send(method, &path, body, &Access::Session, None).await.map(drop)
}

/// What has a portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// One site.
    Site(SiteId),
    /// Several sites behind one link.
    Group(PortalGroupId),
}

impl Holder {
    fn token_path(&self) -> String {
        match self {
            Holder::Site(id) => format!("/sites/{id}/portal/token"),
            Holder::Group(id) => format!("/portal-groups/{id}/token"),
        }
    }
}

/// The portal of a site.
pub async fn portal(site: &SiteId) -> Result<Portal, Failure> {
    ask(Method::GET, format!("/sites/{site}/portal"), None).await
}

/// Turns a portal on or off, and says who may frame it where `frame_ancestors` says so.
pub async fn set(holder: Holder, enabled: bool, frame_ancestors: Option<Vec<String>>) -> Result<Portal, Failure> {
    let mut body = serde_json::json!({ "enabled": enabled });
    if let Some(origins) = frame_ancestors {
        body["frame_ancestors"] = origins.into();
    }
    let body = Some(body.to_string());
    match holder {
        Holder::Site(id) => ask(Method::PUT, format!("/sites/{id}/portal"), body).await,
        Holder::Group(id) => ask(Method::PATCH, format!("/portal-groups/{id}"), body).await,
    }
}

/// Makes a token; one that is there is dead from then on.
pub async fn generate(holder: Holder) -> Result<Portal, Failure> {
    ask(Method::POST, holder.token_path(), None).await
}

/// Kills the token.
pub async fn revoke(holder: Holder) -> Result<(), Failure> {
    tell(Method::DELETE, holder.token_path(), None).await
}

/// The groups of the account, as the answer has them.
pub async fn groups() -> Result<Vec<Value>, Failure> {
    every("/portal-groups?limit=100").await
}

/// All pages of a list.
async fn every(list: &str) -> Result<Vec<Value>, Failure> {
    let all = all_pages(list, &Access::Session).await?;
    Ok(super::json::items(all.get("data")).to_vec())
}

/// Makes a group.
pub async fn create_group(name: String, sites: Vec<String>) -> Result<(), Failure> {
    let body = serde_json::json!({ "name": name, "site_ids": sites }).to_string();
    tell(Method::POST, "/portal-groups".to_owned(), Some(body)).await
}

/// Changes a group's name and sites.
pub async fn update_group(id: PortalGroupId, name: String, sites: Vec<String>) -> Result<(), Failure> {
    let body = serde_json::json!({ "name": name, "site_ids": sites }).to_string();
    tell(Method::PATCH, format!("/portal-groups/{id}"), Some(body)).await
}

/// Deletes a group, and its portal with it.
pub async fn delete_group(id: PortalGroupId) -> Result<(), Failure> {
    tell(Method::DELETE, format!("/portal-groups/{id}"), None).await
}

/// All sites, worst first, as the answer has them.
pub async fn overview() -> Result<Vec<Value>, Failure> {
    every("/overview?limit=100").await
}

/// Portals for many sites; what became of each.
pub async fn make_portals(sites: Vec<String>) -> Result<Value, Failure> {
    let body = serde_json::json!({ "site_ids": sites }).to_string();
    ask(Method::POST, "/portals".to_owned(), Some(body)).await
}

/// A share link for each of many sites; what became of each.
pub async fn make_share_links(sites: Vec<String>, name: String) -> Result<Value, Failure> {
    let body = serde_json::json!({ "site_ids": sites, "name": name }).to_string();
    ask(Method::POST, "/share-links".to_owned(), Some(body)).await
}

/// How the portals look.
pub async fn branding() -> Result<Branding, Failure> {
    ask(Method::GET, "/branding".to_owned(), None).await
}

/// Changes how the portals look.
pub async fn set_branding(body: SetBranding) -> Result<Branding, Failure> {
    ask(Method::PUT, "/branding".to_owned(), write(&body)).await
}

/// Takes a logo.
pub async fn set_logo(file: File) -> Result<Branding, Failure> {
    let request = Request::put("/api/v1/branding/logo");
    read(&upload(request, &file.type_(), &file).await?)
}

/// Removes the logo.
pub async fn remove_logo() -> Result<(), Failure> {
    tell(Method::DELETE, "/branding/logo".to_owned(), None).await
}

/// The account's own domain, if it has claimed one.
pub async fn domain() -> Result<Option<BrandDomain>, Failure> {
    match ask(Method::GET, "/branding/domain".to_owned(), None).await {
        Ok(domain) => Ok(Some(domain)),
        Err(failure) if failure.status() == 404 => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Claims a domain.
pub async fn set_domain(domain: String) -> Result<BrandDomain, Failure> {
    let body = serde_json::json!({ "domain": domain }).to_string();
    ask(Method::PUT, "/branding/domain".to_owned(), Some(body)).await
}

/// Gives the domain up.
pub async fn remove_domain() -> Result<(), Failure> {
    tell(Method::DELETE, "/branding/domain".to_owned(), None).await
}

/// Looks the domain's record up.
pub async fn verify_domain() -> Result<BrandDomain, Failure> {
    ask(Method::POST, "/branding/domain/verify".to_owned(), None).await
}
