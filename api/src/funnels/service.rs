//! What can be done with funnels.

use super::store::{self, FunnelRow, StepRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::auth::scope::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::goals;
use crate::goals::model::KnownGoal;
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::kit::name::Name;
use crate::reports::service::{self as reports, Steps};
use crate::sites::service::{SiteRow, lock};
use crate::state::State;
use shared::funnel::{CreateFunnel, Funnel, FunnelList, FunnelQuery, FunnelResult, GoalName, UpdateFunnel};
use shared::ids::{FunnelId, GoalId};
use shared::patch::Patch;
use shared::problem::ProblemCode;
use std::collections::HashSet;

const MOST_FUNNELS: usize = 50;
const STEPS: std::ops::RangeInclusive<usize> = 2..=8;

fn view(row: FunnelRow, steps: &[StepRow]) -> Funnel {
    let steps = steps.iter().filter(|step| step.funnel_id == row.id);
    Funnel {
        steps: steps
            .map(|step| GoalName {
                id: GoalId(step.goal_id.clone()),
                name: step.goal_name.clone(),
            })
            .collect(),
        id: FunnelId(row.id),
        name: row.name,
        created_at: rfc3339(row.created_at),
    }
}

/// The funnels of a site, by name.
pub async fn list(state: &State, site: &SiteRow, wanted: &Wanted) -> Result<FunnelList> {
    let mut conn = state.db.read().await?;
    let rows = store::list_funnels(&mut conn.link(), &site.id).await?;
    let steps = store::list_steps(&mut conn.link(), &site.id).await?;
    let (rows, next_cursor) = wanted.cut_whole(rows, |row| &row.id);
    Ok(FunnelList {
        data: rows.into_iter().map(|row| view(row, &steps)).collect(),
        next_cursor,
    })
}

/// One funnel of a site.
pub async fn get(state: &State, site: &SiteRow, id: &str) -> Result<Funnel> {
    let mut conn = state.db.read().await?;
    let rows = store::list_funnels(&mut conn.link(), &site.id).await?;
    let found = rows.into_iter().find(|row| row.id == id).ok_or(ProblemCode::NotFound)?;
    Ok(view(found, &store::list_steps(&mut conn.link(), &site.id).await?))
}

/// Makes a funnel.
pub async fn create(state: &State, caller: &Caller, site: &SiteRow, given: CreateFunnel) -> Result<Funnel> {
    let name = Name::new(&given.name)?;
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let there = store::list_funnels(&mut tx.link(), &site.id).await?;
    if there.len() >= MOST_FUNNELS {
        let detail = format!("A site has at most {MOST_FUNNELS} funnels");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    check_name(&there, &name, None)?;
    let row = FunnelRow {
        id: state.ids.next("fun"),
        name: name.name,
        name_key: name.key,
        created_at: state.clock.now_ms(),
    };
    store::insert_funnel(&mut tx.link(), &site.id, &row).await?;
    write_steps(&mut tx, site, &row.id, &given.steps).await?;
    record(state, &mut tx, caller, Action::CreateFunnel, site, &row.id).await?;
    tx.commit().await?;
    get(state, site, &row.id).await
}

fn check_name(there: &[FunnelRow], name: &Name, own_id: Option<&str>) -> Result<()> {
    let taken = there
        .iter()
        .any(|row| row.name_key == name.key && Some(row.id.as_str()) != own_id);
    match taken {
        true => Err(Error::new(ProblemCode::NameTaken).detail("A funnel with this name already exists")),
        false => Ok(()),
    }
}

/// Writes the steps of a funnel that has none: 2 to 8 different goals of the site.
async fn write_steps(tx: &mut Tx, site: &SiteRow, funnel_id: &str, steps: &[GoalId]) -> Result<()> {
    if !STEPS.contains(&steps.len()) {
        return Err(Error::field("/steps", "out_of_range", "2 to 8 goals"));
    }
    let goals = goals::service::known_in(tx, &site.id).await?;
    let mut seen = HashSet::new();
    for (at, step) in steps.iter().enumerate() {
        let pointer = format!("/steps/{at}");
        if !goals.iter().any(|goal| goal.id == step.as_str()) {
            return Err(Error::field(pointer, "not_found", "No such goal on this site"));
        }
        if !seen.insert(step) {
            return Err(Error::field(pointer, "duplicate", "The goal is a step already"));
        }
        let position = i64::try_from(at).unwrap_or(i64::MAX);
        store::insert_step(&mut tx.link(), funnel_id, position, step.as_str()).await?;
    }
    Ok(())
}

async fn record(state: &State, tx: &mut Tx, caller: &Caller, action: Action, site: &SiteRow, id: &str) -> Result<()> {
    Ok(audit::record(state, tx, caller.actor(), action, Some(&site.id), Some(id)).await?)
}

/// Changes a funnel.
pub async fn update(state: &State, caller: &Caller, site: &SiteRow, id: &str, given: UpdateFunnel) -> Result<Funnel> {
    let name = match given.name {
        Patch::Absent => None,
        Patch::Null => return Err(Error::field("/name", "required", "Enter a name")),
        Patch::Value(name) => Some(Name::new(&name)?),
    };
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let there = store::list_funnels(&mut tx.link(), &site.id).await?;
    let found = there.iter().find(|row| row.id == id);
    let mut row = found.cloned().ok_or(ProblemCode::NotFound)?;
    if let Some(name) = name {
        check_name(&there, &name, Some(id))?;
        (row.name, row.name_key) = (name.name, name.key);
        store::update_funnel(&mut tx.link(), &row).await?;
    }
    match given.steps {
        Patch::Absent => {}
        Patch::Null => return Err(Error::field("/steps", "required", "Give 2 to 8 goals")),
        Patch::Value(steps) => {
            store::delete_steps(&mut tx.link(), id).await?;
            write_steps(&mut tx, site, id, &steps).await?;
        }
    }
    record(state, &mut tx, caller, Action::UpdateFunnel, site, id).await?;
    tx.commit().await?;
    get(state, site, id).await
}

/// Deletes a funnel.
pub async fn delete(state: &State, caller: &Caller, site: &SiteRow, id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    if store::delete_funnel(&mut tx.link(), &site.id, id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::DeleteFunnel, site, id).await?;
    Ok(tx.commit().await?)
}

/// How far the visits of a range came.
pub async fn query(state: &State, site: &SiteRow, scope: &Scope, id: &str, asked: FunnelQuery) -> Result<FunnelResult> {
    let funnel = get(state, site, id).await?;
    let goals = goals::service::known(state, scope.site_id()).await?;
    let step = |step: &GoalName| goals.iter().find(|goal| goal.id == step.id.as_str()).cloned();
    let steps: Option<Vec<KnownGoal>> = funnel.steps.iter().map(step).collect();
    // A goal that went between the two reads took its funnel along.
    let steps = steps.ok_or(ProblemCode::NotFound)?;
    let funnel = Steps {
        name: &funnel.name,
        steps: &steps,
        goals: &goals,
    };
    reports::funnel(&state.events, &state.clock, scope, funnel, asked).await
}
