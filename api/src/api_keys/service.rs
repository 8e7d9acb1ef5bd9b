//! What can be done with API keys.

use super::model;
use super::store;
pub use super::store::ApiKeyRow;
use crate::accounts;
use crate::audit::{self, Action, Actor};
use crate::error::{Error, Result, chain};
use crate::http::page::Wanted;
use crate::kit::clock::rfc3339;
use crate::kit::secret;
use crate::sites;
use crate::state::State;
use shared::api_key::{ApiKey, CreateApiKey, NewApiKey};
use shared::ids::{ApiKeyId, SiteId};
use shared::page::Page;
use shared::problem::ProblemCode;

/// An account has at most so many keys.
const MOST_KEYS: i64 = 100;
const MINUTE_MS: i64 = 60_000;

/// Whether a look at a key is a call of its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// It is: it counts toward the key's limit.
    Counted,
    /// It is our own, of a call that goes on.
    Uncounted,
}

/// The key of a secret, its use noted. Unknown and revoked secrets are 401.
pub async fn authenticate(state: &State, given: &str, calls: Calls) -> Result<ApiKeyRow> {
    let plausible = given.len() == model::PREFIX.len() + model::SECRET_CHARS && given.starts_with(model::PREFIX);
    if !plausible {
        return Err(ProblemCode::Unauthenticated.into());
    }
    let key_hash = hash(state, given);
    let found = {
        let mut conn = state.db.read().await?;
        store::find_api_key_by_hash(&mut conn.link(), &key_hash).await?
    };
    let key = found.ok_or(ProblemCode::Unauthenticated)?;
    if calls == Calls::Counted {
        state.key_limit.charge(limit_key(&key_hash))?;
    }
    let now = state.clock.now_ms();
    if key.last_used_at.is_none_or(|last| now - last >= MINUTE_MS)
        && let Err(cause) = note_use(state, &key.id, now).await
    {
        // A full disk must not take reading away.
        tracing::warn!(cause = %chain(&cause), "the use of an API key is not noted");
    }
    Ok(key)
}

async fn note_use(state: &State, key_id: &str, now: i64) -> Result<()> {
    let mut tx = state.db.begin().await?;
    store::update_last_used(&mut tx.link(), key_id, now - now.rem_euclid(MINUTE_MS)).await?;
    Ok(tx.commit().await?)
}

fn hash(state: &State, secret: &str) -> String {
    secret::hex(&state.seal.lookup("api_key", secret))
}

/// Half of the hash is as good a key as the whole.
fn limit_key(key_hash: &str) -> u128 {
    u128::from_str_radix(&key_hash[..32], 16).expect("the hash is hex")
}

/// Makes a key; the answer is the only place that has its secret.
pub async fn create(state: &State, account_id: &str, given: CreateApiKey) -> Result<NewApiKey> {
    let (name, scopes) = match (model::name(&given.name), model::scopes(&given.scopes)) {
        (Ok(name), Ok(scopes)) => (name, scopes),
        (name, scopes) => {
            return Err(Error::fields(
                [name.err(), scopes.err()].into_iter().flatten().collect(),
            ));
        }
    };
    let mut tx = state.db.begin().await?;
    accounts::service::lock(&mut tx, account_id).await?;
    if let Some(site_id) = &given.site_id
        && !sites::service::is_owner(&mut tx, site_id, account_id).await?
    {
        return Err(Error::field("/site_id", "not_found", "No such site in this account"));
    }
    if store::count_api_keys(&mut tx.link(), account_id).await? >= MOST_KEYS {
        return Err(Error::new(ProblemCode::LimitReached).detail(format!("An account has at most {MOST_KEYS} keys")));
    }
    let secret = format!(
        "{}{}",
        model::PREFIX,
        secret::text(model::SECRET_CHARS, &secret::BASE32)
    );
    let row = ApiKeyRow {
        id: state.ids.next("key"),
        account_id: account_id.to_owned(),
        site_id: given.site_id.as_ref().map(|id| id.0.clone()),
        name,
        hint: secret[..model::HINT_CHARS].to_owned(),
        scopes: model::scopes_to_text(&scopes),
        created_at: state.clock.now_ms(),
        last_used_at: None,
    };
    store::insert_api_key(&mut tx.link(), &row, &hash(state, &secret)).await?;
    let site_id = row.site_id.as_deref();
    audit::record(
        state,
        &mut tx,
        Actor::account(account_id),
        Action::CreateApiKey,
        site_id,
        Some(&row.id),
    )
    .await?;
    tx.commit().await?;
    Ok(NewApiKey {
        id: ApiKeyId(row.id),
        key: secret,
        name: row.name,
        hint: row.hint,
        scopes,
        site_id: given.site_id,
        created_at: rfc3339(row.created_at),
    })
}

/// One page of an account's keys, oldest first.
pub async fn list(state: &State, account_id: &str, wanted: &Wanted) -> Result<Page<ApiKey>> {
    let (created_at, id) = wanted.after.clone().unwrap_or((i64::MIN, String::new()));
    let mut conn = state.db.read().await?;
    let limit = i64::from(wanted.limit) + 1;
    let found = store::list_api_keys(&mut conn.link(), account_id, (created_at, &id), limit).await?;
    let (keys, next_cursor) = wanted.cut(found, |key| (key.created_at, &key.id));
    Ok(Page {
        data: keys.iter().map(view).collect(),
        next_cursor,
    })
}

fn view(key: &ApiKeyRow) -> ApiKey {
    ApiKey {
        id: ApiKeyId(key.id.clone()),
        name: key.name.clone(),
        hint: key.hint.clone(),
        scopes: key.scopes(),
        site_id: key.site_id.clone().map(SiteId),
        created_at: rfc3339(key.created_at),
        last_used_at: key.last_used_at.map(rfc3339),
    }
}

/// Revokes a key: its next request is 401.
pub async fn revoke(state: &State, account_id: &str, key_id: &str) -> Result<()> {
    let mut tx = state.db.begin().await?;
    if store::delete_api_key(&mut tx.link(), key_id, account_id).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    audit::record(
        state,
        &mut tx,
        Actor::account(account_id),
        Action::RevokeApiKey,
        None,
        Some(key_id),
    )
    .await?;
    Ok(tx.commit().await?)
}
