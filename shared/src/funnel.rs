//! Funnels: goals in the order in which visits should reach them.

use crate::ids::{FunnelId, GoalId};
use crate::patch::Patch;
use crate::query::{DateRange, Filter};
use serde::{Deserialize, Serialize};

/// A funnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Funnel {
    /// The funnel's id.
    pub id: FunnelId,
    /// The name that the owner gave it.
    pub name: String,
    /// 2 to 8 goals, in order.
    pub steps: Vec<GoalName>,
    /// When the funnel was made (RFC 3339, UTC).
    pub created_at: String,
}

/// A goal by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GoalName {
    /// The goal's id.
    pub id: GoalId,
    /// The goal's name.
    pub name: String,
}

/// Answer of `GET /sites/{site_id}/funnels`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelList {
    /// The funnels, by name.
    pub data: Vec<Funnel>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Body of `POST /sites/{site_id}/funnels`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateFunnel {
    /// 1 to 60 characters after trimming, unique on the site without regard to case.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60,
            pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
        )
    )]
    pub name: String,
    /// 2 to 8 different goals of the site, in order.
    #[cfg_attr(feature = "openapi", schema(min_items = 2, max_items = 8))]
    pub steps: Vec<GoalId>,
}

/// Body of `PATCH /sites/{site_id}/funnels/{funnel_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateFunnel {
    /// A new name, under the rules of creation.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 60, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub name: Patch<String>,
    /// Other steps.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<GoalId>, min_items = 2, max_items = 8))]
    pub steps: Patch<Vec<GoalId>>,
}

/// Body of `POST /sites/{site_id}/funnels/{funnel_id}/query`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FunnelQuery {
    /// When the visits began.
    pub date_range: DateRange,
    /// Which visits; all of them must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
}

/// How far visits came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelResult {
    /// The funnel's name.
    pub name: String,
    /// Visitors of the range under the same filters, whatever they did.
    pub visitors: i64,
    /// The steps, in order.
    pub steps: Vec<FunnelStep>,
}

/// One step. A visitor reached it when one of their visits reached it and, before that, all the steps before it, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelStep {
    /// The goal's name.
    pub name: String,
    /// Visitors who reached it.
    pub visitors: i64,
    /// Percent of those who reached the first step; null when nobody did.
    pub of_entering: Option<f64>,
    /// Percent of those who reached the step before, at the first step of all visitors; null when nobody did.
    pub of_previous: Option<f64>,
}
