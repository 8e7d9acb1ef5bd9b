//! Sites by domain, as the collector asks for them: cached, emptied by every change of a site.
//!
//! Another server process on the same database learns of a change when the entry's short life is over. While the database is away, a
//! site that was known goes on being known: its events are on the way to another store.

use super::service::{SiteRow, zone_of};
use super::store;
use crate::db::{Db, Link};
use crate::error::Result;
use crate::shields::{self, Shields};
use jiff::tz::TimeZone;
use moka::sync::Cache;
use shared::ids::SiteId;
use std::sync::Arc;
use std::time::Duration;

const LIFE: Duration = Duration::from_secs(5);
/// A site is remembered so long for when the database is away.
const MEMORY: Duration = Duration::from_secs(24 * 3600);
const MOST_ENTRIES: u64 = 20_000;

/// What the collector needs to know of a site.
#[derive(Clone, Debug)]
pub struct SiteEntry {
    /// Id.
    pub id: SiteId,
    /// IDNA domain.
    pub domain: String,
    /// The zone in which the site's days are counted.
    pub zone: TimeZone,
    /// What is not to be counted.
    pub shields: Shields,
}

impl SiteEntry {
    async fn of(link: &mut Link<'_>, site: SiteRow) -> Result<Self> {
        Ok(Self {
            shields: shields::service::of_site(link, &site.id).await?,
            id: SiteId(site.id),
            domain: site.domain,
            zone: zone_of(&site.timezone),
        })
    }
}

/// Looks sites up by domain.
#[derive(Clone, Debug)]
pub struct SiteDirectory {
    db: Db,
    by_domain: Cache<String, Option<Arc<SiteEntry>>>,
    /// Entries as they were last seen, for when they can't be looked up.
    remembered: Cache<String, Arc<SiteEntry>>,
}

impl SiteDirectory {
    /// A directory over the metadata store.
    pub fn new(db: Db) -> Self {
        Self {
            db,
            by_domain: Cache::builder().max_capacity(MOST_ENTRIES).time_to_live(LIFE).build(),
            remembered: Cache::builder().max_capacity(MOST_ENTRIES).time_to_live(MEMORY).build(),
        }
    }

    /// The site of a domain; `None` when there is none.
    pub async fn by_domain(&self, domain: &str) -> Result<Option<Arc<SiteEntry>>> {
        if let Some(entry) = self.by_domain.get(domain) {
            return Ok(entry);
        }
        let entry = match self.look_up(domain).await {
            Ok(Some(entry)) => {
                self.remembered.insert(domain.to_owned(), entry.clone());
                Some(entry)
            }
            Ok(None) => {
                self.remembered.invalidate(domain);
                None
            }
            // Kept for as long as what was looked up, so that few requests wait for a database that is away.
            Err(error) => Some(self.remembered.get(domain).ok_or(error)?),
        };
        self.by_domain.insert(domain.to_owned(), entry.clone());
        Ok(entry)
    }

    async fn look_up(&self, domain: &str) -> Result<Option<Arc<SiteEntry>>> {
        let mut conn = self.db.read().await?;
        let row = store::find_site_by_domain(&mut conn.link(), domain).await?;
        Ok(match row {
            Some(site) => Some(Arc::new(SiteEntry::of(&mut conn.link(), site).await?)),
            None => None,
        })
    }

    /// The site of an id, as it is now; `None` when there is none.
    pub async fn by_id(&self, site_id: &str) -> Result<Option<Arc<SiteEntry>>> {
        let mut conn = self.db.read().await?;
        let row = store::find_site(&mut conn.link(), site_id).await?;
        match row {
            Some(site) => Ok(Some(Arc::new(SiteEntry::of(&mut conn.link(), site).await?))),
            None => Ok(None),
        }
    }

    /// Forgets everything; called after a site or one of its shields was added, changed or deleted.
    pub fn forget(&self) {
        self.by_domain.invalidate_all();
        self.remembered.invalidate_all();
    }
}
