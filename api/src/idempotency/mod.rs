//! Creates that are safe to repeat: the answer to a request with an `Idempotency-Key` is kept for a day.
//!
//! Promises. The same key with the same request of the same account makes one thing and answers it each time, also when
//! the requests race and after a restart; with another request it is 422. The answer is written in the transaction that
//! makes the thing, sealed, because it may hold a token. What failed is not kept.

mod store;

use crate::db::{Link, Tx};
use crate::error::{Error, Result};
use crate::kit::secret;
use crate::state::State;
use serde::Serialize;

const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// A request that is to be done once.
#[derive(Clone, Debug)]
pub struct Once {
    account_id: String,
    key_hash: String,
    request_hash: String,
}

impl Once {
    /// The request of an account under a key: what is asked (`operation`, with its path) and its body.
    pub fn new(state: &State, account_id: &str, key: &str, operation: &str, body: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(body).map_err(Error::internal)?;
        let hash = |kind, text: &str| secret::hex(&state.seal.lookup(kind, text));
        Ok(Self {
            account_id: account_id.to_owned(),
            key_hash: hash("idempotency key", key),
            request_hash: hash("idempotent request", &format!("{operation} {body}")),
        })
    }
}

/// The answer that was given before; 422 when the key belongs to another request.
pub async fn find(state: &State, link: &mut Link<'_>, once: &Once) -> Result<Option<String>> {
    let since = state.clock.now_ms() - KEPT_MS;
    let Some(row) = store::find_answer(link, &once.account_id, &once.key_hash, since).await? else {
        return Ok(None);
    };
    if row.request_hash != once.request_hash {
        let detail = "This key was used for another request";
        return Err(Error::field("Idempotency-Key", "reused", detail));
    }
    let answer = state.seal.open(&once.key_hash, &secret::unhex(&row.answer_sealed));
    let answer = answer.ok_or_else(|| Error::internal("a kept answer can't be unsealed"))?;
    Ok(Some(answer))
}

/// Keeps an answer, in the transaction that makes the thing; forgets those that are older than a day.
pub async fn keep(state: &State, tx: &mut Tx, once: &Once, answer: &str) -> Result<()> {
    let now = state.clock.now_ms();
    store::delete_answers_before(&mut tx.link(), now - KEPT_MS).await?;
    let row = store::AnswerRow {
        request_hash: once.request_hash.clone(),
        answer_sealed: secret::hex(&state.seal.seal(&once.key_hash, answer)),
    };
    store::insert_answer(&mut tx.link(), &once.account_id, &once.key_hash, &row, now).await?;
    Ok(())
}
