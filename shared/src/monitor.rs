//! Monitors: what is checked of a site, how often, and how the checks came out.

use crate::facts::Facts;
use crate::ids::{CheckId, IncidentId};
use crate::words::words;
use serde::{Deserialize, Serialize};

/// What a monitor looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MonitorKind {
    /// Whether the site answers.
    Uptime,
    /// Its TLS certificate.
    Certificate,
    /// Until when its domain is registered.
    Domain,
    /// Whether its links lead somewhere.
    Links,
    /// Lighthouse's scores, as a phone and as a desktop.
    Lighthouse,
}

impl MonitorKind {
    /// Every kind.
    pub const ALL: [MonitorKind; 5] = [
        Self::Uptime,
        Self::Certificate,
        Self::Domain,
        Self::Links,
        Self::Lighthouse,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uptime => "uptime",
            Self::Certificate => "certificate",
            Self::Domain => "domain",
            Self::Links => "links",
            Self::Lighthouse => "lighthouse",
        }
    }

    /// The kind of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// It needs attention soon: an expiry comes near, a link is broken.
    Warning,
    /// It is not as it should be.
    Failed,
    /// Nothing was learned: it counts neither for nor against the site.
    Unknown,
}

words! {
    /// Why a check came out as it did, or why there is no value.
    Reason, "reason" {
        /// The monitor is turned off.
        Off = "off",
        /// The monitor is on and has not been checked yet.
        Waiting = "waiting",
        /// The latest value is too old to say anything.
        Stale = "stale",
        /// The server's operator has set up nothing that could measure it.
        NotConfigured = "not_configured",
        /// The address may not be reached by this server.
        Blocked = "blocked",
        /// The server's own network or name server is away.
        OwnNetwork = "own_network",
        /// The name has no address.
        NameNotFound = "name_not_found",
        /// No connection came about.
        NoConnection = "no_connection",
        /// TLS failed.
        TlsFailed = "tls_failed",
        /// No whole answer came in time.
        Timeout = "timeout",
        /// The answer broke off, or was no HTTP.
        BrokenAnswer = "broken_answer",
        /// The answer's status is none of those expected.
        WrongStatus = "wrong_status",
        /// The keyword is not in the answer.
        KeywordMissing = "keyword_missing",
        /// More than five redirects, or one that leads nowhere.
        BadRedirect = "bad_redirect",
        /// The end comes near.
        Expiring = "expiring",
        /// It is over.
        Expired = "expired",
        /// The certificate is not valid yet.
        NotYetValid = "not_yet_valid",
        /// The certificate vouches for itself.
        SelfSigned = "self_signed",
        /// The certificate is for another name.
        WrongName = "wrong_name",
        /// A certificate between this one and a known authority was not sent.
        IncompleteChain = "incomplete_chain",
        /// No known authority vouches for the certificate.
        Untrusted = "untrusted",
        /// The registry tells no date, or has no server to ask.
        NotTold = "not_told",
        /// Whoever is asked wants to be asked less.
        AskedTooOften = "asked_too_often",
        /// Links that lead nowhere were found.
        BrokenLinks = "broken_links",
        /// The site's robots.txt keeps the check out.
        Robots = "robots",
        /// The tool that measures ended without a result.
        ToolFailed = "tool_failed",
    }
}

/// A monitor of a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Monitor {
    /// What it looks at.
    pub kind: MonitorKind,
    /// True when it is checked by itself.
    pub enabled: bool,
    /// What is checked: the owner's URL, or the site's own.
    pub url: String,
    /// Seconds between two checks.
    pub interval_s: i64,
    /// Milliseconds that one answer may take.
    pub timeout_ms: i64,
    /// Text that the page must have; uptime only.
    pub keyword: Option<String>,
    /// Statuses that count as up, as `200` or `200-299`; uptime only.
    pub expected_status: Vec<String>,
    /// How the latest check came out; null when it is off or was not checked yet.
    pub outcome: Option<Outcome>,
    /// Why; null when all is well.
    pub reason: Option<Reason>,
    /// When it was last checked (RFC 3339, UTC).
    pub checked_at: Option<String>,
    /// When it is checked next (RFC 3339, UTC); null when it is off.
    pub next_check_at: Option<String>,
}

/// Answer of `GET /sites/{site_id}/monitors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonitorList {
    /// One of each kind.
    pub data: Vec<Monitor>,
    /// The next page; always null.
    pub next_cursor: Option<String>,
}

/// Body of `PUT /sites/{site_id}/monitors/{kind}`. What is absent or null has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetMonitor {
    /// True to check by itself.
    pub enabled: bool,
    /// An `http` or `https` URL of at most 2,048 bytes; `https://` and the site's domain when absent. Not for `domain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2048))]
    pub url: Option<String>,
    /// Seconds between two checks: at least 60 for uptime, 3,600 for certificates and links, 86,400 for the domain and
    /// Lighthouse; at most 2,592,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 60, maximum = 2_592_000))]
    pub interval_s: Option<i64>,
    /// Milliseconds that one answer may take: 1,000 to 30,000. Not for Lighthouse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1000, maximum = 30_000))]
    pub timeout_ms: Option<i64>,
    /// Text that the first 2 MiB of the page must have: 1 to 200 characters. Uptime only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub keyword: Option<String>,
    /// Statuses that count as up, as `200` or `200-299`: 1 to 20 of them; `200-299` when absent. Uptime only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 20))]
    pub expected_status: Option<Vec<String>>,
}

/// A check that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    /// The check's id.
    pub id: CheckId,
    /// What was looked at.
    pub kind: MonitorKind,
    /// When it ended (RFC 3339, UTC).
    pub checked_at: String,
    /// How it came out.
    pub outcome: Outcome,
    /// Why; null when all is well.
    pub reason: Option<Reason>,
    /// Milliseconds to the whole answer; null when there was none, or it is no matter of one answer.
    pub response_ms: Option<i64>,
    /// True when it fell into a maintenance window: it does not count.
    pub maintenance: bool,
    /// What was learned.
    pub facts: Option<Facts>,
}

/// A time during which something was not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Incident {
    /// The incident's id.
    pub id: IncidentId,
    /// What was looked at.
    pub kind: MonitorKind,
    /// Why it began.
    pub reason: Reason,
    /// When it began (RFC 3339, UTC): the first of the failures in a row.
    pub opened_at: String,
    /// When it ended (RFC 3339, UTC); null while it lasts.
    pub closed_at: Option<String>,
}
