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
