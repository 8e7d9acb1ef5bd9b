//! One random salt a site and local day: made with the day's first event, or up to twelve hours before the day for a site that has
//! events; gone half an hour after the day.
//!
//! Salts are kept in the metadata store, so that a restart does not turn every visitor into a new one, and in memory, so that
//! events are taken while that store is away; over midnight too, because the next day's salt is there by noon. The salt of a day that is
//! over (a script sends late events) lives in memory only.

use super::store;
use super::visitor::{Salt, expires_ms};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::events::visits::TIMEOUT_MS;
use crate::kit::clock::Clock;
use crate::kit::secret;
use crate::sites::directory::SiteEntry;
use crate::state::State;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use moka::sync::Cache;
use shared::problem::ProblemCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const MOST_CACHED: u64 = 50_000;
/// A salt that lives in memory only.
const LATE_LIFE: Duration = Duration::from_secs(24 * 3600);
/// Expired rows are looked for this often, and days whose salt can be made ahead.
const SWEEP_EVERY_MS: i64 = 60_000;
/// A salt is made so long before its day at the earliest. Together with the day itself that stays far below 48 hours.
const AHEAD_MS: i64 = 12 * 3600 * 1000;
/// Salts that are made ahead in one transaction.
const AHEAD_AT_ONCE: usize = 500;

/// The salts of all sites.
#[derive(Clone, Debug)]
pub struct Salts {
    db: Db,
    clock: Clock,
    current: Cache<(String, Date), Kept>,
    late: Cache<(String, Date), Salt>,
    next_sweep_ms: Arc<AtomicI64>,
}

/// A salt in memory, when it is of no more use, and the zone of its day.
#[derive(Clone, Debug)]
struct Kept {
    salt: Salt,
    expires: i64,
    zone: TimeZone,
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
        if let Some(kept) = self.current.get(&key) {
            return Ok(kept.salt);
        }
        let made = self.make(vec![(key, site.zone.clone())]).await?;
        // None for a site that was deleted a moment ago.
        made.first().copied().ok_or_else(|| ProblemCode::NotFound.into())
    }

    /// Makes the salts of sites' days, or takes those that another server made, in one transaction. Sites that are gone get none.
    async fn make(&self, days: Vec<((String, Date), TimeZone)>) -> Result<Vec<Salt>> {
        let mut tx = self.db.begin().await?;
        let mut made = Vec::with_capacity(days.len());
        for ((site_id, date), zone) in days {
            let (date_text, expires) = (date.to_string(), expires_ms(&zone, date));
            let mine = secret::hex(&secret::bytes::<32>());
            store::insert_salt(&mut tx.link(), &site_id, &date_text, &mine, expires).await?;
            let kept = store::find_salt(&mut tx.link(), &site_id, &date_text).await?;
            let Some(kept) = kept else { continue };
            let salt = decode(&kept).ok_or_else(|| Error::internal("a salt is not 64 hex digits"))?;
            made.push(((site_id, date), Kept { salt, expires, zone }));
        }
        tx.commit().await?;
        let salts = made.iter().map(|(_, kept)| kept.salt).collect();
        made.into_iter().for_each(|(key, kept)| self.current.insert(key, kept));
        Ok(salts)
    }

    /// Makes the next day's salts of sites whose day ends soon, so that events are taken after midnight while the store is away.
    async fn make_ahead(&self, now: i64) -> Result<()> {
        let is_soon = |kept: &Kept| (now..now + AHEAD_MS).contains(&(kept.expires - TIMEOUT_MS));
        let mut days = Vec::new();
        for (key, kept) in self.current.iter().filter(|(_, kept)| is_soon(kept)) {
            let Ok(next) = key.1.tomorrow() else { continue };
            let key = (key.0.clone(), next);
            if !self.current.contains_key(&key) {
                days.push((key, kept.zone));
            }
        }
        for some in days.chunks(AHEAD_AT_ONCE) {
            self.make(some.to_vec()).await?;
        }
        Ok(())
    }

    /// The salt of a site's day, if it is still there: never made for a day before.
    pub async fn known(&self, site: &SiteEntry, date: Date) -> Result<Option<Salt>> {
        let key = (site.id.0.clone(), date);
        let expires = expires_ms(&site.zone, date);
        if expires <= self.clock.now_ms() {
            return Ok(self.late.get(&key));
        }
        if let Some(kept) = self.current.get(&key) {
            return Ok(Some(kept.salt));
        }
        let mut conn = self.db.read().await?;
        let found = store::find_salt(&mut conn.link(), &site.id.0, &date.to_string()).await?;
        let salt = found.as_deref().and_then(decode);
        if let Some(salt) = salt {
            let zone = site.zone.clone();
            self.current.insert(key, Kept { salt, expires, zone });
        }
        Ok(salt)
    }

    async fn keep_up(&self) -> Result<()> {
        let now = self.clock.now_ms();
        if self.next_sweep_ms.load(Ordering::Relaxed) > now {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        store::delete_expired_salts(&mut tx.link(), now).await?;
        tx.commit().await?;
        let expired = self.current.iter().filter(|(_, kept)| kept.expires <= now);
        expired.for_each(|(key, _)| self.current.invalidate(&*key));
        self.make_ahead(now).await?;
        self.next_sweep_ms.store(now + SWEEP_EVERY_MS, Ordering::Relaxed);
        Ok(())
    }
}

/// Deletes salts that are of no more use and makes those that soon are, at most once a minute.
pub async fn keep_up(state: &State) -> Result<()> {
    state.collector.salts.keep_up().await
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
