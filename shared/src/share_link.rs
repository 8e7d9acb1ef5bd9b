//! Share links: what the owner manages and what a recipient resolves.

use crate::ids::{SegmentId, ShareLinkId, SiteId};
use crate::patch::Patch;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// A share link, as the site's owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareLink {
    /// The link's id.
    pub id: ShareLinkId,
    /// The name that the owner gave it.
    pub name: String,
    /// The secret part of the URL; never changes.
    pub token: String,
    /// What to hand out: `https://host/share/<domain>?auth=<token>`.
    pub url: String,
    /// True when a recipient is asked for a password.
    pub protected: bool,
    /// The segment that the link is bound to; null shows all data.
    pub segment: Option<SegmentName>,
    /// When the link was made (RFC 3339, UTC).
    pub created_at: String,
    /// How often the link was opened (resolved).
    pub opens: i64,
    /// When the link was last opened (RFC 3339, UTC); null when never.
    pub last_opened_at: Option<String>,
    /// When the link stops to open anything (RFC 3339, UTC); null when it lives until it is revoked.
    pub expires_at: Option<String>,
    /// Which sites may show the dashboard in a frame: origins such as `https://client.example`, or `*` alone for any;
    /// none when empty.
    pub frame_ancestors: Vec<String>,
}

/// A segment by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentName {
    /// The segment's id.
    pub id: SegmentId,
    /// The segment's name.
    pub name: String,
}

/// Answer of `GET /sites/{site_id}/share-links`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareLinkList {
    /// The active links, oldest first.
    pub data: Vec<ShareLink>,
    /// How many active links a site may have.
    pub limit: u32,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Body of `POST /sites/{site_id}/share-links`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateShareLink {
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
    /// What a recipient is asked for, at most 1,024 bytes; compared exactly. Null or absent asks for nothing.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1024))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// A segment of the site; the link shows nothing outside of it. Null or absent shows all data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment_id: Option<SegmentId>,
    /// An instant in the future (RFC 3339); null or absent never expires.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// At most 20 origins that may frame the dashboard, or `["*"]`.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frame_ancestors: Vec<String>,
}

/// Body of `PATCH /sites/{site_id}/share-links/{link_id}`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateShareLink {
    /// A new name, under the rules of creation.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 60, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"))]
    pub name: Patch<String>,
    /// A new password; null removes it. Either ends every grant of the link.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub password: Patch<String>,
    /// Another segment of the site; null shows all data. Either ends every grant of the link.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<SegmentId>))]
    pub segment_id: Patch<SegmentId>,
    /// Another instant in the future; null never expires.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Patch<String>,
    /// Other origins that may frame the dashboard; null allows none.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>, max_items = 20))]
    pub frame_ancestors: Patch<Vec<String>>,
}

/// Body of `PUT /sites/shared-links`, in the words of Plausible's Sites API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindShareLink {
    /// The site's domain.
    pub site_id: String,
    /// The link's name.
    pub name: String,
}

/// Answer of `PUT /sites/shared-links`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundShareLink {
    /// The link's name.
    pub name: String,
    /// What to hand out.
    pub url: String,
}

/// Body of `POST /share/{domain}/unlock`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UnlockShareLink {
    /// The link's password, exactly; anything on a link without one.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub password: String,
}

/// Answer of `POST /share/{domain}/unlock`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareGrant {
    /// What to send as `Authorization: Share <grant>` in place of the token.
    pub grant: String,
    /// When it ends by itself, at most 24 hours from now (RFC 3339, UTC). It ends at once when the link is revoked or
    /// expires, or when its password or segment changes.
    pub expires_at: String,
}

/// Answer of `GET /share/{domain}`: exactly these four.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SharedSite {
    /// The id to ask data of.
    pub site_id: SiteId,
    /// The site's domain.
    pub domain: String,
    /// The site's IANA time zone.
    pub timezone: String,
    /// An image as a `data:` URL.
    pub favicon: String,
}

/// Body of `POST /share-links`: one share link for each of many sites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateShareLinks {
    /// 1 to 100 sites that the account owns.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub site_ids: Vec<SiteId>,
    /// The name of each of the links, under the rules of one.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60,
            pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
        )
    )]
    pub name: String,
}

/// What became of each site of a `POST /share-links`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeShareLinks {
    /// In the order of the request.
    pub results: Vec<MadeShareLink>,
}

/// A site's new share link, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeShareLink {
    /// The site.
    pub site_id: SiteId,
    /// The link; null when that failed.
    pub share_link: Option<ShareLink>,
    /// Why it failed; null when it did not.
    pub problem: Option<Problem>,
}
