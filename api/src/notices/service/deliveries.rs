//! What became of notices, and trying a channel.

use super::super::model::{event_of, event_word, state_of};
use super::super::store::channels::{ChannelRow, find_channel};
use super::super::store::outbox::{self, NoticeRow};
use super::channels::silence;
use crate::auth::caller::Caller;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::kit::secret::limit_key;
use crate::sites::service::{SiteRow, lock_owned};
use crate::state::State;
use shared::ids::{NoticeChannelId, NoticeId, SiteId};
use shared::notice::{NoticeData, NoticeDelivery, NoticeEvent, NoticeSite, NoticeState, Obstacle};
use shared::page::Page;
use shared::problem::ProblemCode;

/// The notices of a site, or of one channel of it, latest first.
pub async fn list(
    state: &State,
    site: &SiteRow,
    channel_id: Option<&str>,
    wanted: &Wanted,
) -> Result<Page<NoticeDelivery>> {
    let (at, id) = wanted.after.clone().unwrap_or((i64::MAX, String::new()));
    let limit = i64::from(wanted.limit) + 1;
    let mut conn = state.db.read().await?;
    let only = channel_id.unwrap_or("");
    let rows = outbox::list_notices(&mut conn.link(), &site.id, only, (at, &id), limit).await?;
    let (rows, next_cursor) = wanted.cut(rows, |row| (row.created_at, &row.id));
    Ok(Page {
        data: rows.into_iter().map(view).collect(),
        next_cursor,
    })
}

fn view(row: NoticeRow) -> NoticeDelivery {
    let told = serde_json::from_str::<NoticeData>(&row.payload).ok();
    let state = state_of(&row.state);
    NoticeDelivery {
        id: NoticeId(row.id),
        channel_id: NoticeChannelId(row.channel_id),
        event: event_of(&row.event),
        incident: told.and_then(|data| data.incident),
        state,
        attempts: u32::try_from(row.attempts).unwrap_or_default(),
        reason: row.reason.as_deref().and_then(Obstacle::from_word),
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        created_at: rfc3339(row.created_at),
        next_attempt_at: (state == NoticeState::Waiting).then(|| rfc3339(row.due_at)),
        ended_at: row.ended_at.map(rfc3339),
    }
}

/// Writes a notice that is about no incident; the caller commits.
pub(super) async fn write(
    state: &State,
    tx: &mut Tx,
    site: &SiteRow,
    channel_id: &str,
    event: NoticeEvent,
) -> Result<NoticeRow> {
    let now = state.clock.now_ms();
    let data = NoticeData {
        site: NoticeSite {
            id: SiteId(site.id.clone()),
            domain: site.domain.clone(),
        },
        incident: None,
    };
    let row = NoticeRow {
        id: state.ids.next("msg"),
        site_id: site.id.clone(),
        channel_id: channel_id.to_owned(),
        event: event_word(event).to_owned(),
        incident_id: None,
        payload: serde_json::to_string(&data).map_err(Error::internal)?,
        state: "waiting".to_owned(),
        attempts: 0,
        due_at: now,
        reason: None,
        status: None,
        created_at: now,
        ended_at: None,
    };
    outbox::insert_notice(&mut tx.link(), &row).await?;
    Ok(row)
}

/// Sends a test by a channel; at most six in any 60 seconds and account.
pub async fn test(state: &State, caller: &Caller, site: &SiteRow, channel_id: &str) -> Result<NoticeDelivery> {
    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    let channel: Option<ChannelRow> = find_channel(&mut tx.link(), &site.id, channel_id).await?;
    let channel = channel.ok_or(ProblemCode::NotFound)?;
    if silence(state, &channel).is_some() {
        return Err(Error::new(ProblemCode::Conflict).detail("This channel tells nothing now"));
    }
    state.notices.test_limit.charge(limit_key(caller.account_id()))?;
    let row = write(state, &mut tx, site, channel_id, NoticeEvent::Test).await?;
    tx.commit().await?;
    state.notices.wake();
    Ok(view(row))
}
