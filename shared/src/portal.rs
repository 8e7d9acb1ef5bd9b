//! Client portals: what the owner manages, and what a client sees.

use crate::branding::Brand;
use crate::health::HealthSummary;
use crate::ids::{PortalGroupId, SiteId};
use crate::patch::Patch;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// The portal of a site, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Portal {
    /// True when the portal's link opens it.
    pub enabled: bool,
    /// The secret part of the link; null when there is none.
    pub token: Option<String>,
    /// What to hand out: `https://host/portal/<token>`, on the account's own domain when it has one that is verified.
    pub url: Option<String>,
    /// When the token was made (RFC 3339, UTC).
    pub token_created_at: Option<String>,
    /// How often the link was opened; starts anew with each token.
    pub opens: i64,
    /// When the link was last opened (RFC 3339, UTC).
    pub last_opened_at: Option<String>,
    /// Which sites may show the portal in a frame: origins such as `https://client.example`, or `*` alone for any; none when
    /// empty.
    pub frame_ancestors: Vec<String>,
}

/// Body of `PUT /sites/{site_id}/portal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetPortal {
    /// Whether the portal's link opens it. One that is turned off keeps its token.
    pub enabled: bool,
    /// At most 20 origins that may frame the portal, or `["*"]`; null or absent leaves them as they are.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_ancestors: Option<Vec<String>>,
}

/// Several sites in one portal, behind one link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalGroup {
    /// The group's id.
    pub id: PortalGroupId,
    /// The name that clients see above the sites.
    pub name: String,
    /// The sites, in the order in which they are shown.
    pub site_ids: Vec<SiteId>,
    /// When the group was made (RFC 3339, UTC).
    pub created_at: String,
    /// Its portal; on from the start, without a token.
    #[serde(flatten)]
    pub portal: Portal,
}

/// Answer of `GET /portal-groups`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalGroupList {
    /// The groups, oldest first.
    pub data: Vec<PortalGroup>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Body of `POST /portal-groups`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreatePortalGroup {
    /// 1 to 60 characters after trimming, unique in the account without regard to case.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60,
            pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
        )
    )]
    pub name: String,
    /// 1 to 50 sites that the account owns, in the order in which they are shown.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub site_ids: Vec<SiteId>,
}

/// Body of `PATCH /portal-groups/{group_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdatePortalGroup {
    /// A new name, under the rules of creation.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 60, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub name: Patch<String>,
    /// Other sites, under the rules of creation.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<SiteId>, min_items = 1, max_items = 50))]
    pub site_ids: Patch<Vec<SiteId>>,
    /// Whether the portal's link opens it.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub enabled: Patch<bool>,
    /// Other origins that may frame the portal; null allows none.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>, max_items = 20))]
    pub frame_ancestors: Patch<Vec<String>>,
}

/// Answer of `GET /portal/{token}`: what a client sees, and nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PortalView {
    /// How the portal looks.
    pub brand: Brand,
    /// The name of a group of sites; null when the portal is of one site.
    pub name: Option<String>,
    /// The sites: one, or those of a group.
    pub sites: Vec<PortalSite>,
}

/// A site in a portal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PortalSite {
    /// The site's domain.
    pub domain: String,
    /// The site's picture, a `data:` URL.
    pub favicon: String,
    /// The site's IANA time zone, in which its dates are told.
    pub timezone: String,
    /// When anything was last measured (RFC 3339, UTC); null when nothing was.
    pub updated_at: Option<String>,
    /// Its health.
    pub health: HealthSummary,
}

/// Body of `POST /portals`: tokens for the portals of many sites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreatePortals {
    /// 1 to 100 sites that the account owns. A site whose portal has a token keeps it.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub site_ids: Vec<SiteId>,
}

/// What became of each site of a `POST /portals`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadePortals {
    /// In the order of the request.
    pub results: Vec<MadePortal>,
}

/// A site's portal, or why it has none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadePortal {
    /// The site.
    pub site_id: SiteId,
    /// Its portal; null when that failed.
    pub portal: Option<Portal>,
    /// Why it failed; null when it did not.
    pub problem: Option<Problem>,
}
