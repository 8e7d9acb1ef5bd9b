//! The ledger in the metadata store: one turn at a time over all servers, and what is planned.

use super::plan::Plan;
use super::store;
use crate::db::Db;
use crate::error::chain;
use crate::events::batch::ImportMark;
use crate::events::error::EngineError;
use crate::kit::clock::Clock;
use crate::kit::secret;
use shared::ids::SiteId;
use std::time::Duration;

/// A turn lasts so long at most; a server that died with it holds the others up for that time.
const TURN_MS: i64 = 5_000;
/// Whoever waits for a turn asks after 15 to 46 ms, and gives up after so long.
const ASK_AFTER_MS: u64 = 15;
const PATIENCE: Duration = Duration::from_secs(20);
/// Servers that enter at once take a number again so often.
const ATTEMPTS: usize = 20;

/// This server's side of the ledger.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    db: Db,
    /// The data folder's name; the holder of turns.
    node: String,
    /// The data folder's number.
    pub(super) number: i64,
    /// The metadata store's name, for tokens.
    pub(super) name: String,
}

/// The right to write; given back by [`Turn::end`], or when it has lasted too long.
#[must_use]
pub(super) struct Turn<'a>(&'a Ledger);

impl Ledger {
    /// Enters a data folder, new or known.
    pub(super) async fn enter(db: Db, node: String) -> Result<Self, EngineError> {
        let mut attempts = 0;
        loop {
            let mut tx = db.begin().await.map_err(away)?;
            let fresh = secret::text(12, &secret::BASE32);
            store::enter_turn(&mut tx.link(), &fresh).await.map_err(away)?;
            attempts += 1;
            match store::enter_node(&mut tx.link(), &node).await {
                Err(error) if error.is_unique_violation() && attempts < ATTEMPTS => continue,
                Err(error) => return Err(away(error)),
                Ok(_) => {}
            }
            let known = store::find_node(&mut tx.link(), &node).await.map_err(away)?;
            let name = store::find_ledger(&mut tx.link()).await.map_err(away)?;
            tx.commit().await.map_err(away)?;
            let (Some((number, _)), Some((name,))) = (known, name) else {
                return Err(EngineError::Other("the ledger has lost an entry".into()));
            };
            return Ok(Self { db, node, number, name });
        }
    }

    /// Waits for the turn.
    pub(super) async fn turn(&self) -> Result<Turn<'_>, EngineError> {
        let wait = async {
            loop {
                let now = Clock::system().now_ms();
                let mut tx = self.db.begin().await.map_err(away)?;
                let taken = store::take_turn(&mut tx.link(), &self.node, now, now + TURN_MS).await;
                let taken = taken.map_err(away)? > 0;
                if !taken {
                    store::contend(&mut tx.link()).await.map_err(away)?;
                }
                tx.commit().await.map_err(away)?;
                if taken {
                    return Ok(Turn(self));
                }
                let [jitter] = secret::bytes::<1>();
                tokio::time::sleep(Duration::from_millis(ASK_AFTER_MS + u64::from(jitter / 8))).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        waited.unwrap_or_else(|_| Err(EngineError::Away("another server holds the ledger's turn".into())))
    }

    /// True when a plan may not be carried out.
    pub(super) async fn is_unfinished(&self) -> Result<bool, EngineError> {
        let mut conn = self.db.read().await.map_err(away)?;
        let plan = store::find_plan(&mut conn.link()).await.map_err(away)?;
        Ok(plan.is_some())
    }

    /// How far this server's inbox is planned.
    pub(super) async fn drained(&self) -> Result<i64, EngineError> {
        let mut conn = self.db.read().await.map_err(away)?;
        let known = store::find_node(&mut conn.link(), &self.node).await.map_err(away)?;
        Ok(known.map_or(0, |(_, drained)| drained))
    }

    /// How far an import is.
    pub(super) async fn progress(&self, import_id: &str) -> Result<Option<String>, EngineError> {
        let mut conn = self.db.read().await.map_err(away)?;
        let found = store::find_progress(&mut conn.link(), import_id).await.map_err(away)?;
        Ok(found.map(|(progress,)| progress))
    }

    /// How far every import is.
    pub(super) async fn imports(&self) -> Result<Vec<ImportMark>, EngineError> {
        let mut conn = self.db.read().await.map_err(away)?;
        let rows = store::list_progress(&mut conn.link()).await.map_err(away)?;
        let mark = |(import_id, site_id, progress)| ImportMark {
            import_id,
            site_id: SiteId(site_id),
            progress,
        };
        Ok(rows.into_iter().map(mark).collect())
    }

    /// The sites that were deleted.
    pub(super) async fn deleted_sites(&self) -> Result<Vec<String>, EngineError> {
        let mut conn = self.db.read().await.map_err(away)?;
        let sites = store::list_deleted_sites(&mut conn.link()).await.map_err(away)?;
        Ok(sites.into_iter().map(|(site_id,)| site_id).collect())
    }
}

impl Turn<'_> {
    /// The plan that is not known to be carried out, with its number.
    pub(super) async fn unfinished(&self) -> Result<Option<(i64, Plan)>, EngineError> {
        let mut conn = self.0.db.read().await.map_err(away)?;
        let Some((id, body)) = store::find_plan(&mut conn.link()).await.map_err(away)? else {
            return Ok(None);
        };
        let plan = serde_json::from_str(&body).map_err(|error| EngineError::Other(error.to_string()))?;
        Ok(Some((id, plan)))
    }

