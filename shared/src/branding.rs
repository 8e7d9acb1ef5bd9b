//! How an account's portals look, and the domain of its own under which they answer.

use crate::accent::Accent;
use serde::{Deserialize, Serialize};

/// The brand of an account, as its owner sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Branding {
    /// The company's name; null shows Vitrine's.
    pub company_name: Option<String>,
    /// The accent colour as it was given (`#rrggbb`); null for Vitrine's.
    pub accent: Option<String>,
    /// The colours that the accent comes to, readable on light and on dark.
    pub colours: Option<Accent>,
    /// True when portals have no footer that names Vitrine.
    pub hide_footer: bool,
    /// True when shared dashboards carry the brand too.
    pub on_share_links: bool,
    /// True when mails about incidents carry the company's name.
    pub on_mails: bool,
    /// Where the logo is, a path on this server; null when there is none.
    pub logo_url: Option<String>,
}

/// Body of `PUT /branding`: the whole brand but for its logo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetBranding {
    /// 1 to 60 characters after trimming; null or absent shows Vitrine's.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60,
            pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
        )
    )]
    #[serde(default)]
    pub company_name: Option<String>,
    /// `#rrggbb`; null or absent for Vitrine's. What can't be read on a background is shifted until it can.
    #[cfg_attr(feature = "openapi", schema(pattern = "^#[0-9a-fA-F]{6}$"))]
    #[serde(default)]
    pub accent: Option<String>,
    /// Leave out the footer that names Vitrine.
    #[serde(default)]
    pub hide_footer: bool,
    /// Shared dashboards carry the brand too.
    #[serde(default)]
    pub on_share_links: bool,
    /// Mails about incidents carry the company's name.
    #[serde(default)]
    pub on_mails: bool,
}

/// The brand as recipients see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// The company's name; null shows Vitrine's.
    pub company_name: Option<String>,
    /// Where the logo is, a path on this server; null when there is none.
    pub logo_url: Option<String>,
    /// The colours; null for Vitrine's.
    pub colours: Option<Accent>,
    /// True when there is no footer that names Vitrine.
    pub hide_footer: bool,
}

/// The domain of its own under which an account's portals answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BrandDomain {
    /// The domain, as in `reports.youragency.com`.
    pub domain: String,
    /// How it stands.
    pub state: DomainState,
    /// Why the latest look-up did not verify it; null when it did, or when there was none.
    pub reason: Option<DomainReason>,
    /// The record to add.
    pub record: DnsRecord,
    /// When it was claimed (RFC 3339, UTC).
    pub created_at: String,
    /// When the record was last looked up (RFC 3339, UTC); null when never.
    pub checked_at: Option<String>,
    /// When it was last found verified (RFC 3339, UTC); null when never.
    pub verified_at: Option<String>,
    /// When the claim ends unless it is verified until then (RFC 3339, UTC); null when it is verified.
    pub lapses_at: Option<String>,
}

/// Whether a domain is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DomainState {
    /// The record was not found yet, or not any more: nothing answers under the domain.
    NotVerified,
    /// The record was found: the account's portals answer.
    Verified,
}

/// Why a look-up did not verify a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DomainReason {
    /// There is no CNAME record.
    RecordNotFound,
    /// The CNAME record leads elsewhere.
    WrongTarget,
    /// The name servers did not answer.
    NoAnswer,
}

/// A DNS record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DnsRecord {
    /// `CNAME`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The record's name, the whole domain.
    pub host: String,
    /// What it leads to; made for this claim alone.
    pub target: String,
}

/// Body of `PUT /branding/domain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetBrandDomain {
    /// A domain of yours, without scheme, port and path.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 253))]
    pub domain: String,
}
