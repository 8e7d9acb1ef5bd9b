//! `POST /sites/{site_id}/query` and `/queries`: owners, viewers, keys and share links ask the same way.

use super::super::desk::Desk;
use super::super::goals::is_goal;
use super::super::service;
use crate::auth::access::Access;
use crate::auth::rights::ReadReports;
use crate::error::{Error, Result, chain};
use crate::http::answer::RequestId;
use crate::http::json::Json;
use crate::openapi::{BadInput, Denied, Limited, Missing};
use crate::state::State;
use actix_web::web::{Data, ReqData};
use actix_web::{HttpResponse, post};
use shared::query::{Filter, Query, QueryBatch};
use shared::query_result::{QueryBatchResult, QueryOutcome, QueryResult};

/// Answers a question about a site's visits.
///
/// The question has the shape of Plausible's Stats API v2. An unknown or impossible word is 422 with its pointer; a
/// question that takes longer than ten seconds is stopped: 503 `query_timeout`.
#[utoipa::path(tag = "reports", params(("site_id" = String, Path)), request_body = Query,
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = QueryResult), Denied, Missing, BadInput, Limited))]
#[post("/sites/{site_id}/query")]
pub(super) async fn query_site(
    state: Data<State>,
    access: Access<ReadReports>,
    query: Json<Query>,
) -> Result<HttpResponse> {
    let query = query.take()?;
    let desk = desk(&state, &access, std::slice::from_ref(&query)).await?;
    let answer = desk.answer(query).await?;
    Ok(HttpResponse::Ok().json(answer))
}

/// Answers up to 20 questions at once, in order.
///
/// Each has an outcome of its own: an answer as of `/query`, or a problem document.
#[utoipa::path(tag = "reports", params(("site_id" = String, Path)), request_body = QueryBatch,
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = QueryBatchResult), Denied, Missing, BadInput, Limited))]
#[post("/sites/{site_id}/queries")]
pub(super) async fn query_site_batch(
    state: Data<State>,
    access: Access<ReadReports>,
    request_id: Option<ReqData<RequestId>>,
    batch: Json<QueryBatch>,
) -> Result<HttpResponse> {
    let request_id = request_id.as_ref().map(|id| id.0.as_str());
    let batch = batch.take()?;
    let desk = desk(&state, &access, &batch.queries).await?;
    let outcomes = service::answer_batch(&desk, batch).await?;
    let results = outcomes.into_iter().map(|outcome| match outcome {
        Ok(answer) => QueryOutcome::Answer(answer),
        Err(error) => QueryOutcome::Problem(told(&error, request_id)),
    });
    Ok(HttpResponse::Ok().json(QueryBatchResult {
        results: results.collect(),
    }))
}

async fn desk(state: &State, access: &Access<ReadReports>, queries: &[Query]) -> Result<Desk> {
    let filters: Vec<Filter> = queries.iter().flat_map(|query| query.filters.clone()).collect();
    let by_goal = queries.iter().any(|query| query.dimensions.iter().any(is_goal));
    Desk::new(state, &access.scope, &filters, by_goal).await
}

/// The problem document of one question; a failure of ours is logged here, because the request as a whole succeeds.
fn told(error: &Error, request_id: Option<&str>) -> shared::problem::Problem {
    if error.code.status() >= 500 {
        tracing::error!(request_id, code = error.code.slug(), cause = %chain(error), "question failed");
    }
    error.document(None, request_id)
}
