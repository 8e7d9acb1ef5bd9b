//! Where an account is signed in.

use crate::ids::SessionId;
use serde::{Deserialize, Serialize};

/// A live session of the caller's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The session's id; it opens nothing.
    pub id: SessionId,
    /// When it began (RFC 3339, UTC).
    pub created_at: String,
    /// When it was last used, to the minute (RFC 3339, UTC); when it began before that.
    pub last_used_at: String,
    /// The browser and system that signed in, as in `Firefox on Windows`; null when they said nothing known.
    pub user_agent: Option<String>,
    /// True for the session that asks.
    pub current: bool,
}
