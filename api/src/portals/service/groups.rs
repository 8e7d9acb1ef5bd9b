//! Several sites in one portal, behind one token.

use super::super::store::{self, PortalRow};
use super::{address, put_token, record, told, view, write_opens};
use crate::accounts;
use crate::audit::Action;
use crate::auth::caller::Caller;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::kit::framing::frame_ancestors;
use crate::kit::name::Name;
use crate::sites;
use crate::state::State;
use shared::ids::{PortalGroupId, SiteId};
use shared::patch::Patch;
use shared::portal::{CreatePortalGroup, PortalGroup, PortalGroupList, UpdatePortalGroup};
use shared::problem::ProblemCode;

const MOST_GROUPS: usize = 100;
const MOST_SITES: usize = 50;

/// The groups of an account, oldest first.
pub async fn list(state: &State, base_url: &str, caller: &Caller, wanted: &Wanted) -> Result<PortalGroupList> {
    let groups = all(state, base_url, caller).await?;
    let (data, next_cursor) = wanted.cut_whole(groups, |group| group.id.as_str());
    Ok(PortalGroupList { data, next_cursor })
}

async fn all(state: &State, base_url: &str, caller: &Caller) -> Result<Vec<PortalGroup>> {
    write_opens(state).await;
    let account_id = caller.account_id();
    let (groups, sites) = {
        let mut conn = state.db.read().await?;
        let groups = store::list_groups(&mut conn.link(), account_id).await?;
        (groups, store::list_group_sites(&mut conn.link(), account_id).await?)
    };
    let address = address(state, base_url, account_id).await?;
    let told = |row: PortalRow| {
        Ok(PortalGroup {
            site_ids: sites
                .iter()
                .filter(|(group_id, _)| *group_id == row.id)
                .map(|(_, site_id)| SiteId(site_id.clone()))
                .collect(),
            portal: view(state, &address, &row)?,
            id: PortalGroupId(row.id),
            name: row.name.unwrap_or_default(),
            created_at: rfc3339(row.created_at),
        })
    };
    groups.into_iter().map(told).collect()
}

