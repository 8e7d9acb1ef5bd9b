//! `/sites/{site_id}/audit`.

use crate::auth::access::Access;
use crate::auth::rights::ReadAudit;
use crate::error::Result;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Query};
use actix_web::{HttpResponse, get};
use shared::audit::AuditEntry;
use shared::page::Page;
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the route.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_audit_entries);
}

/// Lists who did what to a site and its links, segments and members, latest first.
#[utoipa::path(tag = "sites", params(("site_id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = Page<AuditEntry>), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/audit")]
async fn list_audit_entries(
    state: Data<State>,
    access: Access<ReadAudit>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let page = super::list(&state, &access.site.id, &page.wanted(&["aud"])?).await?;
    Ok(HttpResponse::Ok().json(page))
}
