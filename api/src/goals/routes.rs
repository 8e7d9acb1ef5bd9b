//! `/sites/{site_id}/goals`: managed by the owner, seen by everyone who sees the dashboard.

use super::service;
use crate::auth::access::Access;
use crate::auth::rights::{ManageGoals, ReadReports};
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get, patch, post};
use shared::goal::{CreateGoal, Goal, GoalList, UpdateGoal};
use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_goals)
        .service(create_goal)
        .service(get_goal)
        .service(update_goal)
        .service(delete_goal);
}

/// Lists the goals of a site by name; it has at most 100.
#[utoipa::path(tag = "goals", params(("site_id" = String, Path), PageQuery),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = GoalList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/goals")]
async fn list_goals(state: Data<State>, access: Access<ReadReports>, page: Query<PageQuery>) -> Result<HttpResponse> {
    let goals = service::list(&state, &access.site, &page.wanted(&["goal"])?).await?;
    Ok(HttpResponse::Ok().json(goals))
}

/// Makes a goal.
///
/// It holds for the past too. A taken name is 409 `name_taken`, the 101st goal 409 `limit_reached`.
#[utoipa::path(tag = "goals", params(("site_id" = String, Path)), request_body = CreateGoal,
    responses((status = 201, description = "It is made.", body = Goal, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/goals")]
async fn create_goal(state: Data<State>, access: Access<ManageGoals>, body: Json<CreateGoal>) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let goal = service::create(&state, caller, &access.site, body.take()?).await?;
    let location = format!("/api/v1/sites/{}/goals/{}", access.site.id, goal.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(goal))
}

/// Reads a goal.
#[utoipa::path(tag = "goals", params(("site_id" = String, Path), ("goal_id" = String, Path)),
    security(("session" = []), ("api_key" = []), ("share_token" = [])),
    responses((status = 200, description = "The answer.", body = Goal), Denied, Missing, Limited))]
#[get("/sites/{site_id}/goals/{goal_id}")]
async fn get_goal(
    state: Data<State>,
    access: Access<ReadReports>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let goal = service::get(&state, &access.site, &path.1).await?;
    Ok(HttpResponse::Ok().json(goal))
}

/// Renames a goal or changes its currency.
///
/// What it counts stays. While segments name it, another name is 409 `conflict`.
#[utoipa::path(tag = "goals", params(("site_id" = String, Path), ("goal_id" = String, Path)), request_body = UpdateGoal,
    responses((status = 200, description = "The answer.", body = Goal), Denied, Missing, Conflict, BadInput, Limited))]
#[patch("/sites/{site_id}/goals/{goal_id}")]
async fn update_goal(
    state: Data<State>,
    access: Access<ManageGoals>,
    path: Path<(String, String)>,
    body: Json<UpdateGoal>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let goal = service::update(&state, caller, &access.site, &path.1, body.take()?).await?;
    Ok(HttpResponse::Ok().json(goal))
}

/// Deletes a goal.
///
/// While funnels or segments name it: 409 `conflict`, with their names.
#[utoipa::path(tag = "goals", params(("site_id" = String, Path), ("goal_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Conflict, Limited))]
#[delete("/sites/{site_id}/goals/{goal_id}")]
async fn delete_goal(
    state: Data<State>,
    access: Access<ManageGoals>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    service::delete(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}
