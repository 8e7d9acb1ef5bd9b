//! SQL of goals.

use crate::db::{Link, Result, execute, rows};
use sqlx::FromRow;

/// A goal.
#[derive(Clone, Debug, FromRow)]
pub struct GoalRow {
    pub id: String,
    pub name: String,
    pub name_key: String,
    pub path: Option<String>,
    pub event: Option<String>,
    pub props: String,
    pub currency: Option<String>,
    pub created_at: i64,
}

/// The goals of a site, by name.
pub async fn list_goals(link: &mut Link<'_>, site_id: &str) -> Result<Vec<GoalRow>> {
    rows!(
        link,
        GoalRow,
        "SELECT id, name, name_key, path, event, props, currency, created_at FROM goals WHERE site_id = $1
         ORDER BY name_key",
        site_id,
    )
}

/// Inserts a goal; a taken name is a unique violation.
pub async fn insert_goal(link: &mut Link<'_>, site_id: &str, row: &GoalRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO goals (id, site_id, name, name_key, path, event, props, currency, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &row.id,
        site_id,
        &row.name,
        &row.name_key,
        row.path.as_deref(),
        row.event.as_deref(),
        &row.props,
        row.currency.as_deref(),
        row.created_at,
    )
}

/// Writes name and currency of a goal.
pub async fn update_goal(link: &mut Link<'_>, site_id: &str, row: &GoalRow) -> Result<u64> {
    execute!(
        link,
        "UPDATE goals SET name = $3, name_key = $4, currency = $5 WHERE site_id = $1 AND id = $2",
        site_id,
        &row.id,
        &row.name,
        &row.name_key,
        row.currency.as_deref(),
    )
}

/// Deletes a goal, and every step that it is.
pub async fn delete_goal(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM goals WHERE site_id = $1 AND id = $2", site_id, id)
}

#[derive(FromRow)]
struct NameRow {
    name: String,
}

/// The names of the funnels that have a goal as a step.
pub async fn list_funnels_of(link: &mut Link<'_>, goal_id: &str) -> Result<Vec<String>> {
    let found: Result<Vec<NameRow>> = rows!(
        link,
        NameRow,
        "SELECT DISTINCT f.name FROM funnels f JOIN funnel_steps s ON s.funnel_id = f.id WHERE s.goal_id = $1
         ORDER BY f.name",
        goal_id,
    );
    Ok(found?.into_iter().map(|row| row.name).collect())
}
