//! SQL of funnels.

use crate::db::{Link, Result, execute, rows};
use sqlx::FromRow;

/// A funnel.
#[derive(Clone, Debug, FromRow)]
pub struct FunnelRow {
    pub id: String,
    pub name: String,
    pub name_key: String,
    pub created_at: i64,
}

/// A step of a funnel.
#[derive(Clone, Debug, FromRow)]
pub struct StepRow {
    pub funnel_id: String,
    pub goal_id: String,
    pub goal_name: String,
}

/// The funnels of a site, by name.
pub async fn list_funnels(link: &mut Link<'_>, site_id: &str) -> Result<Vec<FunnelRow>> {
    rows!(
        link,
        FunnelRow,
        "SELECT id, name, name_key, created_at FROM funnels WHERE site_id = $1 ORDER BY name_key",
        site_id,
    )
}

/// The steps of a site's funnels, each funnel's in order.
pub async fn list_steps(link: &mut Link<'_>, site_id: &str) -> Result<Vec<StepRow>> {
    rows!(
        link,
        StepRow,
        "SELECT s.funnel_id, s.goal_id, g.name AS goal_name
         FROM funnel_steps s JOIN funnels f ON f.id = s.funnel_id JOIN goals g ON g.id = s.goal_id
         WHERE f.site_id = $1 ORDER BY s.funnel_id, s.position",
        site_id,
    )
}

/// Inserts a funnel without steps; a taken name is a unique violation.
pub async fn insert_funnel(link: &mut Link<'_>, site_id: &str, row: &FunnelRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO funnels (id, site_id, name, name_key, created_at) VALUES ($1, $2, $3, $4, $5)",
        &row.id,
        site_id,
        &row.name,
        &row.name_key,
        row.created_at,
    )
}

/// Writes a funnel's name.
pub async fn update_funnel(link: &mut Link<'_>, row: &FunnelRow) -> Result<u64> {
    execute!(
        link,
        "UPDATE funnels SET name = $2, name_key = $3 WHERE id = $1",
        &row.id,
        &row.name,
        &row.name_key,
    )
}

/// Adds a step.
pub async fn insert_step(link: &mut Link<'_>, funnel_id: &str, position: i64, goal_id: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO funnel_steps (funnel_id, position, goal_id) VALUES ($1, $2, $3)",
        funnel_id,
        position,
        goal_id,
    )
}

/// Takes the steps out of a funnel.
pub async fn delete_steps(link: &mut Link<'_>, funnel_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM funnel_steps WHERE funnel_id = $1", funnel_id)
}

/// Deletes a funnel with its steps.
pub async fn delete_funnel(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM funnels WHERE site_id = $1 AND id = $2", site_id, id)
}
