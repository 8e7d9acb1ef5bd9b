//! What the owner can do: see members, invite, remove, offer the site to another owner.

use super::super::model::{self, LIFE_MS, MOST_MEMBERS, TOKEN_CHARS, role_from_text, role_to_text};
use super::super::store::{self, InvitationRow, MemberRow};
use super::{token_hash, unseal};
use crate::accounts::model::email;
use crate::accounts::service::AccountRow;
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::kit::secret;
use crate::sites::service::{SiteRow, is_owner, lock, lock_owned};
use crate::state::State;
use shared::ids::{MemberId, SiteId};
use shared::member::{InviteMember, Member, MemberStatus, TransferSite};
use shared::page::Page;
use shared::problem::ProblemCode;
use shared::site::Role;

fn view(state: &State, base_url: &str, row: MemberRow) -> Result<Member> {
    let token = match &row.token_sealed {
        Some(sealed) => Some(unseal(state, &row.id, sealed)?),
        None => None,
    };
    Ok(Member {
        id: MemberId(row.id),
        email: row.email,
        name: row.name,
        role: role_from_text(&row.role),
        status: match token {
            Some(_) => MemberStatus::Invited,
            None => MemberStatus::Active,
        },
        invite_url: token.map(|token| format!("{base_url}/invitations/{token}")),
        created_at: rfc3339(row.created_at),
        expires_at: row.expires_at.map(rfc3339),
    })
}

/// One page of a site's members and open invitations, oldest first.
pub async fn list(state: &State, base_url: &str, site: &SiteRow, wanted: &Wanted) -> Result<Page<Member>> {
    let (created_at, id) = wanted.after.clone().unwrap_or((i64::MIN, String::new()));
    let limit = i64::from(wanted.limit) + 1;
    let now = state.clock.now_ms();
    let mut conn = state.db.read().await?;
    let found = store::list_members(&mut conn.link(), &site.id, "", now, (created_at, &id), limit).await?;
    let (members, next_cursor) = wanted.cut(found, |member| (member.created_at, &member.id));
    let data = members.into_iter().map(|member| view(state, base_url, member));
    Ok(Page {
        data: data.collect::<Result<_>>()?,
        next_cursor,
    })
}

/// One member or open invitation.
pub async fn get(state: &State, base_url: &str, site: &SiteRow, id: &str) -> Result<Member> {
    // An empty id would ask for everyone.
    let only = if id.is_empty() { "-" } else { id };
    let mut conn = state.db.read().await?;
    let before_all = (i64::MIN, "");
    let found = store::list_members(&mut conn.link(), &site.id, only, state.clock.now_ms(), before_all, 1).await?;
    let member = found.into_iter().next().ok_or(ProblemCode::NotFound)?;
    view(state, base_url, member)
}

/// Invites a viewer.
pub async fn invite(
    state: &State,
    base_url: &str,
    owner: &AccountRow,
    site: &SiteRow,
    given: InviteMember,
) -> Result<Member> {
    if given.role == Role::Owner {
        let detail = "A site has one owner. Transfer the site instead.";
        return Err(Error::field("/role", "invalid", detail));
    }
    let only = given.email.as_deref().map(|given| email("/email", given)).transpose();
    let only = only.map_err(|error| Error::fields(vec![error]))?;
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, &owner.id).await?;
    store::delete_expired_invitations(&mut tx.link(), state.clock.now_ms()).await?;
    if let Some(only) = &only
        && store::find_role_of_email(&mut tx.link(), &site.id, only)
            .await?
            .is_some()
    {
        return Err(Error::new(ProblemCode::Conflict).detail("This address is a member already"));
    }
    let id = insert(state, &mut tx, owner, site, Role::Viewer, only).await?;
    record(state, &mut tx, owner, Action::InviteMember, site, &id).await?;
    tx.commit().await?;
    get(state, base_url, site, &id).await
}

