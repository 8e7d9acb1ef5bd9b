//! Single visits. Nothing in them leads to a person, or from one day to the next.

use crate::ids::VisitId;
use crate::query_result::Money;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A visit. Absent values are empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Visit {
    /// The visit's id; it tells nothing but which visit it is.
    pub id: VisitId,
    /// When it began (RFC 3339 with the site's offset).
    pub started_at: String,
    /// From its first to its last event, in seconds.
    pub duration_s: i64,
    /// Page views.
    pub pageviews: i64,
    /// Page views and custom events.
    pub events: i64,
    /// True with fewer than two page views and no interactive event.
    pub bounce: bool,
    /// First page.
    pub entry_page: String,
    /// Last page.
    pub exit_page: String,
    /// Where it came from, by name.
    pub source: String,
    /// Kind of source.
    pub channel: String,
    /// Referring host and path.
    pub referrer: String,
    /// `utm_campaign`.
    pub utm_campaign: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// ISO 3166-2 code.
    pub region: String,
    /// City name.
    pub city: String,
    /// Browser.
    pub browser: String,
    /// Browser's version.
    pub browser_version: String,
    /// Operating system.
    pub os: String,
    /// Operating system's version.
    pub os_version: String,
    /// Desktop, Mobile, Tablet or TV.
    pub device: String,
}

/// Answer of `GET /sites/{site_id}/visits`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitList {
    /// The visits of this page, the latest first.
    pub data: Vec<Visit>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Answer of `GET /sites/{site_id}/visits/{visit_id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitDetails {
    /// The visit.
    pub visit: Visit,
    /// What happened in it, in order; the first 1,000 events.
    pub timeline: Vec<VisitEvent>,
    /// True when there were more events.
    pub truncated: bool,
}

/// Something that happened in a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitEvent {
    /// When (RFC 3339 with the site's offset).
    pub time: String,
    /// `pageview`, or the name of a custom event.
    pub name: String,
    /// Hostname of the page.
    pub hostname: String,
    /// Path of the page.
    pub path: String,
    /// Custom properties.
    pub props: BTreeMap<String, String>,
    /// Revenue.
    pub revenue: Option<Money>,
}
