//! Sessions: begun by signing in, listed and ended by their account's holder.

use super::super::store::AccountRow;
use super::super::store::sessions::{self as store, SessionRow};
use crate::auth::browser::Browser;
use crate::db::Tx;
use crate::error::{Result, chain};
use crate::http::page::Wanted;
use crate::ingest::agent;
use crate::kit::clock::rfc3339;
use crate::kit::secret;
use crate::state::State;
use shared::ids::SessionId;
use shared::page::Page;
use shared::problem::ProblemCode;
use shared::session::Session;

/// A session lasts so long after sign-in.
pub const SESSION_DAYS: i64 = 30;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const MINUTE_MS: i64 = 60_000;

/// A session that a cookie has opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Whose it is.
    pub account: AccountRow,
    /// Its public id.
    pub session_id: String,
}

/// Begins a session, ends the one that the browser had before; answers the secret that goes into the cookie.
pub async fn begin(state: &State, tx: &mut Tx, account_id: &str, browser: &Browser) -> Result<String> {
    let secret = secret::text(32, &secret::BASE32);
    let now = state.clock.now_ms();
    let session = SessionRow {
        id: state.ids.next("ses"),
        created_at: now,
        last_used_at: now,
        user_agent: words(&browser.user_agent),
    };
    store::delete_expired_sessions(&mut tx.link(), now).await?;
    if let Some(old) = &browser.session {
        store::delete_session(&mut tx.link(), &hash(state, old)).await?;
    }
    let id_hash = hash(state, &secret);
    store::insert_session(
        &mut tx.link(),
        &id_hash,
        account_id,
        &session,
        now + SESSION_DAYS * DAY_MS,
    )
    .await?;
    Ok(secret)
}

/// The hash under which a session's secret is stored.
fn hash(state: &State, secret: &str) -> String {
    secret::hex(&state.seal.lookup("session", secret))
}

fn to_minute(now: i64) -> i64 {
    now - now.rem_euclid(MINUTE_MS)
}

/// A header in a few words, as in `Firefox on Windows`; the header itself is stored nowhere.
fn words(user_agent: &str) -> Option<String> {
    let agent = agent::of_header(user_agent);
    match (agent.browser.as_str(), agent.os.as_str()) {
        ("", "") => None,
        ("", os) => Some(os.to_owned()),
        (browser, "") => Some(browser.to_owned()),
        (browser, os) => Some(format!("{browser} on {os}")),
    }
}

/// The live session of a cookie's secret, its use noted.
pub async fn open(state: &State, secret: &str) -> Result<Option<Opened>> {
    let now = state.clock.now_ms();
    let found = {
        let mut conn = state.db.read().await?;
        store::find_session(&mut conn.link(), &hash(state, secret), now).await?
    };
    let Some(row) = found else { return Ok(None) };
    if now - row.last_used_at >= MINUTE_MS
        && let Err(cause) = note_use(state, &row.session_id, now).await
    {
        // A full disk must not take reading away.
        tracing::warn!(cause = %chain(&cause), "the use of a session is not noted");
    }
    Ok(Some(Opened {
        account: row.account,
        session_id: row.session_id,
    }))
}

async fn note_use(state: &State, session_id: &str, now: i64) -> Result<()> {
    let mut tx = state.db.begin().await?;
    store::update_last_used(&mut tx.link(), session_id, to_minute(now)).await?;
    Ok(tx.commit().await?)
}

/// One page of an account's live sessions, newest first.
pub async fn list(state: &State, opened: &Opened, wanted: &Wanted) -> Result<Page<Session>> {
    let (created_at, id) = wanted.after.clone().unwrap_or((i64::MAX, String::new()));
    let limit = i64::from(wanted.limit) + 1;
    let now = state.clock.now_ms();
    let mut conn = state.db.read().await?;
    let before = (created_at, id.as_str());
    let found = store::list_sessions(&mut conn.link(), &opened.account.id, now, before, limit).await?;
    let (sessions, next_cursor) = wanted.cut(found, |session| (session.created_at, &session.id));
    let view = |session: SessionRow| Session {
        current: session.id == opened.session_id,
        id: SessionId(session.id),
        created_at: rfc3339(session.created_at),
        last_used_at: rfc3339(session.last_used_at),
        user_agent: session.user_agent,
    };
    Ok(Page {
        data: sessions.into_iter().map(view).collect(),
        next_cursor,
    })
}

/// Ends a session of the account: its next request is 401.
pub async fn end(state: &State, account_id: &str, session_id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    if store::delete_session_of(&mut tx.link(), account_id, session_id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(tx.commit().await?)
}

/// Ends every session of the account but the one that asks.
pub async fn end_others(state: &State, opened: &Opened) -> Result<()> {
    let mut tx = state.db.begin().await?;
    end_others_in(&mut tx, opened).await?;
    Ok(tx.commit().await?)
}

/// Ends every other session, in the transaction of what makes them worthless.
pub async fn end_others_in(tx: &mut Tx, opened: &Opened) -> Result<()> {
    store::delete_other_sessions(&mut tx.link(), &opened.account.id, &opened.session_id).await?;
    Ok(())
}
