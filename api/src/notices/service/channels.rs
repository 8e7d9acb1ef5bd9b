//! Channels: made, turned off and on, deleted.

use super::super::model::{MOST_CHANNELS, kind_of, kind_word};
use super::super::sign::new_secret;
use super::super::store::channels::{self, ChannelRow};
use super::super::store::outbox;
use super::{confirming, seal, unseal};
use crate::accounts::model::email;
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::kit::secret;
use crate::sites::service::{SiteRow, lock_owned};
use crate::state::State;
use shared::ids::NoticeChannelId;
use shared::notice::{
    ChannelKind, CreateNoticeChannel, NoticeChannel, NoticeChannelList, Obstacle, Silence, UpdateNoticeChannel,
    WebhookSecret,
};
use shared::patch::Patch;
use shared::problem::{FieldError, ProblemCode};

/// Why a channel tells nothing.
pub(super) fn silence(state: &State, row: &ChannelRow) -> Option<Silence> {
    match kind_of(&row.kind) {
        _ if row.gone => Some(Silence::Gone),
        _ if !row.enabled => Some(Silence::Off),
        ChannelKind::Mail if state.notices.mailer.is_none() => Some(Silence::MailOff),
        _ if row.confirmed_at.is_none() => Some(Silence::Unconfirmed),
        _ => None,
    }
}

/// The channel as its owner sees it.
pub(super) fn view(state: &State, row: ChannelRow) -> Result<NoticeChannel> {
    let kind = kind_of(&row.kind);
    let target = unseal(state, &row.id, &row.target_sealed)?;
    let (address, url) = match kind {
        ChannelKind::Mail => (Some(target), None),
        ChannelKind::Webhook => (None, Some(target)),
    };
    Ok(NoticeChannel {
        kind,
        address,
        url,
        enabled: row.enabled,
        confirmed: row.confirmed_at.is_some(),
        ignores_quiet_hours: row.ignores_quiet_hours,
        silent_because: silence(state, &row),
        created_at: rfc3339(row.created_at),
        id: NoticeChannelId(row.id),
    })
}

/// The channels of a site, oldest first.
pub async fn list(state: &State, site: &SiteRow, wanted: &Wanted) -> Result<NoticeChannelList> {
    let mut conn = state.db.read().await?;
    let rows = channels::list_channels(&mut conn.link(), &site.id).await?;
    let (rows, next_cursor) = wanted.cut_whole(rows, |row| &row.id);
    Ok(NoticeChannelList {
        data: rows.into_iter().map(|row| view(state, row)).collect::<Result<_>>()?,
        limit: MOST_CHANNELS as u32,
        mail_available: state.notices.mailer.is_some(),
        next_cursor,
    })
}

/// One channel of a site.
pub async fn get(state: &State, site: &SiteRow, id: &str) -> Result<NoticeChannel> {
    let mut conn = state.db.read().await?;
    let found = channels::find_channel(&mut conn.link(), &site.id, id).await?;
    view(state, found.ok_or(ProblemCode::NotFound)?)
}

/// What a webhook's bodies are signed with; 404 for mail.
pub async fn secret(state: &State, site: &SiteRow, id: &str) -> Result<WebhookSecret> {
    let mut conn = state.db.read().await?;
    let found = channels::find_channel(&mut conn.link(), &site.id, id).await?;
    let sealed = found.and_then(|row| row.secret_sealed).ok_or(ProblemCode::NotFound)?;
    Ok(WebhookSecret {
        secret: unseal(state, id, &sealed)?,
    })
}

/// 409 while the operator has set up no mail server.
pub(super) fn check_mail(state: &State) -> Result<()> {
    match state.notices.mailer {
        Some(_) => Ok(()),
        None => {
            Err(Error::new(ProblemCode::Conflict).detail("This server sends no mail: its operator has not set it up"))
        }
    }
}

/// The address or URL in the form in which it is stored.
async fn target(state: &State, given: &CreateNoticeChannel) -> Result<String> {
    let not_here = |pointer: &str| FieldError::new(pointer, "not_allowed", "A channel of this kind has none");
    let required = |pointer: &str| FieldError::new(pointer, "required", "A channel of this kind needs it");
    let (wanted, other, pointer, other_pointer) = match given.kind {
        ChannelKind::Mail => (&given.address, &given.url, "/address", "/url"),
        ChannelKind::Webhook => (&given.url, &given.address, "/url", "/address"),
    };
    let mut wrong = Vec::new();
    let checked = match (wanted.as_deref(), given.kind) {
        (None, _) => Err(required(pointer)),
        (Some(address), ChannelKind::Mail) => email(pointer, address),
        (Some(url), ChannelKind::Webhook) => state.egress.guard.url(pointer, url).map(String::from),
    };
    if other.is_some() {
        wrong.push(not_here(other_pointer));
    }
    let checked = checked.unwrap_or_else(|error| {
        wrong.push(error);
        String::new()
    });
    if !wrong.is_empty() {
        return Err(Error::fields(wrong));
    }
    if given.kind == ChannelKind::Webhook {
        let url = checked.parse().map_err(Error::internal)?;
        if !state.egress.may_be_saved(&url).await {
            return Err(Error::field("/url", "blocked", "This address may not be called"));
        }
    }
    Ok(checked)
}

