//! Who did what to a site.

use crate::ids::{AccountId, ApiKeyId};
use serde::{Deserialize, Serialize};

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// The entry's id.
    pub id: String,
    /// When (RFC 3339, UTC).
    pub at: String,
    /// Whose account did it; null when the account is gone.
    pub account: Option<AuditAccount>,
    /// The API key that did it, when it was a script.
    pub api_key: Option<AuditApiKey>,
    /// What was done, as the name of the operation: `create_share_link`, `update_share_link`, `revoke_share_link`, …
    pub action: String,
    /// The id of what it was done to; null when it is the site itself.
    pub subject_id: Option<String>,
    /// The present name of that link or segment; null when it has none any more.
    pub subject_name: Option<String>,
}

/// An account by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditAccount {
    /// The account's id.
    pub id: AccountId,
    /// The account's name.
    pub name: String,
}

/// An API key by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditApiKey {
    /// The key's id.
    pub id: ApiKeyId,
    /// The key's name; null when it was revoked since.
    pub name: Option<String>,
}
