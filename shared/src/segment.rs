//! Segments: named sets of filters of a site.

use crate::ids::{SegmentId, ShareLinkId};
use crate::patch::Patch;
use crate::query::Filter;
use serde::{Deserialize, Serialize};

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Segment {
    /// The segment's id.
    pub id: SegmentId,
    /// The name that the owner gave it.
    pub name: String,
    /// All of them must hold.
    pub filters: Vec<Filter>,
    /// The active share links that are bound to it; none for callers who may not see links.
    pub share_links: Vec<ShareLinkName>,
    /// When the segment was made (RFC 3339, UTC).
    pub created_at: String,
    /// When its name or filters last changed (RFC 3339, UTC).
    pub updated_at: String,
}

/// A share link by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareLinkName {
    /// The link's id.
    pub id: ShareLinkId,
    /// The link's name.
    pub name: String,
}

/// Answer of `GET /sites/{site_id}/segments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentList {
    /// The segments of this page, by name.
    pub data: Vec<Segment>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Body of `POST /sites/{site_id}/segments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateSegment {
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
    /// 1 to 50 conditions, as in a query; all of them must hold.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub filters: Vec<Filter>,
}

/// Body of `PATCH /sites/{site_id}/segments/{segment_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSegment {
    /// A new name, under the rules of creation.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 60, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub name: Patch<String>,
    /// New conditions; they hold at once for every link that is bound to the segment.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Filter>, min_items = 1, max_items = 50))]
    pub filters: Patch<Vec<Filter>>,
}