/// Offers the site to the account of an address, in place of an offer that is open. Nothing changes before it accepts.
pub async fn offer(
    state: &State,
    base_url: &str,
    owner: &AccountRow,
    site: &SiteRow,
    given: TransferSite,
) -> Result<Member> {
    let only = email("/email", &given.email).map_err(|error| Error::fields(vec![error]))?;
    if only == owner.email {
        return Err(Error::field("/email", "invalid", "The site is yours already"));
    }
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, &owner.id).await?;
    store::delete_expired_invitations(&mut tx.link(), state.clock.now_ms()).await?;
    store::delete_transfer(&mut tx.link(), &site.id).await?;
    let id = insert(state, &mut tx, owner, site, Role::Owner, Some(only)).await?;
    record(state, &mut tx, owner, Action::OfferSite, site, &id).await?;
    tx.commit().await?;
    get(state, base_url, site, &id).await
}

async fn insert(
    state: &State,
    tx: &mut Tx,
    inviter: &AccountRow,
    site: &SiteRow,
    role: Role,
    email: Option<String>,
) -> Result<String> {
    if store::count_members(&mut tx.link(), &site.id).await? >= MOST_MEMBERS {
        let detail = format!("A site has at most {MOST_MEMBERS} members and open invitations");
        return Err(Error::new(ProblemCode::LimitReached).detail(detail));
    }
    let id = state.ids.next(model::INVITATION);
    let token = secret::text(TOKEN_CHARS, &secret::BASE32);
    let now = state.clock.now_ms();
    let invitation = InvitationRow {
        token_sealed: secret::hex(&state.seal.seal(&id, &token)),
        id,
        site_id: site.id.clone(),
        domain: site.domain.clone(),
        inviter_id: inviter.id.clone(),
        inviter: inviter.name.clone(),
        role: role_to_text(role).to_owned(),
        email,
        created_at: now,
        expires_at: now + LIFE_MS,
    };
    let inserted = store::insert_invitation(&mut tx.link(), &invitation, &token_hash(state, &token)).await;
    inserted.map_err(|error| {
        if error.is_unique_violation() {
            Error::new(ProblemCode::Conflict).detail("This address is invited already")
        } else {
            error.into()
        }
    })?;
    Ok(invitation.id)
}

/// Removes a viewer, from the next request on, or withdraws an invitation.
pub async fn remove(state: &State, owner: &AccountRow, site: &SiteRow, id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, &owner.id).await?;
    let action = if store::delete_invitation(&mut tx.link(), &site.id, id).await? > 0 {
        Action::WithdrawInvitation
    } else if store::delete_viewer(&mut tx.link(), &site.id, id).await? > 0 {
        Action::RemoveMember
    } else if id == owner.id {
        let detail = "The owner can't be removed. Transfer the site first.";
        return Err(Error::new(ProblemCode::Conflict).detail(detail));
    } else {
        return Err(ProblemCode::NotFound.into());
    };
    record(state, &mut tx, owner, action, site, id).await?;
    Ok(tx.commit().await?)
}

/// Takes an account out of a site that it views.
pub async fn leave(state: &State, account: &AccountRow, site_id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    lock(&mut tx, site_id).await?;
    if store::delete_viewer(&mut tx.link(), site_id, &account.id).await? == 0 {
        let is_owner = is_owner(&mut tx, &SiteId(site_id.to_owned()), &account.id).await?;
        return Err(if is_owner {
            Error::new(ProblemCode::Conflict).detail("The owner can't leave. Transfer the site or delete it.")
        } else {
            ProblemCode::NotFound.into()
        });
    }
    let actor = Actor::account(&account.id);
    audit::record(
        state,
        &mut tx,
        actor,
        Action::LeaveSite,
        Some(site_id),
        Some(&account.id),
    )
    .await?;
    Ok(tx.commit().await?)
}

async fn record(
    state: &State,
    tx: &mut Tx,
    owner: &AccountRow,
    action: Action,
    site: &SiteRow,
    subject_id: &str,
) -> Result<()> {
    let actor = Actor::account(&owner.id);
    audit::record(state, tx, actor, action, Some(&site.id), Some(subject_id)).await?;
    Ok(())
}
