//! A site's segments, for those who have an account.

use super::json::Json;
use super::{Access, Failure, answer, read, send, write};
use gloo_net::http::Method;
use serde_json::Value;
use shared::ids::{SegmentId, SiteId};
use shared::query_result::ForcedSegment;
use shared::segment::{CreateSegment, Segment, SegmentList, UpdateSegment};

/// The segments of a site, by name.
pub async fn list(site: &SiteId) -> Result<Vec<Segment>, Failure> {
    let path = format!("/sites/{site}/segments?limit=100");
    let list: SegmentList = read(&send(Method::GET, &path, None, &Access::Session, None).await?)?;
    Ok(list.data)
}

/// The segments of a site, by name, as far as a dashboard needs them.
pub async fn choices(site: &SiteId) -> Result<Vec<ForcedSegment>, Failure> {
    let path = format!("/sites/{site}/segments?limit=100");
    let list: Value = read(&send(Method::GET, &path, None, &Access::Session, None).await?)?;
    Ok(list.items("data").iter().filter_map(answer::segment).collect())
}

/// Makes a segment.
pub async fn create(site: &SiteId, body: &CreateSegment) -> Result<Segment, Failure> {
    read(&post(site, body).await?)
}

/// Makes a segment and does not look at it.
pub async fn save(site: &SiteId, body: &CreateSegment) -> Result<(), Failure> {
    post(site, body).await.map(drop)
}

async fn post(site: &SiteId, body: &CreateSegment) -> Result<String, Failure> {
    let path = format!("/sites/{site}/segments");
    send(Method::POST, &path, write(body), &Access::Session, None).await
}

/// Changes a segment.
pub async fn update(site: &SiteId, id: &SegmentId, body: &UpdateSegment) -> Result<Segment, Failure> {
    let path = format!("/sites/{site}/segments/{id}");
    read(&send(Method::PATCH, &path, write(body), &Access::Session, None).await?)
}

/// Deletes a segment that no link is bound to.
pub async fn delete(site: &SiteId, id: &SegmentId) -> Result<(), Failure> {
    let path = format!("/sites/{site}/segments/{id}");
    send(Method::DELETE, &path, None, &Access::Session, None)
        .await
        .map(drop)
}
