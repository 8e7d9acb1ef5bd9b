//! Portals and share links for many sites at once. Each site succeeds or fails by itself.

use super::super::store;
use super::{generate_token, get, set};
use crate::auth::caller::Caller;
use crate::error::{Error, Result};
use crate::share_links;
use crate::sites::service::{SiteRow, find_of};
use crate::state::State;
use shared::ids::SiteId;
use shared::portal::{CreatePortals, MadePortal, MadePortals, Portal, SetPortal};
use shared::problem::{Problem, ProblemCode};
use shared::share_link::{CreateShareLink, CreateShareLinks, MadeShareLink, MadeShareLinks};
use shared::site::Role;

const MOST_SITES: usize = 100;

fn check(site_ids: &[SiteId]) -> Result<()> {
    match (1..=MOST_SITES).contains(&site_ids.len()) {
        true => Ok(()),
        false => Err(Error::field(
            "/site_ids",
            "out_of_range",
            format!("Choose 1 to {MOST_SITES} sites"),
        )),
    }
}

async fn owned(state: &State, caller: &Caller, site_id: &SiteId) -> Result<SiteRow> {
    let found = find_of(state, site_id.as_str(), caller.account_id()).await?;
    match found {
        Some((site, Role::Owner)) => Ok(site),
        _ => Err(ProblemCode::NotFound.into()),
    }
}

/// What a failure is told as; the server's own trouble ends the whole request.
fn told(error: Error) -> Result<Problem> {
    match error.code.status() {
        500.. => Err(error),
        _ => Ok(error.document(None, None)),
    }
}

/// Turns the portals of many sites on, and gives a token to each that has none.
pub async fn create_portals(
    state: &State,
    base_url: &str,
    caller: &Caller,
    given: CreatePortals,
) -> Result<MadePortals> {
    check(&given.site_ids)?;
    let mut results = Vec::new();
    for site_id in given.site_ids {
        let (portal, problem) = match create_portal(state, base_url, caller, &site_id).await {
            Ok(portal) => (Some(portal), None),
            Err(error) => (None, Some(told(error)?)),
        };
        results.push(MadePortal {
            site_id,
            portal,
            problem,
        });
    }
    Ok(MadePortals { results })
}

async fn create_portal(state: &State, base_url: &str, caller: &Caller, site_id: &SiteId) -> Result<Portal> {
    let site = owned(state, caller, site_id).await?;
    let found = {
        let mut conn = state.db.read().await?;
        store::find_portal_of_site(&mut conn.link(), &site.id).await?
    };
    if found.as_ref().is_some_and(|row| row.token_sealed.is_some()) {
        caller.may_read_tokens()?;
    }
    if !found.as_ref().is_some_and(|row| row.enabled) {
        let on = SetPortal {
            enabled: true,
            frame_ancestors: None,
        };
        set(state, base_url, caller, &site, on).await?;
    }
    match found.and_then(|row| row.token_sealed) {
        Some(_) => get(state, base_url, caller, &site).await,
        None => generate_token(state, base_url, caller, &site).await,
    }
}

/// Makes a share link of one name for each of many sites.
pub async fn create_share_links(
    state: &State,
    base_url: &str,
    caller: &Caller,
    given: CreateShareLinks,
) -> Result<MadeShareLinks> {
    check(&given.site_ids)?;
    share_links::service::check_name_of_any(&given.name)?;
    let mut results = Vec::new();
    for site_id in given.site_ids {
        let made = async {
            let site = owned(state, caller, &site_id).await?;
            let link = CreateShareLink {
                name: given.name.clone(),
                ..CreateShareLink::default()
            };
            share_links::service::create(state, base_url, caller, &site, link, None).await
        };
        let (share_link, problem) = match made.await {
            Ok(link) => (Some(link), None),
            Err(error) => (None, Some(told(error)?)),
        };
        results.push(MadeShareLink {
            site_id,
            share_link,
            problem,
        });
    }
    Ok(MadeShareLinks { results })
}
