//! SQL of kept answers.

use crate::db::{Link, Result, execute, row};
use sqlx::FromRow;

/// A kept answer.
#[derive(Clone, Debug, FromRow)]
pub struct AnswerRow {
    pub request_hash: String,
    pub answer_sealed: String,
}

/// The answer under a key that was given after `since` (Unix ms).
pub async fn find_answer(
    link: &mut Link<'_>,
    account_id: &str,
    key_hash: &str,
    since: i64,
) -> Result<Option<AnswerRow>> {
    row!(
        link,
        AnswerRow,
        "SELECT request_hash, answer_sealed FROM idempotency_keys
         WHERE account_id = $1 AND key_hash = $2 AND created_at > $3",
        account_id,
        key_hash,
        since,
    )
}

/// Inserts an answer; a racing request under the same key is a unique violation.
pub async fn insert_answer(
    link: &mut Link<'_>,
    account_id: &str,
    key_hash: &str,
    row: &AnswerRow,
    now: i64,
) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO idempotency_keys (account_id, key_hash, request_hash, answer_sealed, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        account_id,
        key_hash,
        &row.request_hash,
        &row.answer_sealed,
        now,
    )
}

/// Deletes answers that were given before `until` (Unix ms).
pub async fn delete_answers_before(link: &mut Link<'_>, until: i64) -> Result<u64> {
    execute!(link, "DELETE FROM idempotency_keys WHERE created_at <= $1", until)
}
