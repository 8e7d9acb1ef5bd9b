//! Goals: what a site wants its visitors to do.

use crate::ids::GoalId;
use crate::patch::Patch;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A goal. It holds for the past too: nothing is stored with events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Goal {
    /// The goal's id.
    pub id: GoalId,
    /// The name by which queries know it; unique on the site.
    pub name: String,
    /// For a goal of pages: the path, where `*` stands for anything within a segment and `**` for anything at all.
    pub path: Option<String>,
    /// For a goal of events: the event's name.
    pub event: Option<String>,
    /// Values that properties of the event must have.
    pub props: BTreeMap<String, String>,
    /// For a revenue goal: the ISO 4217 code of the currency in which its revenue is counted.
    pub currency: Option<String>,
    /// When the goal was made (RFC 3339, UTC).
    pub created_at: String,
}

/// Answer of `GET /sites/{site_id}/goals`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GoalList {
    /// The goals, by name.
    pub data: Vec<Goal>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Body of `POST /sites/{site_id}/goals`: a path or an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateGoal {
    /// 1 to 120 characters after trimming, unique on the site without regard to case; `Visit <path>` or the event's name
    /// when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 120,
            pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
        )
    )]
    pub name: Option<String>,
    /// A path that begins with `/`; `*` and `**` stand for anything within a segment, and for anything at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 1000, pattern = r"^/[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub path: Option<String>,
    /// The name of a custom event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 120,
            pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
        )
    )]
    pub event: Option<String>,
    /// At most 5 properties with the values that they must have; with `event` only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub props: BTreeMap<String, String>,
    /// Makes a revenue goal: an ISO 4217 code; with `event` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$"))]
    pub currency: Option<String>,
}

/// Body of `PATCH /sites/{site_id}/goals/{goal_id}`. What it counts stays; make another goal for that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateGoal {
    /// A new name, under the rules of creation.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 120, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub name: Patch<String>,
    /// A currency, or null to count no revenue any more; of goals of events.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z]{3}$"))]
    pub currency: Patch<String>,
}