/// A group of an account.
pub async fn get(state: &State, base_url: &str, caller: &Caller, group_id: &str) -> Result<PortalGroup> {
    let groups = all(state, base_url, caller).await?;
    let found = groups.into_iter().find(|group| group.id.as_str() == group_id);
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

/// Makes a group of sites that the account owns.
pub async fn create(state: &State, base_url: &str, caller: &Caller, given: CreatePortalGroup) -> Result<PortalGroup> {
    let name = Name::new(&given.name)?;
    let id = state.ids.next("grp");
    let mut tx = state.db.begin().await?;
    accounts::service::lock(&mut tx, caller.account_id()).await?;
    if store::list_groups(&mut tx.link(), caller.account_id()).await?.len() >= MOST_GROUPS {
        let detail = format!("An account has at most {MOST_GROUPS} groups");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    let (keys, now) = ((name.name.as_str(), name.key.as_str()), state.clock.now_ms());
    match store::insert_group(&mut tx.link(), &id, caller.account_id(), keys, now).await {
        Err(error) if error.is_unique_violation() => return Err(name_taken()),
        inserted => inserted?,
    };
    put_sites(&mut tx, caller, &id, &given.site_ids).await?;
    record(state, &mut tx, caller, Action::CreatePortalGroup, None, &id).await?;
    tx.commit().await?;
    get(state, base_url, caller, &id).await
}

fn name_taken() -> Error {
    Error::new(ProblemCode::NameTaken).detail("A group with this name already exists")
}

/// Writes the sites of a group: each of the account's own, each once.
async fn put_sites(tx: &mut Tx, caller: &Caller, group_id: &str, site_ids: &[SiteId]) -> Result<()> {
    if site_ids.is_empty() || site_ids.len() > MOST_SITES {
        let detail = format!("Choose 1 to {MOST_SITES} sites");
        return Err(Error::field("/site_ids", "out_of_range", detail));
    }
    store::delete_group_sites(&mut tx.link(), group_id).await?;
    for (position, site_id) in site_ids.iter().enumerate() {
        let pointer = format!("/site_ids/{position}");
        if site_ids[..position].contains(site_id) {
            return Err(Error::field(pointer, "duplicate", "This site is named twice"));
        }
        if !sites::service::is_owner(tx, site_id, caller.account_id()).await? {
            return Err(Error::field(pointer, "not_found", "No such site in this account"));
        }
        store::insert_group_site(&mut tx.link(), group_id, site_id.as_str(), position as i64).await?;
    }
    Ok(())
}

/// A group for a change; its row is held.
async fn held(tx: &mut Tx, caller: &Caller, group_id: &str) -> Result<PortalRow> {
    store::lock_group(&mut tx.link(), caller.account_id(), group_id).await?;
    let found = store::find_group(&mut tx.link(), caller.account_id(), group_id).await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

/// Changes a group; its token stays.
pub async fn update(
    state: &State,
    base_url: &str,
    caller: &Caller,
    group_id: &str,
    given: UpdatePortalGroup,
) -> Result<PortalGroup> {
    let name = match given.name {
        Patch::Absent => None,
        Patch::Null => return Err(Error::field("/name", "required", "Enter a name")),
        Patch::Value(name) => Some(Name::new(&name)?),
    };
    let ancestors = match given.frame_ancestors {
        Patch::Absent => None,
        Patch::Null => Some(String::new()),
        Patch::Value(origins) => Some(frame_ancestors(&origins)?),
    };
    let mut tx = state.db.begin().await?;
    let mut row = held(&mut tx, caller, group_id).await?;
    told(caller, &row)?;
    if let Some(name) = name {
        (row.name, row.name_key) = (Some(name.name), Some(name.key));
    }
    match given.enabled {
        Patch::Absent => {}
        Patch::Null => return Err(Error::field("/enabled", "required", "Say true or false")),
        Patch::Value(enabled) => row.enabled = enabled,
    }
    row.frame_ancestors = ancestors.unwrap_or(row.frame_ancestors);
    match store::update_portal(&mut tx.link(), &row).await {
        Err(error) if error.is_unique_violation() => return Err(name_taken()),
        updated => updated?,
    };
    match given.site_ids {
        Patch::Absent => {}
        Patch::Null => return Err(Error::field("/site_ids", "required", "Choose at least one site")),
        Patch::Value(site_ids) => put_sites(&mut tx, caller, group_id, &site_ids).await?,
    }
    record(state, &mut tx, caller, Action::UpdatePortalGroup, None, group_id).await?;
    tx.commit().await?;
    get(state, base_url, caller, group_id).await
}

/// Deletes a group; its token opens nothing from then on.
pub async fn delete(state: &State, caller: &Caller, group_id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    if store::delete_group(&mut tx.link(), caller.account_id(), group_id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::DeletePortalGroup, None, group_id).await?;
    Ok(tx.commit().await?)
}

/// Gives a group a token, in place of the one that it has.
pub async fn generate_token(state: &State, base_url: &str, caller: &Caller, group_id: &str) -> Result<PortalGroup> {
    let mut tx = state.db.begin().await?;
    let row = held(&mut tx, caller, group_id).await?;
    put_token(state, &mut tx, &row).await?;
    record(state, &mut tx, caller, Action::CreatePortalToken, None, &row.id).await?;
    tx.commit().await?;
    get(state, base_url, caller, group_id).await
}

/// Takes a group's token away, at once and for good; 404 when it has none.
pub async fn revoke_token(state: &State, caller: &Caller, group_id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    let row = held(&mut tx, caller, group_id).await?;
    if store::remove_token(&mut tx.link(), &row.id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::RevokePortalToken, None, &row.id).await?;
    Ok(tx.commit().await?)
}
