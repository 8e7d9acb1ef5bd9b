//! One random salt a site and local day: made with the day's first event, gone half an hour after the day.
//!
//! Salts are kept in the metadata store, so that a restart does not turn every visitor into a new one, and in memory, so that
//! events are taken while that store is away. The salt of a day that is over (a script sends late events) lives in
//! memory only.

use super::store;
use super::visitor::{Salt, expires_ms};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::kit::clock::Clock;
use crate::kit::secret;
use crate::sites::directory::SiteEntry;
use crate::state::State;
use jiff::civil::Date;
use moka::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const MOST_CACHED: u64 = 50_000;
/// A salt that lives in memory only.
const LATE_LIFE: Duration = Duration::from_secs(24 * 3600);
/// Expired rows are looked for this often.
const SWEEP_EVERY_MS: i64 = 60_000;

/// The salts of all sites.
#[derive(Clone, Debug)]
pub struct Salts {
    db: Db,
    clock: Clock,
    current: Cache<(String, Date), (Salt, i64)>,
    late: Cache<(String, Date), Salt>,
    next_sweep_ms: Arc<AtomicI64>,
}

impl Salts {
    /// Salts kept in `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            current: Cache::new(MOST_CACHED),
            late: Cache::builder()
                .max_capacity(MOST_CACHED)
                .time_to_live(LATE_LIFE)
                .build(),
            next_sweep_ms: Arc::default(),
        }
    }

    /// The salt of a site's day; made when there is none.
    pub async fn of_day(&self, site: &SiteEntry, date: Date) -> Result<Salt> {
        let key = (site.id.0.clone(), date);
        let expires = expires_ms(&site.zone, date);
        if expires <= self.clock.now_ms() {
            return Ok(self.late.get_with(key, secret::bytes::<32>));
        }
        if let Some((salt, _)) = self.current.get(&key) {
            return Ok(salt);
        }
        let date_text = date.to_string();
        let mut tx = self.db.begin().await?;
        let mine = secret::hex(&secret::bytes::<32>());
        store::insert_salt(&mut tx.link(), &site.id.0, &date_text, &mine, expires).await?;
        let kept = store::find_salt(&mut tx.link(), &site.id.0, &date_text).await?;
        tx.commit().await?;
        let salt = kept
            .as_deref()
            .and_then(decode)
            .ok_or_else(|| Error::internal("a salt is not 64 hex digits"))?;
        self.current.insert(key, (salt, expires));
        Ok(salt)
    }

    /// The salt of a site's day, if it is still there: never made for a day before.
    pub async fn known(&self, site: &SiteEntry, date: Date) -> Result<Option<Salt>> {
        let key = (site.id.0.clone(), date);
        let expires = expires_ms(&site.zone, date);
        if expires <= self.clock.now_ms() {
            return Ok(self.late.get(&key));
        }
        if let Some((salt, _)) = self.current.get(&key) {
            return Ok(Some(salt));
        }
        let mut conn = self.db.read().await?;
        let found = store::find_salt(&mut conn.link(), &site.id.0, &date.to_string()).await?;
        let salt = found.as_deref().and_then(decode);
        if let Some(salt) = salt {
            self.current.insert(key, (salt, expires));
        }
        Ok(salt)
    }

    async fn forget_old(&self) -> Result<()> {
        let now = self.clock.now_ms();
        if self.next_sweep_ms.load(Ordering::Relaxed) > now {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        store::delete_expired_salts(&mut tx.link(), now).await?;
        tx.commit().await?;
        let expired = self.current.iter().filter(|(_, (_, expires))| *expires <= now);
        expired.for_each(|(key, _)| self.current.invalidate(&*key));
        self.next_sweep_ms.store(now + SWEEP_EVERY_MS, Ordering::Relaxed);
        Ok(())
    }
}

/// Deletes salts that are of no more use, at most once a minute.
pub async fn forget_old(state: &State) -> Result<()> {
    state.collector.salts.forget_old().await
}

fn decode(hex: &str) -> Option<Salt> {
    let mut salt = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (at, byte) in salt.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(salt)
}
