//! What can be done with goals.

use super::model::{self, KnownGoal, MAX_NAME_CHARS, MOST_GOALS, Target};
use super::store::{self, GoalRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::kit::name::Name;
use crate::segments;
use crate::sites::service::{SiteRow, lock};
use crate::state::State;
use shared::goal::{CreateGoal, Goal, GoalList, UpdateGoal};
use shared::ids::{GoalId, SiteId};
use shared::patch::Patch;
use shared::problem::ProblemCode;

/// The goals of a site as questions know them.
pub async fn known(state: &State, site_id: &SiteId) -> Result<Vec<KnownGoal>> {
    let mut conn = state.db.read().await?;
    let rows = store::list_goals(&mut conn.link(), site_id.as_str()).await?;
    rows.into_iter().map(known_of).collect()
}

/// The same within a transaction.
pub async fn known_in(tx: &mut Tx, site_id: &str) -> Result<Vec<KnownGoal>> {
    let rows = store::list_goals(&mut tx.link(), site_id).await?;
    rows.into_iter().map(known_of).collect()
}

fn known_of(row: GoalRow) -> Result<KnownGoal> {
    let target = match (row.path, row.event) {
        (Some(path), None) => Target::Page(path),
        (None, Some(event)) => Target::Event(event, serde_json::from_str(&row.props).map_err(Error::internal)?),
        _ => return Err(Error::internal("a stored goal counts pages or events")),
    };
    Ok(KnownGoal {
        id: row.id,
        name: row.name,
        reached_by: target.reached_by(),
        currency: row.currency,
    })
}

fn view(row: GoalRow) -> Result<Goal> {
    Ok(Goal {
        id: GoalId(row.id),
        name: row.name,
        path: row.path,
        event: row.event,
        props: serde_json::from_str(&row.props).map_err(Error::internal)?,
        currency: row.currency,
        created_at: rfc3339(row.created_at),
    })
}

/// The goals of a site, by name.
pub async fn list(state: &State, site: &SiteRow, wanted: &Wanted) -> Result<GoalList> {
    let mut conn = state.db.read().await?;
    let rows = store::list_goals(&mut conn.link(), &site.id).await?;
    let (rows, next_cursor) = wanted.cut_whole(rows, |row| &row.id);
    Ok(GoalList {
        data: rows.into_iter().map(view).collect::<Result<_>>()?,
        next_cursor,
    })
}

/// One goal of a site.
pub async fn get(state: &State, site: &SiteRow, id: &str) -> Result<Goal> {
    let mut conn = state.db.read().await?;
    let rows = store::list_goals(&mut conn.link(), &site.id).await?;
    let found = rows.into_iter().find(|row| row.id == id);
    view(found.ok_or(ProblemCode::NotFound)?)
}

/// Makes a goal.
pub async fn create(state: &State, caller: &Caller, site: &SiteRow, given: CreateGoal) -> Result<Goal> {
    let target = model::target(&given)?;
    let currency = given.currency.as_deref().map(model::currency).transpose()?;
    let name = match &given.name {
        Some(name) => Name::within("/name", name, MAX_NAME_CHARS)?,
        // A path may be longer than a name; then it needs one of its own.
        None => Name::within("/name", &target.default_name(), MAX_NAME_CHARS)?,
    };
    let (path, event, props) = match target {
        Target::Page(path) => (Some(path), None, Default::default()),
        Target::Event(event, props) => (None, Some(event), props),
    };
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let there = store::list_goals(&mut tx.link(), &site.id).await?;
    if there.len() >= MOST_GOALS {
        let detail = format!("A site has at most {MOST_GOALS} goals");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    check_name(&there, &name, None)?;
    let row = GoalRow {
        id: state.ids.next("goal"),
        name: name.name,
        name_key: name.key,
        path,
        event,
        props: serde_json::to_string(&props).map_err(Error::internal)?,
        currency,
        created_at: state.clock.now_ms(),
    };
    store::insert_goal(&mut tx.link(), &site.id, &row).await?;
    record(state, &mut tx, caller, Action::CreateGoal, site, &row.id).await?;
    tx.commit().await?;
    view(row)
}

fn check_name(there: &[GoalRow], name: &Name, own_id: Option<&str>) -> Result<()> {
    let taken = there
        .iter()
        .any(|row| row.name_key == name.key && Some(row.id.as_str()) != own_id);
    match taken {
        true => Err(Error::new(ProblemCode::NameTaken).detail("A goal with this name already exists")),
        false => Ok(()),
    }
}

async fn record(state: &State, tx: &mut Tx, caller: &Caller, action: Action, site: &SiteRow, id: &str) -> Result<()> {
    Ok(audit::record(state, tx, caller.actor(), action, Some(&site.id), Some(id)).await?)
}

/// Fails while a segment tells visits apart by the goal: without it, it would hold for other visits.
async fn check_unnamed(tx: &mut Tx, site: &SiteRow, goal: &str) -> Result<()> {
    let names = segments::service::naming_goal(tx, &site.id, goal).await?;
    match names.is_empty() {
        true => Ok(()),
        false => {
            let detail = format!("These segments name the goal: {}", names.join(", "));
            Err(Error::new(ProblemCode::Conflict).detail(detail))
        }
    }
}

/// Renames a goal or changes its currency.
pub async fn update(state: &State, caller: &Caller, site: &SiteRow, id: &str, given: UpdateGoal) -> Result<Goal> {
    let name = match given.name {
        Patch::Absent => None,
        Patch::Null => return Err(Error::field("/name", "required", "Enter a name")),
        Patch::Value(name) => Some(Name::within("/name", &name, MAX_NAME_CHARS)?),
    };
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let there = store::list_goals(&mut tx.link(), &site.id).await?;
    let found = there.iter().find(|row| row.id == id);
    let mut row = found.cloned().ok_or(ProblemCode::NotFound)?;
    if let Some(name) = name.filter(|name| name.name != row.name) {
        check_name(&there, &name, Some(id))?;
        check_unnamed(&mut tx, site, &row.name).await?;
        (row.name, row.name_key) = (name.name, name.key);
    }
    if let Patch::Value(currency) = &given.currency {
        if row.event.is_none() {
            return Err(Error::field("/currency", "not_allowed", "A page earns no revenue"));
        }
        model::currency(currency)?;
    }
    row.currency = given.currency.apply(row.currency);
    store::update_goal(&mut tx.link(), &site.id, &row).await?;
    record(state, &mut tx, caller, Action::UpdateGoal, site, id).await?;
    tx.commit().await?;
    view(row)
}

/// Deletes a goal that no funnel and no segment names; 409 with their names otherwise.
pub async fn delete(state: &State, caller: &Caller, site: &SiteRow, id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let there = store::list_goals(&mut tx.link(), &site.id).await?;
    let row = there.iter().find(|row| row.id == id).ok_or(ProblemCode::NotFound)?;
    let funnels = store::list_funnels_of(&mut tx.link(), id).await?;
    if !funnels.is_empty() {
        let detail = format!("These funnels have the goal as a step: {}", funnels.join(", "));
        return Err(Error::new(ProblemCode::Conflict).detail(detail));
    }
    check_unnamed(&mut tx, site, &row.name).await?;
    store::delete_goal(&mut tx.link(), &site.id, id).await?;
    record(state, &mut tx, caller, Action::DeleteGoal, site, id).await?;
    Ok(tx.commit().await?)
}
