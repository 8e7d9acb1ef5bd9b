//! What owners and recipients can do with share links.

use super::model::{LinkName, MOST_LINKS};
use super::store::{self, ShareLinkRow};
use crate::audit::{self, Action};
use crate::auth::caller::Caller;
use crate::db::Tx;
use crate::error::{Error, Result, chain};
use crate::http::client_address::ClientAddress;
use crate::kit::clock::rfc3339;
use crate::kit::secret;
use crate::sites::service::{SiteRow, lock};
use crate::state::State;
use shared::ids::ShareLinkId;
use shared::patch::Patch;
use shared::problem::ProblemCode;
use shared::share_link::{CreateShareLink, ShareLink, ShareLinkList, UpdateShareLink};

/// 48 bits. Longer than this is not looked at when resolving.
const TOKEN_CHARS: usize = 12;

/// A link that a token has opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The link.
    pub link_id: String,
    /// Its site.
    pub site: SiteRow,
}

/// The URL that the owner hands out.
fn url(base_url: &str, domain: &str, token: &str) -> String {
    format!("{base_url}/share/{domain}?auth={token}")
}

fn token_hash(state: &State, token: &str) -> String {
    secret::hex(&state.seal.lookup("share", token))
}

fn view(state: &State, base_url: &str, site: &SiteRow, row: &ShareLinkRow) -> Result<ShareLink> {
    let token = state.seal.open(&row.id, &decode_hex(&row.token_sealed));
    let token = token.ok_or_else(|| Error::internal(format!("the token of {} can't be unsealed", row.id)))?;
    Ok(ShareLink {
        id: ShareLinkId(row.id.clone()),
        name: row.name.clone(),
        url: url(base_url, &site.domain, &token),
        token,
        protected: false,
        segment: None,
        created_at: rfc3339(row.created_at),
        opens: row.opens,
        last_opened_at: row.last_opened_at.map(rfc3339),
        expires_at: None,
        frame_ancestors: Vec::new(),
    })
}

fn decode_hex(text: &str) -> Vec<u8> {
    let byte = |at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map_while(byte).collect()
}

/// Writes counted opens, so that a list has them. A full disk must not take the list away; they are kept for later.
async fn write_opens(state: &State) {
    if let Err(cause) = state.opens.write(&state.db).await {
        tracing::warn!(cause = %chain(&cause), "opens of share links are not written yet");
    }
}

