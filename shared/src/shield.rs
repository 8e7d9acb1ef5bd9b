//! Shields: what a site does not want counted, and how much was left out.

use crate::ids::ShieldId;
use serde::{Deserialize, Serialize};

/// What a shield looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShieldKind {
    /// The visitor's address: one, or a network such as `192.0.2.0/24`. Not counted.
    Ip,
    /// The visitor's country, an ISO 3166-1 code such as `DE`. Not counted.
    Country,
    /// The page's path, with `*` for anything within a segment and `**` for anything at all. Not counted.
    Page,
    /// The page's host, with `*` for anything. Once there is one of this kind, nothing but these hosts is counted.
    Hostname,
}

impl ShieldKind {
    /// Every kind.
    pub const ALL: [ShieldKind; 4] = [Self::Ip, Self::Country, Self::Page, Self::Hostname];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Country => "country",
            Self::Page => "page",
            Self::Hostname => "hostname",
        }
    }
}

/// A shield.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shield {
    /// The shield's id.
    pub id: ShieldId,
    /// What it looks at.
    pub kind: ShieldKind,
    /// What it looks for, in its stored form.
    pub value: String,
    /// The owner's own words; empty for none.
    pub note: String,
    /// When it was made (RFC 3339, UTC).
    pub created_at: String,
}

/// Answer of `GET /sites/{site_id}/shields`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShieldList {
    /// The shields, by kind and value.
    pub data: Vec<Shield>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
    /// What leaves out one's own visits: the address from which this request came, or the /64 of an IPv6 one.
    pub your_address: String,
}

/// Body of `POST /sites/{site_id}/shields`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateShield {
    /// What it looks at.
    pub kind: ShieldKind,
    /// What it looks for, under the rules of its kind.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1000))]
    pub value: String,
    /// At most 60 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub note: String,
}

/// Why an event was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// A robot, by its user agent.
    Bot,
    /// A shield of an address.
    Ip,
    /// A shield of a country.
    Country,
    /// A shield of a page.
    Page,
    /// A host that is none of the site's.
    Hostname,
}

impl DropReason {
    /// Every reason.
    pub const ALL: [DropReason; 5] = [Self::Bot, Self::Ip, Self::Country, Self::Page, Self::Hostname];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Ip => "ip",
            Self::Country => "country",
            Self::Page => "page",
            Self::Hostname => "hostname",
        }
    }
}

/// How many events were left out on a day for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DroppedEvents {
    /// The day (`2026-01-31`), of the site's zone.
    pub date: String,
    /// Why.
    pub reason: DropReason,
    /// How many.
    pub events: i64,
}

/// Answer of `GET /sites/{site_id}/dropped-events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DroppedEventList {
    /// What was left out, latest day first; days and reasons without any are not listed.
    pub data: Vec<DroppedEvents>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Answer and body of `/sites/{site_id}/retention`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Whole days for which events are kept, 1 to 3650; null keeps them for ever. Older ones are deleted for good, within the
    /// hour.
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3650, required))]
    pub days: Option<i64>,
}

/// A field that may be null but not absent: leaving it out must not mean "for ever".
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Option::deserialize(deserializer)
}
