//! What invited people can do: look at an invitation and accept it.

use super::super::model::role_from_text;
use super::super::store::{self, InvitationRow};
use super::{is_for, token_hash, unseal};
use crate::accounts::service::AccountRow;
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::notices;
use crate::sites::service::{self as sites, is_owner, lock};
use crate::state::State;
use shared::ids::{InvitationId, SiteId};
use shared::member::{Invitation, ReceivedInvitation};
use shared::page::Page;
use shared::problem::ProblemCode;
use shared::site::{Role, Site};

/// What an invitation says of itself to whoever holds its link.
pub async fn look(state: &State, address: ClientAddress, token: &str) -> Result<Invitation> {
    let found = find(state, address, token, |_| true).await?;
    Ok(Invitation {
        domain: found.domain,
        role: role_from_text(&found.role),
        inviter: found.inviter,
        email_bound: found.email.is_some(),
    })
}

/// Refuses a token that an account of this address could not accept, and counts the failure.
pub async fn check(state: &State, address: ClientAddress, token: &str, email: &str) -> Result<()> {
    find(state, address, token, |invitation| is_for(invitation, email)).await?;
    Ok(())
}

/// A wrong token costs the same look-up as a right one, and every way of being wrong is the same 404.
async fn find(
    state: &State,
    address: ClientAddress,
    token: &str,
    is_meant: impl Fn(&InvitationRow) -> bool,
) -> Result<InvitationRow> {
    let tried = state.invitation_limit.begin(address.limit_key()).await?;
    let found = {
        let mut conn = state.db.read().await?;
        store::find_invitation(&mut conn.link(), &token_hash(state, token), state.clock.now_ms()).await?
    };
    match found.filter(is_meant) {
        Some(invitation) => Ok(invitation),
        None => {
            // This call stays a 404; the next one is refused when the count is full.
            let _full = tried.fail().await;
            Err(ProblemCode::InvitationNotFound.into())
        }
    }
}

/// Accepts an invitation; answers the site as its new member sees it.
pub async fn accept(state: &State, address: ClientAddress, account: &AccountRow, token: &str) -> Result<Site> {
    check(state, address, token, &account.email).await?;
    let mut tx = state.db.begin().await?;
    let site_id = accept_in(state, &mut tx, account, token).await?;
    tx.commit().await?;
    let found = sites::find_of(state, site_id.as_str(), &account.id).await?;
    let (site, role) = found.ok_or(ProblemCode::InvitationNotFound)?;
    Ok(sites::view(&site, role))
}

/// Accepts an invitation in a transaction that may make the account too. Ask [`check`] first: failures are counted there.
pub async fn accept_in(state: &State, tx: &mut Tx, account: &AccountRow, token: &str) -> Result<SiteId> {
    let now = state.clock.now_ms();
    let found = store::find_invitation(&mut tx.link(), &token_hash(state, token), now).await?;
    let invitation = found
        .filter(|invitation| is_for(invitation, &account.email))
        .ok_or(ProblemCode::InvitationNotFound)?;
    let site_id = SiteId(invitation.site_id);
    lock(tx, site_id.as_str()).await.map_err(gone)?;
    // Two who accept at once: one of them finds nothing to use up.
    if store::delete_invitation(&mut tx.link(), site_id.as_str(), &invitation.id).await? == 0 {
        return Err(ProblemCode::InvitationNotFound.into());
    }
    let action = match role_from_text(&invitation.role) {
        Role::Viewer => {
            if store::insert_viewer(&mut tx.link(), site_id.as_str(), &account.id, now).await? == 0 {
                return Err(Error::new(ProblemCode::Conflict).detail("You are a member of this site already"));
            }
            Action::JoinSite
        }
        Role::Owner => {
            if !is_owner(tx, &site_id, &invitation.inviter_id).await? {
                return Err(ProblemCode::InvitationNotFound.into());
            }
            store::update_owner_to_viewer(&mut tx.link(), site_id.as_str()).await?;
            store::upsert_owner(&mut tx.link(), site_id.as_str(), &account.id, now).await?;
            store::update_inviter(&mut tx.link(), site_id.as_str(), &account.id).await?;
            notices::service::forget_channels(tx, site_id.as_str()).await?;
            Action::TransferSite
        }
    };
    store::delete_invitations_to(&mut tx.link(), site_id.as_str(), &account.email).await?;
    let actor = Actor::account(&account.id);
    audit::record(state, tx, actor, action, Some(site_id.as_str()), Some(&invitation.id)).await?;
    Ok(site_id)
}

/// A site that was deleted between the two looks takes its invitations along.
fn gone(error: Error) -> Error {
    match error.code {
        ProblemCode::NotFound => ProblemCode::InvitationNotFound.into(),
        _ => error,
    }
}

/// One page of the open invitations to an account's address, oldest first.
pub async fn list_received(state: &State, account: &AccountRow, wanted: &Wanted) -> Result<Page<ReceivedInvitation>> {
    let (created_at, id) = wanted.after.clone().unwrap_or((i64::MIN, String::new()));
    let limit = i64::from(wanted.limit) + 1;
    let now = state.clock.now_ms();
    let mut conn = state.db.read().await?;
    let link = &mut conn.link();
    let after = (created_at, id.as_str());
    let found = store::list_invitations_to(link, &account.email, account.created_at, now, after, limit).await?;
    let (invitations, next_cursor) = wanted.cut(found, |row| (row.created_at, &row.id));
    let data = invitations.into_iter().map(|row| received(state, row));
    Ok(Page {
        data: data.collect::<Result<_>>()?,
        next_cursor,
    })
}

fn received(state: &State, row: InvitationRow) -> Result<ReceivedInvitation> {
    Ok(ReceivedInvitation {
        token: unseal(state, &row.id, &row.token_sealed)?,
        id: InvitationId(row.id),
        domain: row.domain,
        role: role_from_text(&row.role),
        inviter: row.inviter,
        created_at: rfc3339(row.created_at),
        expires_at: rfc3339(row.expires_at),
    })
}
