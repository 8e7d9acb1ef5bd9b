//! What happens on a site now.

use serde::{Deserialize, Serialize};

/// The last minutes of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Realtime {
    /// Distinct visitors of the last 5 minutes.
    pub visitors: i64,
    /// Page views of each of the last 30 minutes, the oldest first; the last one is not over.
    #[cfg_attr(feature = "openapi", schema(min_items = 30, max_items = 30))]
    pub pageviews_by_minute: Vec<i64>,
    /// Pages of the last 5 minutes, at most 10, most visitors first.
    pub pages: Vec<NamedCount>,
    /// Sources of the visitors of the last 5 minutes, at most 10.
    pub sources: Vec<NamedCount>,
    /// Countries of the visitors of the last 5 minutes (ISO 3166-1 alpha-2), at most 10.
    pub countries: Vec<NamedCount>,
    /// Cities of the visitors of the last 5 minutes, at most 10.
    pub cities: Vec<NamedCount>,
}

/// One event of the stream of what happens now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RealtimeEvent {
    /// `realtime`, or `gone` when the stream ends because its key no longer opens it.
    pub event: String,
    /// Of `realtime` what `/realtime` answers, as JSON; of `gone` an empty object.
    pub data: String,
}

/// A value and its visitors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedCount {
    /// The value; `(none)` or `Direct / None` stand for an absent one.
    pub name: String,
    /// Its distinct visitors.
    pub visitors: i64,
}

/// Answer of `GET /sites/{site_id}/suggestions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuggestionList {
    /// The values, most visitors first.
    pub data: Vec<NamedCount>,
}
