//! `POST /api/v2/query`, as Plausible's clients ask.

use super::super::desk::Desk;
use super::super::goals::is_goal;
use super::super::plausible::{Asked, PlausibleAnswer, PlausibleQuery, told};
use crate::auth::access::scope_of_domain;
use crate::auth::account_access::AccountAccess;
use crate::auth::rights::ReadReports;
use crate::error::Result;
use crate::http::json::Json;
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::segments;
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};

/// Answers a question as Plausible's Stats API v2 does.
///
/// `site_id` is the site's domain. Countries and regions may go by their names, imported days are counted in when asked.
#[utoipa::path(tag = "reports", request_body = PlausibleQuery,
    responses((status = 200, description = "The answer.", body = PlausibleAnswer), Denied, Missing, BadInput, Limited))]
#[post("/query")]
pub(super) async fn query_as_plausible(
    state: Data<State>,
    access: AccountAccess<ReadReports>,
    query: Json<PlausibleQuery>,
) -> Result<HttpResponse> {
    let query = query.take()?;
    let (site, scope) = scope_of_domain(&state, &access.caller, &query.site_id).await?;
    let segments = segments::service::all(&state, &site, false).await?;
    let imports = query.include.imports;
    let asked = Asked::new(query, &segments)?;
    let by_goal = asked.ours.dimensions.iter().any(is_goal);
    let mut desk = Desk::new(&state, &scope, &asked.ours.filters, by_goal).await?;
    desk.counts_imports = imports;
    let answer = desk.answer(asked.ours.clone()).await?;
    Ok(HttpResponse::Ok().json(told(asked, &desk.goals, answer)))
}