    /// The number that the next plan has.
    pub(super) async fn next_plan(&self) -> Result<i64, EngineError> {
        let mut conn = self.0.db.read().await.map_err(away)?;
        let latest = store::latest_plan(&mut conn.link()).await.map_err(away)?;
        Ok(latest.map_or(0, |(plans,)| plans) + 1)
    }

    /// Writes a plan together with what it makes true: how far the inbox and an import are, and which sites are gone. Fails when the
    /// turn has gone to somebody else.
    pub(super) async fn plan(
        &self,
        id: i64,
        plan: &Plan,
        up_to: i64,
        import: Option<&ImportMark>,
    ) -> Result<(), EngineError> {
        let body = serde_json::to_string(plan).map_err(|error| EngineError::Other(error.to_string()))?;
        let mut tx = self.0.db.begin().await.map_err(away)?;
        match store::count_plan(&mut tx.link(), &self.0.node).await.map_err(away)? {
            Some((counted,)) if counted == id => {}
            _ => return Err(EngineError::Away("the turn went to another server".into())),
        }
        store::set_drained(&mut tx.link(), &self.0.node, up_to)
            .await
            .map_err(away)?;
        if let Some(mark) = import {
            store::set_progress(&mut tx.link(), &mark.import_id, mark.site_id.as_str(), &mark.progress)
                .await
                .map_err(away)?;
        }
        for site_id in &plan.deleted_sites {
            store::insert_deleted_site(&mut tx.link(), site_id)
                .await
                .map_err(away)?;
            store::delete_progress_of(&mut tx.link(), site_id).await.map_err(away)?;
        }
        if !plan.is_empty() {
            store::insert_plan(&mut tx.link(), id, &body).await.map_err(away)?;
        }
        tx.commit().await.map_err(away)
    }

    /// Drops a plan that was carried out.
    pub(super) async fn finish(&self, id: i64) -> Result<(), EngineError> {
        let mut tx = self.0.db.begin().await.map_err(away)?;
        store::delete_plan(&mut tx.link(), id).await.map_err(away)?;
        tx.commit().await.map_err(away)
    }

    /// Forgets how far an import was.
    pub(super) async fn forget_import(&self, import_id: &str) -> Result<(), EngineError> {
        let mut tx = self.0.db.begin().await.map_err(away)?;
        store::delete_progress(&mut tx.link(), import_id).await.map_err(away)?;
        tx.commit().await.map_err(away)
    }

    /// Says how far this server's inbox and all imports are that another store had.
    pub(super) async fn take_over(&self, drained: i64, imports: &[ImportMark]) -> Result<(), EngineError> {
        let mut tx = self.0.db.begin().await.map_err(away)?;
        let mut link = tx.link();
        store::delete_all_progress(&mut link).await.map_err(away)?;
        for mark in imports {
            store::set_progress(&mut link, &mark.import_id, mark.site_id.as_str(), &mark.progress)
                .await
                .map_err(away)?;
        }
        store::set_drained(&mut link, &self.0.node, drained)
            .await
            .map_err(away)?;
        tx.commit().await.map_err(away)
    }

    /// Lets others go on. When the metadata store is away, they do once the turn has lasted too long.
    pub(super) async fn end(self) {
        let released = async {
            let mut tx = self.0.db.begin().await?;
            let now = Clock::system().now_ms();
            store::release_turn(&mut tx.link(), &self.0.node, now).await?;
            tx.commit().await
        };
        if let Err(error) = released.await {
            tracing::warn!(cause = %chain(&error), "the turn at the event ledger was not given back");
        }
    }
}

fn away(error: crate::db::Error) -> EngineError {
    EngineError::Away(chain(&error))
}
