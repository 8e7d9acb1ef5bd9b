//! What owners can do with portals.

pub mod bulk;
pub mod groups;
pub mod opening;

use super::store::{self, PortalRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::branding;
use crate::db::Tx;
use crate::error::{Error, Result, chain};
use crate::kit::clock::rfc3339;
use crate::kit::framing::frame_ancestors;
use crate::kit::secret;
use crate::sites::service::{SiteRow, lock_owned};
use crate::state::State;
use shared::portal::{Portal, SetPortal};
use shared::problem::ProblemCode;

/// 126 bits.
const TOKEN_CHARS: usize = 21;

/// The hash by which a token is found.
fn token_hash(state: &State, token: &str) -> String {
    secret::hex(&state.seal.lookup("portal", token))
}

/// Where an account's portals are: under its own domain, or the server's.
async fn address(state: &State, base_url: &str, account_id: &str) -> Result<String> {
    let own = branding::service::domains::address_of(state, account_id).await?;
    Ok(own.unwrap_or_else(|| base_url.to_owned()))
}

fn view(state: &State, address: &str, row: &PortalRow) -> Result<Portal> {
    let unseal = |sealed: &String| {
        let token = state.seal.open(&row.id, &secret::unhex(sealed));
        token.ok_or_else(|| Error::internal(format!("the token of {} can't be unsealed", row.id)))
    };
    let token = row.token_sealed.as_ref().map(unseal).transpose()?;
    Ok(Portal {
        enabled: row.enabled,
        url: token.as_ref().map(|token| format!("{address}/portal/{token}")),
        token,
        token_created_at: row.token_created_at.map(rfc3339),
        opens: row.opens,
        last_opened_at: row.last_opened_at.map(rfc3339),
        frame_ancestors: row.frame_ancestors.split_whitespace().map(str::to_owned).collect(),
    })
}

/// Writes counted opens, so that the owner sees them. A full disk must not take the portal away; they are kept for later.
async fn write_opens(state: &State) {
    if let Err(cause) = state.portal_opens.write(&state.db).await {
        tracing::warn!(cause = %chain(&cause), "opens of portals are not written yet");
    }
}

/// The portal of a site; one that was never set is off.
pub async fn get(state: &State, base_url: &str, caller: &Caller, site: &SiteRow) -> Result<Portal> {
    write_opens(state).await;
    let found = {
        let mut conn = state.db.read().await?;
        store::find_portal_of_site(&mut conn.link(), &site.id).await?
    };
    let address = address(state, base_url, caller.account_id()).await?;
    let never = PortalRow {
        id: String::new(),
        name: None,
        name_key: None,
        enabled: false,
        frame_ancestors: String::new(),
        token_sealed: None,
        token_created_at: None,
        opens: 0,
        last_opened_at: None,
        created_at: 0,
    };
    view(state, &address, &found.unwrap_or(never))
}

/// The portal of a site for a change, made where there is none; the site's row is held.
async fn held(state: &State, tx: &mut Tx, caller: &Caller, site: &SiteRow) -> Result<PortalRow> {
    lock_owned(tx, &site.id, caller.account_id()).await?;
    let id = state.ids.next("prt");
    store::insert_portal_of_site(&mut tx.link(), &id, &site.id, state.clock.now_ms()).await?;
    let found = store::find_portal_of_site(&mut tx.link(), &site.id).await?;
    found.ok_or_else(|| Error::internal("the portal that was just made is gone"))
}

/// Turns the portal of a site on or off, and says who may frame it.
pub async fn set(state: &State, base_url: &str, caller: &Caller, site: &SiteRow, given: SetPortal) -> Result<Portal> {
    let ancestors = given.frame_ancestors.as_deref().map(frame_ancestors).transpose()?;
    let mut tx = state.db.begin().await?;
    let mut row = held(state, &mut tx, caller, site).await?;
    told(caller, &row)?;
    row.enabled = given.enabled;
    row.frame_ancestors = ancestors.unwrap_or(row.frame_ancestors);
    store::update_portal(&mut tx.link(), &row).await?;
    record(state, &mut tx, caller, Action::SetPortal, Some(site), &row.id).await?;
    tx.commit().await?;
    get(state, base_url, caller, site).await
}

/// Refuses a key that may not read tokens when the answer tells one of a portal that has it already.
fn told(caller: &Caller, row: &PortalRow) -> Result<()> {
    match row.token_sealed {
        Some(_) => caller.may_read_tokens(),
        None => Ok(()),
    }
}

/// Gives the portal of a site a token, in place of the one that it has. After this returns that one opens nothing.
pub async fn generate_token(state: &State, base_url: &str, caller: &Caller, site: &SiteRow) -> Result<Portal> {
    let mut tx = state.db.begin().await?;
    let row = held(state, &mut tx, caller, site).await?;
    put_token(state, &mut tx, &row).await?;
    record(state, &mut tx, caller, Action::CreatePortalToken, Some(site), &row.id).await?;
    tx.commit().await?;
    get(state, base_url, caller, site).await
}

/// A new token for a portal; 409 while the portal is off.
async fn put_token(state: &State, tx: &mut Tx, row: &PortalRow) -> Result<()> {
    let token = secret::text(TOKEN_CHARS, &secret::NANOID);
    let sealed = secret::hex(&state.seal.seal(&row.id, &token));
    let (hash, now) = (token_hash(state, &token), state.clock.now_ms());
    if store::update_token(&mut tx.link(), &row.id, &hash, &sealed, now).await? == 0 {
        return Err(Error::new(ProblemCode::Conflict).detail("The portal is off. Turn it on first"));
    }
    Ok(())
}

/// Takes the token of a site's portal away, at once and for good; 404 when it has none.
pub async fn revoke_token(state: &State, caller: &Caller, site: &SiteRow) -> Result<()> {
    let mut tx = state.db.begin().await?;
    let found = store::find_portal_of_site(&mut tx.link(), &site.id).await?;
    let row = found.ok_or(ProblemCode::NotFound)?;
    if store::remove_token(&mut tx.link(), &row.id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::RevokePortalToken, Some(site), &row.id).await?;
    Ok(tx.commit().await?)
}

async fn record(
    state: &State,
    tx: &mut Tx,
    caller: &Caller,
    action: Action,
    site: Option<&SiteRow>,
    portal_id: &str,
) -> Result<()> {
    let site_id = site.map(|site| site.id.as_str());
    Ok(audit::record(state, tx, caller.actor(), action, site_id, Some(portal_id)).await?)
}
