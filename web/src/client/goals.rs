//! A site's goals, for its owner. Dashboards read them through the board.

use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::goal::{CreateGoal, Goal, GoalList, UpdateGoal};
use shared::ids::{GoalId, SiteId};

/// The goals of a site, by name.
pub async fn list(site: SiteId) -> Result<Vec<Goal>, Failure> {
    let path = format!("/sites/{site}/goals?limit=100");
    let list: GoalList = read(&send(Method::GET, &path, None, &Access::Session, None).await?)?;
    Ok(list.data)
}

/// Makes a goal.
pub async fn create(site: SiteId, body: CreateGoal) -> Result<(), Failure> {
    let path = format!("/sites/{site}/goals");
    send(Method::POST, &path, write(&body), &Access::Session, None)
        .await
        .map(drop)
}

/// Changes a goal.
pub async fn update(site: SiteId, id: GoalId, body: UpdateGoal) -> Result<(), Failure> {
    let path = format!("/sites/{site}/goals/{id}");
    send(Method::PATCH, &path, write(&body), &Access::Session, None)
        .await
        .map(drop)
}

/// Deletes a goal that no funnel and no segment names.
pub async fn delete(site: SiteId, id: GoalId) -> Result<(), Failure> {
    let path = format!("/sites/{site}/goals/{id}");
    send(Method::DELETE, &path, None, &Access::Session, None)
        .await
        .map(drop)
}
