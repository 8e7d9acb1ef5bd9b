//! A damage that a question or a batch meets: noted, and mended by opening the file anew.

use super::{Database, Instance, rebuild};
use crate::events::error::{EngineError, OpenError};
use std::sync::atomic::Ordering;

/// A disk that damages files again and again must not be filled with copies of them: after so many rebuilds, a damage stays.
const MOST_REBUILDS: u32 = 3;

/// True for what DuckDB says of a block whose checksum is wrong, also when that ended the whole instance. A question's own words, which an
/// error may quote, do not begin so.
pub(super) fn is_damage(words: &str) -> bool {
    let begins = |word: &str| words.starts_with(word);
    begins("IO Error: Corrupt database file") || begins("FATAL Error") && words.contains("Corrupt database file")
}

impl Database {
    /// Tells the drain of a damage.
    pub(super) fn noted(&self, error: EngineError) -> EngineError {
        if let EngineError::Damaged(words) = &error {
            self.damage.send_replace(Some(words.clone()));
        }
        error
    }

    /// Returns when a damage was met.
    pub async fn damaged(&self) {
        // Fails when the sender is gone, which `self` holds.
        let _ = self.damage.subscribe().wait_for(Option::is_some).await;
    }

    /// Opens the file anew, once no question runs: after an error on disk, DuckDB refuses to go on with an open one. Where a damage was
    /// met, the file is rebuilt before; questions are refused meanwhile. Only the drain calls this.
    pub async fn reopen(&self) -> Result<(), OpenError> {
        let old = self.instance.write().await.take();
        let (path, settings, rolled) = (self.path.clone(), self.settings.clone(), self.rolled.clone());
        let damage = self.damage.borrow().clone();
        let damage = damage.filter(|_| self.rebuilds.load(Ordering::Relaxed) < MOST_REBUILDS);
        let opened = tokio::task::spawn_blocking(move || {
            drop(old);
            let rebuilt = damage.map(|cause| rebuild::rebuild(&path, &settings, &cause));
            if let Some(Err(error)) = &rebuilt {
                tracing::error!(%error, "the event file can't be rebuilt now; what is whole of it is answered from");
            }
            Ok((
                Instance::open(&path, &settings, &rolled)?,
                matches!(rebuilt, Some(Ok(()))),
            ))
        });
        let (opened, is_rebuilt) = opened
            .await
            .unwrap_or_else(|panic| Err(OpenError::Settings(panic.to_string())))?;
        self.rebuilds.fetch_add(u32::from(is_rebuilt), Ordering::Relaxed);
        // No answer of the file as it was is of the version that is asked for from here on.
        self.versions.lock().expect("nothing panics with the lock").change_all();
        *self.instance.write().await = Some(opened);
        self.damage.send_replace(None);
        Ok(())
    }
}
