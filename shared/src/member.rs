//! Who may see a site: its members, and the invitations that make people members.

use crate::ids::{InvitationId, MemberId};
use crate::site::Role;
use serde::{Deserialize, Serialize};

/// A member of a site or an open invitation to become one, as the site's owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// A member's account id (`acc_…`), or the invitation's id (`inv_…`).
    pub id: MemberId,
    /// The member's address, or the only address that may accept; null when whoever holds the link may.
    pub email: Option<String>,
    /// The member's name; null while invited.
    pub name: Option<String>,
    /// What the member may do, or will.
    pub role: Role,
    /// Whether the person has accepted.
    pub status: MemberStatus,
    /// What to hand to the invited person: `https://host/invitations/<token>`; null when active.
    pub invite_url: Option<String>,
    /// When the member joined, or was invited (RFC 3339, UTC).
    pub created_at: String,
    /// When the invitation is over (RFC 3339, UTC); null when active.
    pub expires_at: Option<String>,
}

/// Whether a person has accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// Sees the site.
    Active,
    /// Has an invitation, and sees nothing yet.
    Invited,
}

/// Body of `POST /sites/{site_id}/members`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InviteMember {
    /// The only address that may accept; without it whoever holds the link may, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254))]
    pub email: Option<String>,
    /// `viewer`. A site has one owner; it is transferred, not shared.
    pub role: Role,
}

/// Body of `POST /sites/{site_id}/transfer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TransferSite {
    /// The address of the account that is to own the site.
    #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254))]
    pub email: String,
}

/// What an invitation's link shows before anyone accepts: exactly these four.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// The site's domain.
    pub domain: String,
    /// What the invited person will be.
    pub role: Role,
    /// The name of who invites.
    pub inviter: String,
    /// True when only the account of one address may accept.
    pub email_bound: bool,
}

/// An invitation to the caller's address, in `GET /me/invitations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceivedInvitation {
    /// The invitation's id.
    pub id: InvitationId,
    /// What `POST /invitations/{token}/accept` takes.
    pub token: String,
    /// The site's domain.
    pub domain: String,
    /// What the caller will be.
    pub role: Role,
    /// The name of who invites.
    pub inviter: String,
    /// When the invitation was made (RFC 3339, UTC).
    pub created_at: String,
    /// When the invitation is over (RFC 3339, UTC).
    pub expires_at: String,
}
