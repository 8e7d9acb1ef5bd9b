//! Opaque ids. Each is a short prefix and a random part; programs compare them and nothing else.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// An account, `acc_…`.
    AccountId
);
id!(
    /// A site, `site_…`.
    SiteId
);
id!(
    /// A share link, `lnk_…`.
    ShareLinkId
);
id!(
    /// A segment, `seg_…`.
    SegmentId
);
id!(
    /// An API key, `key_…`; the secret itself begins with `vk_`.
    ApiKeyId
);
id!(
    /// A member of a site: an account's id, or an invitation's.
    MemberId
);
id!(
    /// An invitation, `inv_…`; the secret in its link is another.
    InvitationId
);
id!(
    /// A session, `ses_…`; the secret in its cookie is another.
    SessionId
);
id!(
    /// A goal, `goal_…`.
    GoalId
);
id!(
    /// A funnel, `fun_…`.
    FunnelId
);
id!(
    /// An annotation, `note_…`.
    AnnotationId
);
id!(
    /// A visit, `vis_…`.
    VisitId
);
id!(
    /// An import, `imp_…`.
    ImportId
);
id!(
    /// A shield, `shd_…`.
    ShieldId
);
id!(
    /// A check of a monitor, `chk_…`.
    CheckId
);
id!(
    /// An incident, `inc_…`.
    IncidentId
);
id!(
    /// A channel by which notices go out, `chn_…`; a webhook's secret begins with `whsec_`.
    NoticeChannelId
);
id!(
    /// A notice on its way by one channel, `msg_…`.
    NoticeId
);
id!(
    /// A maintenance window, `mnt_…`.
    MaintenanceId
);
id!(
    /// A group of sites with one portal, `grp_…`.
    PortalGroupId
);
