//! `GET /sites/{site_id}/visits`, one visit, and values to filter by.

use super::super::desk::Desk;
use super::super::seen::Seen;
use super::super::{suggestions, visits};
use crate::auth::access::Access;
use crate::auth::rights::ReadReports;
use crate::error::{Error, Result};
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use shared::realtime::SuggestionList;
use shared::visit::{VisitDetails, VisitList};
use utoipa::IntoParams;

const DEFAULT_LIMIT: u32 = 25;
const MAX_LIMIT: u32 = 100;

/// How much of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageOf {
    /// At most so many rows: 1 to 100; 25 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// What `next_cursor` of the page before said.
    #[param(pattern = "^vis_[A-Za-z0-9_-]{1,200}$")]
    cursor: Option<String>,
}

/// What values are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Values {
    /// A dimension as in a query; `event:props` asks for the names of properties.
    #[param(required, value_type = String)]
    dimension: Option<String>,
    /// What the values contain, whatever its case.
    #[param(max_length = 200)]
    search: Option<String>,
    /// At most so many: 1 to 100; 25 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

fn limit(given: Option<&String>) -> Result<u32> {
    let Some(text) = given else {
        return Ok(DEFAULT_LIMIT);
    };
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| Error::field("?limit", "out_of_range", format!("limit must be 1 to {MAX_LIMIT}")))
}

/// Lists the visits that began in a range, the latest first.
///
/// Nothing in a visit leads to a person, or from one day to the next.
#[utoipa::path(tag = "reports", params(("site_id" = String, Path), Seen, PageOf),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = VisitList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/visits")]
pub(super) async fn list_visits(
    state: Data<State>,
    access: Access<ReadReports>,
    seen: Query<Seen>,
    page: Query<PageOf>,
) -> Result<HttpResponse> {
    let wanted = visits::Wanted {
        date_range: seen.date_range()?,
        filters: seen.filters()?,
        limit: limit(page.limit.as_ref())?,
        cursor: page.0.cursor,
    };
    let desk = Desk::new(&state, &access.scope, &wanted.filters, false).await?;
    Ok(HttpResponse::Ok().json(visits::list(&desk, &state.seal, wanted).await?))
}

/// Reads a visit with what happened in it.
///
/// Through a link with a segment, only the events for which its conditions hold.
#[utoipa::path(tag = "reports", params(("site_id" = String, Path), ("visit_id" = String, Path)),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = VisitDetails), Denied, Missing, Limited))]
#[get("/sites/{site_id}/visits/{visit_id}")]
pub(super) async fn get_visit(
    state: Data<State>,
    access: Access<ReadReports>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let desk = Desk::new(&state, &access.scope, &[], false).await?;
    Ok(HttpResponse::Ok().json(visits::get(&desk, &state.seal, &path.1).await?))
}

/// Lists values of a dimension to filter by, those with the most visitors first.
#[utoipa::path(tag = "reports", params(("site_id" = String, Path), Values, Seen),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = SuggestionList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/suggestions")]
pub(super) async fn list_suggestions(
    state: Data<State>,
    access: Access<ReadReports>,
    values: Query<Values>,
    seen: Query<Seen>,
) -> Result<HttpResponse> {
    let wanted = suggestions::Wanted {
        limit: limit(values.limit.as_ref())?,
        dimension: values.0.dimension.unwrap_or_default(),
        search: values.0.search.unwrap_or_default(),
        date_range: seen.date_range()?,
        filters: seen.filters()?,
    };
    let by_goal = wanted.dimension == "event:goal";
    let desk = Desk::new(&state, &access.scope, &wanted.filters, by_goal).await?;
    Ok(HttpResponse::Ok().json(suggestions::suggest(&desk, wanted).await?))
}