/// The active links of a site, opens up to now included.
pub async fn list(state: &State, base_url: &str, site: &SiteRow) -> Result<ShareLinkList> {
    write_opens(state).await;
    let mut conn = state.db.read().await?;
    let rows = store::list_share_links(&mut conn.link(), &site.id).await?;
    let data = rows
        .iter()
        .map(|row| view(state, base_url, site, row))
        .collect::<Result<_>>()?;
    Ok(ShareLinkList {
        data,
        limit: MOST_LINKS as u32,
        next_cursor: None,
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

/// Makes a link in a free slot.
pub async fn create(
    state: &State,
    base_url: &str,
    caller: &Caller,
    site: &SiteRow,
    given: CreateShareLink,
) -> Result<ShareLink> {
    let name = LinkName::new(&given.name)?;
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let active = store::list_share_links(&mut tx.link(), &site.id).await?;
    let slot = (1..=MOST_LINKS)
        .find(|slot| active.iter().all(|row| row.slot != *slot))
        .ok_or_else(|| {
            Error::new(ProblemCode::LimitReached).detail(format!(
                "A site has at most {MOST_LINKS} active links. Revoke one first."
            ))
        })?;
    check_name(&active, &name, None)?;

    let id = state.ids.next("lnk");
    let token = secret::text(TOKEN_CHARS, &secret::HEX);
    let row = ShareLinkRow {
        token_sealed: secret::hex(&state.seal.seal(&id, &token)),
        id,
        slot,
        name: name.name,
        name_key: name.key,
        created_at: state.clock.now_ms(),
        opens: 0,
        last_opened_at: None,
    };
    store::insert_share_link(&mut tx.link(), &site.id, &row, &token_hash(state, &token)).await?;
    audit::record(
        state,
        &mut tx,
        caller.actor(),
        Action::CreateShareLink,
        Some(&site.id),
        Some(&row.id),
    )
    .await?;
    tx.commit().await?;
    view(state, base_url, site, &row)
}

fn check_name(active: &[ShareLinkRow], name: &LinkName, own_id: Option<&str>) -> Result<()> {
    let taken = active
        .iter()
        .any(|row| row.name_key == name.key && Some(row.id.as_str()) != own_id);
    if taken {
        return Err(Error::new(ProblemCode::NameTaken).detail("A link with this name already exists"));
    }
    Ok(())
}

/// Renames a link.
pub async fn update(
    state: &State,
    base_url: &str,
    caller: &Caller,
    site: &SiteRow,
    link_id: &str,
    given: UpdateShareLink,
) -> Result<ShareLink> {
    let name = match given.name {
        Patch::Absent => return get(state, base_url, site, link_id).await,
        Patch::Null => return Err(Error::field("/name", "required", "Enter a name")),
        Patch::Value(name) => LinkName::new(&name)?,
    };
    let mut tx = state.db.begin().await?;
    lock(&mut tx, &site.id).await?;
    let active = store::list_share_links(&mut tx.link(), &site.id).await?;
    if active.iter().all(|row| row.id != link_id) {
        return Err(ProblemCode::NotFound.into());
    }
    check_name(&active, &name, Some(link_id))?;
    store::update_name(&mut tx.link(), &site.id, link_id, &name.name, &name.key).await?;
    audit::record(
        state,
        &mut tx,
        caller.actor(),
        Action::UpdateShareLink,
        Some(&site.id),
        Some(link_id),
    )
    .await?;
    tx.commit().await?;
    get(state, base_url, site, link_id).await
}

/// Revokes a link at once and for good. After this returns no request with its token is served.
pub async fn revoke(state: &State, caller: &Caller, site: &SiteRow, link_id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    if store::update_revoked(&mut tx.link(), &site.id, link_id, state.clock.now_ms()).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    audit::record(
        state,
        &mut tx,
        caller.actor(),
        Action::RevokeShareLink,
        Some(&site.id),
        Some(link_id),
    )
    .await?;
    Ok(tx.commit().await?)
}

/// Revokes every link of a site, in the transaction that deletes it.
pub async fn revoke_all_of(state: &State, tx: &mut Tx, site_id: &str) -> Result<()> {
    store::update_all_revoked(&mut tx.link(), site_id, state.clock.now_ms()).await?;
    Ok(())
}

/// The site behind a token, if it is the one that the call is about. The store is asked each time.
///
/// A wrong token costs the same look-up as a right one, and every way of being wrong is the same 404.
pub async fn open(
    state: &State,
    address: ClientAddress,
    token: &str,
    is_meant: impl Fn(&SiteRow) -> bool,
) -> Result<Opened> {
    state.token_limits.check(address)?;
    find(state, token, is_meant).await?.ok_or_else(|| {
        state.token_limits.note_failure(address, false);
        ProblemCode::LinkNotFound.into()
    })
}

/// Resolves a link: counts the call, and the open when the token is right.
pub async fn resolve(state: &State, address: ClientAddress, token: &str, domain: &str) -> Result<Opened> {
    state.token_limits.charge_resolve(address)?;
    state.token_limits.check(address)?;
    let domain = domain.to_lowercase();
    let opened = find(state, token, |site| site.domain == domain).await?.ok_or_else(|| {
        state.token_limits.note_failure(address, true);
        Error::new(ProblemCode::LinkNotFound)
    })?;
    state.opens.count(&opened.link_id, state.clock.now_ms());
    Ok(opened)
}

async fn find(state: &State, token: &str, is_meant: impl Fn(&SiteRow) -> bool) -> Result<Option<Opened>> {
    let token_hash = token_hash(state, token);
    let mut conn = state.db.read().await?;
    let found = store::find_by_token(&mut conn.link(), &token_hash).await?;
    let opened = found.map(|row| Opened {
        link_id: row.link_id,
        site: SiteRow {
            id: row.id,
            domain: row.domain,
            timezone: row.timezone,
            currency: row.currency,
            favicon: row.favicon,
            created_at: row.created_at,
        },
    });
    Ok(opened.filter(|opened| is_meant(&opened.site)))
}
