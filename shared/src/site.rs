//! Sites.

use crate::ids::SiteId;
use crate::patch::Patch;
use serde::{Deserialize, Serialize};

/// A site whose visits are collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Site {
    /// The site's id.
    pub id: SiteId,
    /// The site's domain: lower-case, IDNA (punycode) form, unique on the server.
    pub domain: String,
    /// IANA time zone; days, weeks and months are counted in it.
    pub timezone: String,
    /// ISO 4217 code of the site's currency.
    pub currency: String,
    /// An image as a `data:` URL.
    pub favicon: String,
    /// What the caller may do with the site.
    pub role: Role,
    /// When the site was added (RFC 3339, UTC).
    pub created_at: String,
}

/// What an account may do with a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Reads the dashboard.
    Viewer,
}

/// Body of `POST /sites`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateSite {
    /// The domain, with or without `https://` and a trailing slash; a leading `www.` is dropped.
    pub domain: String,
    /// IANA time zone; `UTC` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// ISO 4217 code; `EUR` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// Body of `PATCH /sites/{site_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSite {
    /// A new domain.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub domain: Patch<String>,
    /// A new IANA time zone; counts from the next event on, past days keep the days they were counted on.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub timezone: Patch<String>,
    /// A new ISO 4217 code.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub currency: Patch<String>,
    /// A PNG, JPEG, GIF, WebP or ICO image as a `data:` URL of at most 32 KiB; null goes back to the drawn one.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub favicon: Patch<String>,
}
