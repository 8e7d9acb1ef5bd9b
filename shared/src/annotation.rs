//! Annotations: what happened on a day, told beside the numbers.

use crate::ids::AnnotationId;
use crate::patch::Patch;
use serde::{Deserialize, Serialize};

/// A note on a day of a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Annotation {
    /// The annotation's id.
    pub id: AnnotationId,
    /// The day (`2026-01-31`), of the site's zone.
    pub date: String,
    /// What happened.
    pub text: String,
    /// True when recipients of share links don't see it.
    pub hidden: bool,
    /// When the annotation was made (RFC 3339, UTC).
    pub created_at: String,
}

/// Answer of `GET /sites/{site_id}/annotations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnnotationList {
    /// The annotations, by date.
    pub data: Vec<Annotation>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Body of `POST /sites/{site_id}/annotations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateAnnotation {
    /// The day (`2026-01-31`), of the site's zone.
    #[cfg_attr(feature = "openapi", schema(format = Date))]
    pub date: String,
    /// 1 to 200 characters after trimming.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 200,
            pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
        )
    )]
    pub text: String,
    /// True to keep it from recipients of share links.
    #[serde(default)]
    pub hidden: bool,
}

/// Body of `PATCH /sites/{site_id}/annotations/{annotation_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateAnnotation {
    /// Another day.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub date: Patch<String>,
    /// Another text, under the rules of creation.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub text: Patch<String>,
    /// Whether recipients see it.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub hidden: Patch<bool>,
}
