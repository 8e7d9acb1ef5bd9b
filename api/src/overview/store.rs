//! SQL of the overview.

use crate::db::{Link, Result, rows};
use sqlx::FromRow;

/// A site and what its place in the order comes from.
#[derive(Clone, Debug, FromRow)]
pub struct StandingRow {
    pub id: String,
    pub domain: String,
    pub timezone: String,
    pub currency: String,
    pub favicon: Option<String>,
    pub created_at: i64,
    /// Incidents of uptime that are open.
    pub down: i64,
    pub open_incidents: i64,
    /// The latest score.
    pub score: Option<i64>,
    pub share_links: i64,
    pub link_opened_at: Option<i64>,
    pub portals: i64,
    pub portal_opened_at: Option<i64>,
}

/// The sites that an account owns; scores from before `since` say nothing any more.
pub async fn list_standings(link: &mut Link<'_>, account_id: &str, now: i64, since: i64) -> Result<Vec<StandingRow>> {
    rows!(
        link,
        StandingRow,
        "SELECT s.id, s.domain, s.timezone, s.currency, s.favicon, s.created_at,
           (SELECT COUNT(*) FROM incidents i WHERE i.site_id = s.id AND i.closed_at IS NULL AND i.kind = 'uptime') AS down,
           (SELECT COUNT(*) FROM incidents i WHERE i.site_id = s.id AND i.closed_at IS NULL) AS open_incidents,
           (SELECT h.value FROM health_scores h WHERE h.site_id = s.id AND h.at >= $3 ORDER BY h.at DESC LIMIT 1) AS score,
           (SELECT COUNT(*) FROM share_links l WHERE l.site_id = s.id AND l.revoked_at IS NULL
              AND (l.expires_at IS NULL OR l.expires_at > $2)) AS share_links,
           (SELECT MAX(l.last_opened_at) FROM share_links l WHERE l.site_id = s.id AND l.revoked_at IS NULL) AS link_opened_at,
           (SELECT COUNT(*) FROM portals p WHERE p.site_id = s.id AND p.enabled AND p.token_hash IS NOT NULL) AS portals,
           (SELECT MAX(p.last_opened_at) FROM portals p WHERE p.site_id = s.id) AS portal_opened_at
         FROM sites s JOIN site_members m ON m.site_id = s.id
         WHERE m.account_id = $1 AND m.role = 'owner'",
        account_id,
        now,
        since,
    )
}
