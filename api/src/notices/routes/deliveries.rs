//! What became of notices, and when they wait.

use super::super::service::{deliveries, quiet};
use crate::auth::access::Access;
use crate::auth::rights::{ManageNotices, ReadNotices};
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Query};
use actix_web::{HttpResponse, get, put};
use serde::Deserialize;
use shared::notice::{NoticeDelivery, QuietHours};
use shared::page::Page;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_notice_deliveries)
        .service(get_quiet_hours)
        .service(set_quiet_hours);
}

/// Which deliveries.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only those of this channel; all when absent.
    channel_id: Option<String>,
    /// At most so many rows: 1 to 100; 25 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// What `next_cursor` of the page before said.
    #[param(pattern = "^[0-9a-f]{1,15}\\.[A-Za-z0-9_]{1,64}$")]
    cursor: Option<String>,
}

/// Lists what became of a site's notices, latest first; what ended is kept for 90 days.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path), Which),
    responses((status = 200, description = "The answer.", body = Page<NoticeDelivery>), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/notice-deliveries")]
async fn list_notice_deliveries(
    state: Data<State>,
    access: Access<ReadNotices>,
    which: Query<Which>,
) -> Result<HttpResponse> {
    let page = PageQuery::new(which.limit.clone(), which.cursor.clone()).wanted(&["msg"])?;
    // PostgreSQL takes no NUL in a text; no channel has one in its id.
    let only = which
        .channel_id
        .as_deref()
        .map(|id| if id.is_empty() || id.contains('\0') { "-" } else { id });
    let listed = deliveries::list(&state, &access.site, only, &page).await?;
    Ok(HttpResponse::Ok().json(listed))
}

/// Tells in which hours a site's notices wait.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = QuietHours), Denied, Missing, Limited))]
#[get("/sites/{site_id}/quiet-hours")]
async fn get_quiet_hours(state: Data<State>, access: Access<ReadNotices>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(quiet::get(&state, &access.site).await?))
}

/// Sets the hours, of the site's zone, in which its notices wait.
///
/// What comes about in them is told when they end; an incident that opened and closed in them is one notice. Those that wait now go by the new hours.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path)), request_body = QuietHours,
    responses((status = 200, description = "The answer.", body = QuietHours), Denied, Missing, BadInput, Limited))]
#[put("/sites/{site_id}/quiet-hours")]
async fn set_quiet_hours(
    state: Data<State>,
    access: Access<ManageNotices>,
    body: Json<QuietHours>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let quiet = quiet::set(&state, caller, &access.site, body.take()?).await?;
    Ok(HttpResponse::Ok().json(quiet))
}
