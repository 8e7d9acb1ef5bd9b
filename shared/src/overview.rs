//! All sites of an account at a glance.

use crate::health::{HealthScore, UpState};
use crate::ids::SiteId;
use serde::{Deserialize, Serialize};

/// Answer of `GET /overview`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overview {
    /// The sites, worst first: down, then the lowest score, then those without one; by domain within.
    pub data: Vec<OverviewSite>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// How a site stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverviewSite {
    /// The site.
    pub site_id: SiteId,
    /// Its domain.
    pub domain: String,
    /// Its picture, a `data:` URL.
    pub favicon: String,
    /// Its score now; null when nothing was measured.
    pub score: Option<HealthScore>,
    /// Whether it is up; null when that is not measured.
    pub state: Option<UpState>,
    /// What is not as it should be now.
    pub open_incidents: u32,
    /// Unique visitors of the last seven days, which end yesterday.
    pub visitors: i64,
    /// Share links that live.
    pub share_links: u32,
    /// True when a portal can be opened by a link.
    pub has_portal: bool,
    /// When a share link or the portal was last opened (RFC 3339, UTC); null when never.
    pub last_opened_at: Option<String>,
}