/// Makes a channel. An address that has to be confirmed is sent a code.
pub async fn create(
    state: &State,
    caller: &Caller,
    site: &SiteRow,
    given: CreateNoticeChannel,
) -> Result<NoticeChannel> {
    let target = target(state, &given).await?;
    if given.kind == ChannelKind::Mail {
        check_mail(state)?;
    }
    let now = state.clock.now_ms();
    let id = state.ids.next("chn");
    let kind = kind_word(given.kind);
    let is_webhook = given.kind == ChannelKind::Webhook;
    let mut row = ChannelRow {
        site_id: site.id.clone(),
        slot: 0,
        kind: kind.to_owned(),
        target_hash: secret::hex(&state.seal.lookup("notice", &format!("{kind}:{target}"))),
        target_sealed: seal(state, &id, &target),
        secret_sealed: is_webhook.then(|| seal(state, &id, &new_secret())),
        enabled: true,
        gone: false,
        ignores_quiet_hours: given.ignores_quiet_hours,
        confirmed_at: is_webhook.then_some(now),
        code_sealed: None,
        code_expires_at: None,
        code_tries: 0,
        created_at: now,
        id,
    };
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    let there = channels::list_channels(&mut tx.link(), &site.id).await?;
    if there.iter().any(|other| other.target_hash == row.target_hash) {
        return Err(Error::new(ProblemCode::Conflict).detail("This site has such a channel already"));
    }
    let free = (1..=MOST_CHANNELS).find(|slot| there.iter().all(|other| other.slot != *slot));
    row.slot = free.ok_or_else(|| {
        let detail = format!("A site has at most {MOST_CHANNELS} channels");
        Error::new(ProblemCode::LimitReached).detail(detail)
    })?;
    let account_id = caller.account_id();
    if !is_webhook && channels::is_confirmed_for(&mut tx.link(), account_id, &row.target_hash).await? {
        row.confirmed_at = Some(now);
    }
    let needs_code = row.confirmed_at.is_none();
    if needs_code {
        confirming::charge(state, caller, &row.target_hash).await?;
        confirming::renew(state, &mut row);
    }
    channels::insert_channel(&mut tx.link(), &row).await?;
    if needs_code {
        confirming::send(state, &mut tx, site, &row).await?;
    }
    record(state, &mut tx, caller, Action::CreateNoticeChannel, site, &row.id).await?;
    tx.commit().await?;
    state.notices.wake();
    view(state, row)
}

async fn record(state: &State, tx: &mut Tx, caller: &Caller, action: Action, site: &SiteRow, id: &str) -> Result<()> {
    Ok(audit::record(state, tx, caller.actor(), action, Some(&site.id), Some(id)).await?)
}

/// Turns a channel off or on, or changes whether it minds quiet hours.
pub async fn update(
    state: &State,
    caller: &Caller,
    site: &SiteRow,
    id: &str,
    given: UpdateNoticeChannel,
) -> Result<NoticeChannel> {
    let required = |pointer: &str| Error::field(pointer, "required", "It can't be empty");
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    let found = channels::find_channel(&mut tx.link(), &site.id, id).await?;
    let mut row = found.ok_or(ProblemCode::NotFound)?;
    match given.enabled {
        Patch::Absent => {}
        Patch::Null => return Err(required("/enabled")),
        Patch::Value(enabled) => {
            row.enabled = enabled;
            row.gone = row.gone && !enabled;
        }
    }
    match given.ignores_quiet_hours {
        Patch::Absent => {}
        Patch::Null => return Err(required("/ignores_quiet_hours")),
        Patch::Value(ignores) => row.ignores_quiet_hours = ignores,
    }
    channels::update_channel(&mut tx.link(), &row).await?;
    let now = state.clock.now_ms();
    match row.enabled {
        true => outbox::make_due(&mut tx.link(), &site.id, now).await?,
        false => outbox::drop_of_channel(&mut tx.link(), id, Obstacle::ChannelOff.as_str(), now).await?,
    };
    record(state, &mut tx, caller, Action::UpdateNoticeChannel, site, id).await?;
    tx.commit().await?;
    state.notices.wake();
    view(state, row)
}

/// Deletes a channel and what was told by it.
pub async fn delete(state: &State, caller: &Caller, site: &SiteRow, id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    if channels::delete_channel(&mut tx.link(), &site.id, id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::DeleteNoticeChannel, site, id).await?;
    Ok(tx.commit().await?)
}
