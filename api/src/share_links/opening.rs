//! What a recipient's key opens: the link is looked up in the store for every call.

use super::grant::{self, Grant};
use super::store::{self, OpenedRow};
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::http::shared_limit::tries::Try;
use crate::kit::secret;
use crate::kit::shared_reads::SharedReads;
use crate::segments;
use crate::sites::service::SiteRow;
use crate::state::State;
use shared::problem::ProblemCode;
use shared::query_result::ForcedSegment;

/// Links that are looked up just now, by the hashes of their tokens.
pub type LinkReads = SharedReads<String, Option<OpenedRow>>;

/// A link that a recipient's key has opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The link.
    pub link_id: String,
    /// Its site.
    pub site: SiteRow,
    /// What the link is bound to; nothing outside of it may be shown.
    pub segment: Option<ForcedSegment>,
    /// Who may frame the page, in the form of a policy; empty for nobody.
    pub frame_ancestors: String,
}

/// The hash by which a token is found.
pub(super) fn token_hash(state: &State, token: &str) -> String {
    secret::hex(&state.seal.lookup("share", token))
}

/// The site behind a token or a grant, if it is the one that the call is about.
///
/// A wrong token costs the same look-up as a right one, and every way of being wrong is the same 404. A protected link
/// opens for a grant only: 401 `password_required` without one, and for one that has ended.
pub async fn open(
    state: &State,
    address: ClientAddress,
    key: &str,
    is_meant: impl Fn(&OpenedRow) -> bool,
) -> Result<Opened> {
    let tried = state.token_limits.begin(address).await?;
    find(state, tried, key, is_meant, false).await
}

/// Whether a link is of the site with a domain, for [`open`].
pub fn is_of(domain: &str) -> impl Fn(&OpenedRow) -> bool + '_ {
    move |row| row.is_of(domain)
}

/// Resolves a link; counts the call.
pub async fn resolve(state: &State, address: ClientAddress, key: &str, domain: &str) -> Result<Opened> {
    state.token_limits.charge_resolve(address).await?;
    let tried = state.token_limits.begin(address).await?;
    find(state, tried, key, |row| row.is_of(domain), true).await
}

/// Who may frame the page of a link, protected or not; 404 for a dead one.
pub async fn framing(state: &State, address: ClientAddress, token: &str, domain: &str) -> Result<String> {
    let tried = state.token_limits.begin(address).await?;
    let found = by_token(state, token).await?.filter(|row| row.is_of(domain));
    match found {
        Some(row) => Ok(row.frame_ancestors),
        None => {
            state.token_limits.note_failure(tried, false).await;
            Err(ProblemCode::LinkNotFound.into())
        }
    }
}

/// The living link of a token. Whoever comes with the same token at the same time shares the look-up, if it begins after he came.
pub(super) async fn by_token(state: &State, token: &str) -> Result<Option<OpenedRow>> {
    let look_up = async |token_hash: &String| {
        let mut conn = state.db.read().await?;
        Ok(store::find_by_token(&mut conn.link(), token_hash).await?)
    };
    let found = state.link_reads.read(token_hash(state, token), look_up).await?;
    Ok(found.filter(|row| row.lives(state.clock.now_ms())))
}

async fn find(
    state: &State,
    tried: Try<'_>,
    key: &str,
    is_meant: impl Fn(&OpenedRow) -> bool,
    resolving: bool,
) -> Result<Opened> {
    if grant::is_one(key) {
        return by_grant(state, tried, key, is_meant, resolving).await;
    }
    let Some(row) = by_token(state, key).await?.filter(is_meant) else {
        state.token_limits.note_failure(tried, resolving).await;
        return Err(ProblemCode::LinkNotFound.into());
    };
    match row.password_hash {
        Some(_) => Err(ProblemCode::PasswordRequired.into()),
        None => opened(row),
    }
}

async fn by_grant(
    state: &State,
    tried: Try<'_>,
    key: &str,
    is_meant: impl Fn(&OpenedRow) -> bool,
    resolving: bool,
) -> Result<Opened> {
    let Some(grant) = Grant::open(&state.seal, key) else {
        state.token_limits.note_failure(tried, resolving).await;
        return Err(ProblemCode::PasswordRequired.into());
    };
    let now = state.clock.now_ms();
    let found = {
        let mut conn = state.db.read().await?;
        store::find_by_id(&mut conn.link(), &grant.link_id).await?
    };
    let row = found.filter(|row| row.lives(now)).ok_or(ProblemCode::LinkNotFound)?;
    if row.version != grant.version || grant.expires_at <= now || !is_meant(&row) {
        return Err(ProblemCode::PasswordRequired.into());
    }
    opened(row)
}

fn opened(row: OpenedRow) -> Result<Opened> {
    let segment = match (row.segment_id, row.segment_name, row.segment_filters) {
        (None, ..) => None,
        (Some(_), Some(name), Some(filters)) => Some(segments::service::forced(name, &filters)?),
        // The schema keeps a bound segment; without its filter nothing may be shown.
        (Some(_), ..) => return Err(Error::internal("the segment of a link is gone")),
    };
    Ok(Opened {
        link_id: row.link_id,
        segment,
        frame_ancestors: row.frame_ancestors,
        site: SiteRow {
            id: row.id,
            domain: row.domain,
            timezone: row.timezone,
            currency: row.currency,
            favicon: row.favicon,
            created_at: row.created_at,
        },
    })
}

impl OpenedRow {
    /// True when the link is of the site with that domain.
    fn is_of(&self, domain: &str) -> bool {
        self.domain.eq_ignore_ascii_case(domain)
    }

    fn lives(&self, now: i64) -> bool {
        self.link_expires_at.is_none_or(|at| at > now)
    }
}
