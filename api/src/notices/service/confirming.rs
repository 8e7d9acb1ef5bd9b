//! Confirming a mail address: a code goes there, and comes back through the owner.

use super::super::model::{CODE_CHARS, CODE_LIFE_MS, MOST_CODE_TRIES, kind_of};
use super::super::store::channels::{self, ChannelRow};
use super::super::store::outbox;
use super::{channels as own, deliveries, seal, unseal};
use crate::accounts::model::code as typed;
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::kit::secret::{BASE32, limit_key, text};
use crate::sites::service::{SiteRow, lock_owned};
use crate::state::State;
use shared::notice::{ChannelKind, ConfirmNoticeChannel, NoticeChannel, NoticeEvent, Obstacle};
use shared::problem::ProblemCode;
use subtle::ConstantTimeEq;

/// Gives an unconfirmed channel a new code.
pub(super) fn renew(state: &State, row: &mut ChannelRow) {
    row.code_sealed = Some(seal(state, &row.id, &text(CODE_CHARS, &BASE32)));
    row.code_expires_at = Some(state.clock.now_ms() + CODE_LIFE_MS);
    row.code_tries = 0;
}

/// Counts a code that is about to be sent; 429 when the account or the address has had enough.
pub(super) async fn charge(state: &State, caller: &Caller, target_hash: &str) -> Result<()> {
    let [by_account, by_address] = &state.notices.code_limits;
    by_account.charge(limit_key(caller.account_id())).await?;
    by_address.charge(limit_key(target_hash)).await
}

/// Puts the code of a channel into the outbox.
pub(super) async fn send(state: &State, tx: &mut Tx, site: &SiteRow, row: &ChannelRow) -> Result<()> {
    deliveries::write(state, tx, site, &row.id, NoticeEvent::Confirmation).await?;
    Ok(())
}

async fn unconfirmed(tx: &mut Tx, site: &SiteRow, id: &str) -> Result<ChannelRow> {
    let found = channels::find_channel(&mut tx.link(), &site.id, id).await?;
    let row = found.ok_or(ProblemCode::NotFound)?;
    match kind_of(&row.kind) == ChannelKind::Mail && row.confirmed_at.is_none() {
        true => Ok(row),
        false => Err(Error::new(ProblemCode::Conflict).detail("This channel needs no confirmation")),
    }
}

/// Sends another code; the one before is good no more.
pub async fn send_again(state: &State, caller: &Caller, site: &SiteRow, id: &str) -> Result<NoticeChannel> {
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    let mut row = unconfirmed(&mut tx, site, id).await?;
    own::check_mail(state)?;
    charge(state, caller, &row.target_hash).await?;
    renew(state, &mut row);
    channels::update_channel(&mut tx.link(), &row).await?;
    let now = state.clock.now_ms();
    outbox::drop_of_channel(&mut tx.link(), id, Obstacle::Overtaken.as_str(), now).await?;
    send(state, &mut tx, site, &row).await?;
    tx.commit().await?;
    state.notices.wake();
    own::view(state, row)
}

/// Takes a code. Five wrong ones end it.
pub async fn confirm(
    state: &State,
    caller: &Caller,
    site: &SiteRow,
    id: &str,
    given: ConfirmNoticeChannel,
) -> Result<NoticeChannel> {
    let now = state.clock.now_ms();
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    let mut row = unconfirmed(&mut tx, site, id).await?;
    let is_over = row.code_expires_at.is_none_or(|expires_at| now >= expires_at) || row.code_tries >= MOST_CODE_TRIES;
    let code = match (&row.code_sealed, is_over) {
        (Some(sealed), false) => unseal(state, &row.id, sealed)?,
        _ => return Err(Error::new(ProblemCode::Conflict).detail("The code is good no more: send another")),
    };
    let is_right = bool::from(typed(&given.code).as_bytes().ct_eq(code.as_bytes()));
    if is_right {
        row.confirmed_at = Some(now);
        row.code_sealed = None;
        row.code_expires_at = None;
        row.code_tries = 0;
    } else {
        row.code_tries += 1;
    }
    channels::update_channel(&mut tx.link(), &row).await?;
    if is_right {
        let actor = caller.actor();
        let action = Action::ConfirmNoticeChannel;
        audit::record(state, &mut tx, actor, action, Some(&site.id), Some(id)).await?;
    }
    tx.commit().await?;
    match is_right {
        true => own::view(state, row),
        false => Err(Error::field("/code", "invalid_code", "Incorrect code")),
    }
}
