//! What owners can do with share links.

use super::model::{self, MOST_LINKS};
use super::opening::token_hash;
use super::store::{self, ShareLinkRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::{Link, Tx};
use crate::error::{Error, Result, chain};
use crate::http::page::Wanted;
use crate::idempotency::{self, Once};
use crate::kit::clock::rfc3339;
use crate::kit::framing;
use crate::kit::name::Name;
use crate::kit::secret;
use crate::segments;
use crate::sites::service::{SiteRow, lock_owned};
use crate::state::State;
use shared::ids::{SegmentId, ShareLinkId};
use shared::patch::Patch;
use shared::problem::ProblemCode;
use shared::segment::ShareLinkName;
use shared::share_link::{CreateShareLink, SegmentName, ShareLink, ShareLinkList, UpdateShareLink};

/// 48 bits. Longer than this is not looked at when resolving.
const TOKEN_CHARS: usize = 12;

/// The URL that the owner hands out.
fn url(base_url: &str, domain: &str, token: &str) -> String {
    format!("{base_url}/share/{domain}?auth={token}")
}

fn view(state: &State, base_url: &str, site: &SiteRow, row: &ShareLinkRow) -> Result<ShareLink> {
    let token = state.seal.open(&row.id, &secret::unhex(&row.token_sealed));
    let token = token.ok_or_else(|| Error::internal(format!("the token of {} can't be unsealed", row.id)))?;
    Ok(ShareLink {
        id: ShareLinkId(row.id.clone()),
        name: row.name.clone(),
        url: url(base_url, &site.domain, &token),
        token,
        protected: row.password_hash.is_some(),
        segment: segment_name(row),
        created_at: rfc3339(row.created_at),
        opens: row.opens,
        last_opened_at: row.last_opened_at.map(rfc3339),
        expires_at: row.expires_at.map(rfc3339),
        frame_ancestors: row.frame_ancestors.split_whitespace().map(str::to_owned).collect(),
    })
}

fn segment_name(row: &ShareLinkRow) -> Option<SegmentName> {
    Some(SegmentName {
        id: SegmentId(row.segment_id.clone()?),
        name: row.segment_name.clone()?,
    })
}

/// Writes counted opens, so that a list has them. A full disk must not take the list away; they are kept for later.
async fn write_opens(state: &State) {
    if let Err(cause) = state.opens.write(&state.db).await {
        tracing::warn!(cause = %chain(&cause), "opens of share links are not written yet");
    }
}

/// The active links of a site, opens up to now included.
pub async fn list(state: &State, base_url: &str, site: &SiteRow, wanted: &Wanted) -> Result<ShareLinkList> {
    write_opens(state).await;
    let mut conn = state.db.read().await?;
    let rows = store::list_share_links(&mut conn.link(), &site.id).await?;
    let (rows, next_cursor) = wanted.cut_whole(rows, |row| &row.id);
    let data = rows
        .iter()
        .map(|row| view(state, base_url, site, row))
        .collect::<Result<_>>()?;
    Ok(ShareLinkList {
        data,
        limit: MOST_LINKS as u32,
        next_cursor,
    })
}

/// One active link of a site.
pub async fn get(state: &State, base_url: &str, site: &SiteRow, link_id: &str) -> Result<ShareLink> {
    write_opens(state).await;
    let mut conn = state.db.read().await?;
    let row = store::find_share_link(&mut conn.link(), &site.id, link_id)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    view(state, base_url, site, &row)
}

/// Refuses what no link of any site may be called.
pub fn check_name_of_any(given: &str) -> Result<()> {
    model::name(given).map(drop)
}

/// Makes a link in a free slot. With `once`, a repetition of the same request answers the same link.
pub async fn create(
    state: &State,
    base_url: &str,
    caller: &Caller,
    site: &SiteRow,
    given: CreateShareLink,
    once: Option<Once>,
) -> Result<ShareLink> {
    let now = state.clock.now_ms();
    let name = model::name(&given.name)?;
    let expires_at = given.expires_at.map(|at| model::expiry(&at, now)).transpose()?;
    let frame_ancestors = framing::frame_ancestors(&given.frame_ancestors)?;
    if let Some(once) = &once
        && let Some(answer) = idempotency::find(state, &mut state.db.read().await?.link(), once).await?
    {
        return serde_json::from_str(&answer).map_err(Error::internal);
    }
    // Before anything is written, so that a failure leaves no open link behind.
    let password_hash = hash(state, given.password.as_deref()).await?;

    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    if let Some(once) = &once
        && let Some(answer) = idempotency::find(state, &mut tx.link(), once).await?
    {
        return serde_json::from_str(&answer).map_err(Error::internal);
    }
    let active = store::list_share_links(&mut tx.link(), &site.id).await?;
    let slot = (1..=MOST_LINKS)
        .find(|slot| active.iter().all(|row| row.slot != *slot))
        .ok_or_else(|| {
            Error::new(ProblemCode::LimitReached).detail(format!(
                "A site has at most {MOST_LINKS} active links. Revoke one first."
            ))
        })?;
    check_name(&active, &name, None)?;
    let segment_name = match &given.segment_id {
        Some(id) => Some(segments::service::name_of(&mut tx, &site.id, id).await?),
        None => None,
    };

    let id = state.ids.next("lnk");
    let token = secret::text(TOKEN_CHARS, &secret::HEX);
    let row = ShareLinkRow {
        token_sealed: secret::hex(&state.seal.seal(&id, &token)),
        id,
        slot,
        name: name.name,
        name_key: name.key,
        created_at: now,
        opens: 0,
        last_opened_at: None,
        password_hash,
        segment_id: given.segment_id.map(|id| id.0),
        segment_name,
        expires_at,
        frame_ancestors,
    };
    store::insert_share_link(&mut tx.link(), &site.id, &row, &token_hash(state, &token)).await?;
    record(state, &mut tx, caller, Action::CreateShareLink, site, &row.id).await?;
    let link = view(state, base_url, site, &row)?;
    if let Some(once) = &once {
        let answer = serde_json::to_string(&link).map_err(Error::internal)?;
        idempotency::keep(state, &mut tx, once, &answer).await?;
    }
    tx.commit().await?;
    Ok(link)
}

/// The link of that name, made without a password when there is none. A key without `links:read` is told only what it makes.
pub async fn find_or_create(
    state: &State,
    base_url: &str,
    caller: &Caller,
    site: &SiteRow,
    name: String,
) -> Result<ShareLink> {
    let key = model::name(&name)?.key;
    let find = || async {
        let mut conn = state.db.read().await?;
        let rows = store::list_share_links(&mut conn.link(), &site.id).await?;
        let Some(row) = rows.iter().find(|row| row.name_key == key) else {
            return Ok(None);
        };
        caller.may_read_tokens()?;
        view(state, base_url, site, row).map(Some)
    };
    if let Some(link) = find().await? {
        return Ok(link);
    }
    let given = CreateShareLink {
        name,
        ..CreateShareLink::default()
    };
    match create(state, base_url, caller, site, given, None).await {
        // Somebody else made it meanwhile.
        Err(error) if error.code == ProblemCode::NameTaken => find().await?.ok_or(error),
        made => made,
    }
}

async fn hash(state: &State, password: Option<&str>) -> Result<Option<String>> {
    let Some(password) = password else {
        return Ok(None);
    };
    model::check_password(password)?;
    Ok(Some(state.passwords.hash(password).await?))
}

fn check_name(active: &[ShareLinkRow], name: &Name, own_id: Option<&str>) -> Result<()> {
    let taken = active
        .iter()
        .any(|row| row.name_key == name.key && Some(row.id.as_str()) != own_id);
    if taken {
        return Err(Error::new(ProblemCode::NameTaken).detail("A link with this name already exists"));
    }
    Ok(())
}

async fn record(
    state: &State,
    tx: &mut Tx,
    caller: &Caller,
    action: Action,
    site: &SiteRow,
    link_id: &str,
) -> Result<()> {
    Ok(audit::record(state, tx, caller.actor(), action, Some(&site.id), Some(link_id)).await?)
}

/// Changes a link; the token stays. Another password or segment ends every grant at once.
pub async fn update(
    state: &State,
    base_url: &str,
    caller: &Caller,
    site: &SiteRow,
    link_id: &str,
    given: UpdateShareLink,
) -> Result<ShareLink> {
    caller.may_read_tokens()?;
    let now = state.clock.now_ms();
    let name = match given.name {
        Patch::Absent => None,
        Patch::Null => return Err(Error::field("/name", "required", "Enter a name")),
        Patch::Value(name) => Some(model::name(&name)?),
    };
    let expires_at = match given.expires_at {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(at) => Patch::Value(model::expiry(&at, now)?),
    };
    let frame_ancestors = match given.frame_ancestors {
        Patch::Absent => None,
        Patch::Null => Some(String::new()),
        Patch::Value(origins) => Some(framing::frame_ancestors(&origins)?),
    };
    let password_hash = match &given.password {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(password) => match hash(state, Some(password)).await? {
            Some(hash) => Patch::Value(hash),
            None => Patch::Absent,
        },
    };

    let mut tx = state.db.begin().await?;
    lock_owned(&mut tx, &site.id, caller.account_id()).await?;
    let active = store::list_share_links(&mut tx.link(), &site.id).await?;
    let found = active.iter().find(|row| row.id == link_id);
    let mut row = found.cloned().ok_or(ProblemCode::NotFound)?;
    if let Some(name) = name {
        check_name(&active, &name, Some(link_id))?;
        (row.name, row.name_key) = (name.name, name.key);
    }
    let segment_before = row.segment_id.clone();
    match given.segment_id {
        Patch::Absent => {}
        Patch::Null => (row.segment_id, row.segment_name) = (None, None),
        Patch::Value(id) => {
            row.segment_name = Some(segments::service::name_of(&mut tx, &site.id, &id).await?);
            row.segment_id = Some(id.0);
        }
    }
    let ends_grants = !password_hash.is_absent() || row.segment_id != segment_before;
    row.password_hash = password_hash.apply(row.password_hash);
    row.expires_at = expires_at.apply(row.expires_at);
    row.frame_ancestors = frame_ancestors.unwrap_or(row.frame_ancestors);
    store::update_share_link(&mut tx.link(), &site.id, &row, i64::from(ends_grants)).await?;
    record(state, &mut tx, caller, Action::UpdateShareLink, site, link_id).await?;
    tx.commit().await?;
    get(state, base_url, site, link_id).await
}

/// Revokes a link at once and for good. After this returns no request with its token is served.
pub async fn revoke(state: &State, caller: &Caller, site: &SiteRow, link_id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    if store::update_revoked(&mut tx.link(), &site.id, link_id, state.clock.now_ms()).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    record(state, &mut tx, caller, Action::RevokeShareLink, site, link_id).await?;
    Ok(tx.commit().await?)
}

/// Revokes every link of a site, in the transaction that deletes it.
pub async fn revoke_all_of(state: &State, tx: &mut Tx, site_id: &str) -> Result<()> {
    store::update_all_revoked(&mut tx.link(), site_id, state.clock.now_ms()).await?;
    Ok(())
}

/// Which segment each link of a site is bound to: pairs of a segment's id and a link.
pub async fn bound(link: &mut Link<'_>, site_id: &str) -> Result<Vec<(String, ShareLinkName)>> {
    let rows = store::list_share_links(link, site_id).await?;
    let pair = |row: ShareLinkRow| {
        let link = ShareLinkName {
            id: ShareLinkId(row.id),
            name: row.name,
        };
        Some((row.segment_id?, link))
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}
