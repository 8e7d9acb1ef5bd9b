//! A site's imports.

use super::{Access, Failure, read, send};
use gloo_net::http::{Method, Request};
use shared::ids::{ImportId, SiteId};
use shared::import::{Import, ImportList};
use web_sys::File;

/// The imports of a site, latest first.
pub async fn list(site: &SiteId) -> Result<Vec<Import>, Failure> {
    let path = format!("/sites/{site}/imports?limit=100");
    let list: ImportList = read(&send(Method::GET, &path, None, &Access::Session, None).await?)?;
    Ok(list.data)
}

/// Sends a file to import.
pub async fn upload(site: &SiteId, file: &File) -> Result<Import, Failure> {
    let request = Request::post(&format!("/api/v1/sites/{site}/imports")).query([("name", file.name())]);
    read(&super::upload(request, "application/octet-stream", file).await?)
}

/// Removes an import with what it brought.
pub async fn delete(site: &SiteId, id: &ImportId) -> Result<(), Failure> {
    let path = format!("/sites/{site}/imports/{id}");
    send(Method::DELETE, &path, None, &Access::Session, None)
        .await
        .map(drop)
}
