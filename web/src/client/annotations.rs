//! A site's annotations, for its owner. Everybody reads them through the board.

use super::pages::all_pages;
use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::annotation::{Annotation, AnnotationList, CreateAnnotation};
use shared::ids::SiteId;

/// The annotations of a site, by date.
pub async fn list(site: &SiteId) -> Result<Vec<Annotation>, Failure> {
    let list = all_pages(&format!("/sites/{site}/annotations?limit=100"), &Access::Session).await?;
    let list: AnnotationList = read(&list.to_string())?;
    Ok(list.data)
}

/// Makes an annotation.
pub async fn create(site: &SiteId, body: &CreateAnnotation) -> Result<(), Failure> {
    let path = format!("/sites/{site}/annotations");
    send(Method::POST, &path, write(body), &Access::Session, None)
        .await
        .map(drop)
}

/// Changes an annotation; the body names everything that may change.
pub async fn update(site: &SiteId, id: &str, body: &CreateAnnotation) -> Result<(), Failure> {
    let path = format!("/sites/{site}/annotations/{id}");
    send(Method::PATCH, &path, write(body), &Access::Session, None)
        .await
        .map(drop)
}

/// Deletes an annotation.
pub async fn delete(site: &SiteId, id: &str) -> Result<(), Failure> {
    let path = format!("/sites/{site}/annotations/{id}");
    send(Method::DELETE, &path, None, &Access::Session, None)
        .await
        .map(drop)
}
