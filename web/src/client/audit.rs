//! Who did what to a site, for its owner.

use super::{Access, Failure, read, send};
use crate::router::query::encode;
use gloo_net::http::Method;
use shared::audit::AuditEntry;
use shared::ids::SiteId;
use shared::page::Page;

/// A page of the log, latest first, after a cursor.
pub async fn list(site: &SiteId, cursor: Option<&str>) -> Result<Page<AuditEntry>, Failure> {
    let after = cursor.map(|cursor| format!("?cursor={}", encode(cursor)));
    let path = format!("/sites/{site}/audit{}", after.unwrap_or_default());
    read(&send(Method::GET, &path, None, &Access::Session, None).await?)
}
