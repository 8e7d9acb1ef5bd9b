//! Answers that are still right: a question that was asked of the same data is not asked of the engine again, and one that is being
//! answered is waited for.
//!
//! A key is the whole statement (whose site, under which filter, from when to when) and the version of the site's data, so that new data
//! makes old answers unreachable at once. Who may ask is decided before anything gets here. Engines that other servers write to have no
//! version, and nothing is kept.

use super::error::EngineError;
use super::statement::{Cell, Statement};
use super::versions::Version;
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;

/// An answer that nobody asks for is dropped after so long.
const IDLE: Duration = Duration::from_secs(600);

/// The rows of an answer.
pub type Rows = Vec<Vec<Cell>>;

/// Answers by question and version.
#[derive(Clone, Debug)]
pub struct Answers {
    kept: Cache<(Version, Statement), Arc<Rows>>,
    keeps: bool,
}

impl Answers {
    /// Room for so many bytes of questions and answers; 0 keeps none and still shares what is being answered.
    pub fn new(max_bytes: u64) -> Self {
        let cache = Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|(_, statement): &(Version, Statement), rows: &Arc<Rows>| weight(statement, rows))
            .time_to_idle(IDLE);
        Self {
            kept: cache.build(),
            keeps: max_bytes > 0,
        }
    }

    /// True when the answer is kept.
    pub fn has(&self, version: Version, statement: &Statement) -> bool {
        self.kept.contains_key(&(version, statement.clone()))
    }

    /// The answer that is kept, or the one that `ask` brings.
    pub async fn get(
        &self,
        version: Version,
        statement: Statement,
        ask: impl Future<Output = Result<Rows, EngineError>>,
    ) -> Result<Rows, EngineError> {
        let key = (version, statement);
        let kept = self
            .kept
            .try_get_with_by_ref(&key, async { ask.await.map(Arc::new) })
            .await;
        if !self.keeps {
            // The cache makes room some time later by itself.
            self.kept.invalidate(&key).await;
        }
        match kept {
            Ok(rows) => Ok(Arc::unwrap_or_clone(rows)),
            Err(error) => Err(EngineError::clone(&error)),
        }
    }
}

/// About the bytes that an entry takes.
fn weight(statement: &Statement, rows: &Rows) -> u32 {
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => size_of::<Cell>() + text.len(),
        _ => size_of::<Cell>(),
    };
    let rows: usize = rows.iter().map(|row| row.iter().map(cell).sum::<usize>() + 24).sum();
    u32::try_from(rows + statement.sql.len() + statement.params.len() * 64 + 200).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::versions::Versions;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn without_room_only_what_is_being_answered_is_shared() {
        let (answers, asked) = (Answers::new(0), AtomicUsize::new(0));
        let version = Versions::default().of("a");
        let ask = async || {
            let answer = async {
                asked.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok(vec![vec![Cell::Int(1)]])
            };
            answers
                .get(version, Statement::plain("SELECT 1"), answer)
                .await
                .unwrap()
        };
        let both = tokio::join!(ask(), ask());
        assert_eq!(both.0, both.1);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        ask().await;
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}
