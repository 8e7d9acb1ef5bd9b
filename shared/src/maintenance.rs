//! Maintenance windows: times for which a site's checks do not count.

use crate::ids::MaintenanceId;
use crate::patch::Patch;
use serde::{Deserialize, Serialize};

/// A time for which checks do not count: uptime leaves them out, no incident opens or closes, nobody is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MaintenanceWindow {
    /// The window's id.
    pub id: MaintenanceId,
    /// What is done; may be empty.
    pub note: String,
    /// The first instant (RFC 3339, UTC).
    pub starts_at: String,
    /// The first instant after it (RFC 3339, UTC).
    pub ends_at: String,
}

/// Body of `POST /sites/{site_id}/maintenance-windows`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateMaintenanceWindow {
    /// What is done: at most 200 characters; empty when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$"))]
    pub note: Option<String>,
    /// The first instant (RFC 3339). What was checked before the window was made stays as it is.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub starts_at: String,
    /// The first instant after it (RFC 3339): later than now and than the beginning, by 31 days at most.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub ends_at: String,
}

/// Body of `PATCH /sites/{site_id}/maintenance-windows/{window_id}`: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMaintenanceWindow {
    /// What is done: at most 200 characters; null empties it.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Option<String>, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")
    )]
    pub note: Patch<String>,
    /// The first instant (RFC 3339).
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub starts_at: Patch<String>,
    /// The first instant after it (RFC 3339): later than the beginning, by 31 days at most. One that is past ends the window.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub ends_at: Patch<String>,
}
