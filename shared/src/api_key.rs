//! API keys for scripts.

use crate::ids::{ApiKeyId, SiteId};
use serde::{Deserialize, Serialize};

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ApiScope {
    /// Ask for statistics.
    #[serde(rename = "stats:read")]
    StatsRead,
    /// List and read sites.
    #[serde(rename = "sites:read")]
    SitesRead,
    /// Add, change and delete sites.
    #[serde(rename = "sites:write")]
    SitesWrite,
    /// List and read share links, tokens included.
    #[serde(rename = "links:read")]
    LinksRead,
    /// Create, change and revoke share links.
    #[serde(rename = "links:write")]
    LinksWrite,
    /// Send events with their own time and address.
    #[serde(rename = "events:write")]
    EventsWrite,
}

impl ApiScope {
    /// Every scope.
    pub const ALL: [ApiScope; 6] = [
        ApiScope::StatsRead,
        ApiScope::SitesRead,
        ApiScope::SitesWrite,
        ApiScope::LinksRead,
        ApiScope::LinksWrite,
        ApiScope::EventsWrite,
    ];

    /// The scope as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            ApiScope::StatsRead => "stats:read",
            ApiScope::SitesRead => "sites:read",
            ApiScope::SitesWrite => "sites:write",
            ApiScope::LinksRead => "links:read",
            ApiScope::LinksWrite => "links:write",
            ApiScope::EventsWrite => "events:write",
        }
    }
}

/// An API key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// The key's id; not the secret.
    pub id: ApiKeyId,
    /// The name that the owner gave it.
    pub name: String,
    /// The first characters of the secret, to tell keys apart.
    pub hint: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// The only site that it reaches; null reaches every site of the account.
    pub site_id: Option<SiteId>,
    /// When it was made (RFC 3339, UTC).
    pub created_at: String,
    /// When it was last used, to the minute (RFC 3339, UTC); null when never.
    pub last_used_at: Option<String>,
}

/// Answer of `POST /api-keys`: the only time that the secret is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiKey {
    /// The key's id.
    pub id: ApiKeyId,
    /// The secret, `vk_…`; it can't be shown again.
    pub key: String,
    /// The name that the owner gave it.
    pub name: String,
    /// The first characters of the secret.
    pub hint: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// The only site that it reaches; null reaches every site of the account.
    pub site_id: Option<SiteId>,
    /// When it was made (RFC 3339, UTC).
    pub created_at: String,
}

/// Body of `POST /api-keys`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// 1 to 60 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60,
            pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
        )
    )]
    pub name: String,
    /// At least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub scopes: Vec<ApiScope>,
    /// Bind the key to one of the account's sites.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<SiteId>,
}
