//! A site's health: the score with its reasons, the state of each monitor, and the summary that a client sees.

use crate::monitor::{Incident, Monitor, Reason};
use serde::{Deserialize, Serialize};

/// How a score is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Below 60.
    Poor,
    /// 60 to 79.
    Fair,
    /// 80 and more.
    Good,
}

/// A part of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HealthPart {
    /// Lighthouse's performance as a phone.
    LighthouseMobile,
    /// Lighthouse's performance as a desktop.
    LighthouseDesktop,
    /// Uptime.
    Uptime,
    /// Links.
    Links,
    /// The domain's registration.
    Domain,
    /// The certificate.
    Certificate,
}

/// A part of the score and why it has its points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthComponent {
    /// Which part.
    pub part: HealthPart,
    /// Most points that it can give, of 100 with every part measured.
    pub weight: f64,
    /// The points that it gives; null when it was not measured.
    pub points: Option<f64>,
    /// What the points come from, in words with numbers, as in `99.95 % up in 7 days`; null when not measured.
    pub evidence: Option<String>,
    /// Why it was not measured; null when it was.
    pub reason: Option<Reason>,
    /// When it was measured (RFC 3339, UTC).
    pub measured_at: Option<String>,
}

/// The score, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HealthScore {
    /// The value, 0 to 100.
    pub value: u8,
    /// How it is to be read.
    pub band: Band,
    /// The version of the formula that made it.
    pub version: u32,
}

/// The score at the end of a day, of the site's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HealthDay {
    /// The day (`2026-01-31`).
    pub date: String,
    /// The value, 0 to 100.
    pub value: u8,
    /// The version of the formula that made it.
    pub version: u32,
}

/// What the score would be if one thing were put right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthGain {
    /// Which part.
    pub part: HealthPart,
    /// What to do, as in `Repair 3 broken links`.
    pub action: String,
    /// The score after it.
    pub value: u8,
    /// How much more that is.
    pub gain: u8,
}

/// Answer of `GET /sites/{site_id}/health`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// The score; null when nothing was measured.
    pub score: Option<HealthScore>,
    /// The parts of the score, measured or not.
    pub components: Vec<HealthComponent>,
    /// The last 90 days that have a score, oldest first.
    pub history: Vec<HealthDay>,
    /// The monitors, one of each kind.
    pub monitors: Vec<Monitor>,
    /// What is not as it should be now.
    pub open_incidents: Vec<Incident>,
    /// What could be put right, most gain first; empty for callers who do not own the site.
    pub gains: Vec<HealthGain>,
}

/// How long a query looks back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum UptimePeriod {
    /// 24 hours, by half hours.
    #[default]
    #[serde(rename = "24h")]
    Day,
    /// 7 days, by 3 hours.
    #[serde(rename = "7d")]
    Week,
    /// 30 days, by 12 hours.
    #[serde(rename = "30d")]
    Month,
    /// 90 days, by days.
    #[serde(rename = "90d")]
    Quarter,
}

/// A stretch of time and how the site answered in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UptimeBucket {
    /// When it begins (RFC 3339, UTC).
    pub from: String,
    /// Checks that found the site up.
    pub up: i64,
    /// Checks that found it down.
    pub down: i64,
    /// Checks that learned nothing.
    pub unknown: i64,
    /// Checks in maintenance windows.
    pub maintenance: i64,
    /// The mean response time of those that found it up, in milliseconds.
    pub mean_response_ms: Option<f64>,
    /// The longest of them.
    pub longest_response_ms: Option<i64>,
}

/// Answer of `GET /sites/{site_id}/uptime`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uptime {
    /// Up, of all checks that learned something outside maintenance windows, in percent; null when there are none.
    pub percentage: Option<f64>,
    /// The period by equal stretches, oldest first.
    pub buckets: Vec<UptimeBucket>,
}

/// Whether a site is up, as a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UpState {
    /// It answers.
    Up,
    /// It does not.
    Down,
    /// It is being worked on.
    Maintenance,
    /// It can't be told.
    Unknown,
}

/// How an expiry stands, as a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExpiryState {
    /// Valid for long enough.
    Valid,
    /// It ends soon.
    Expiring,
    /// It is over.
    Expired,
    /// Not valid for another reason.
    Invalid,
    /// It can't be told.
    Unknown,
}

/// What a client's portal shows of a site's health: no address, no finding, no error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HealthSummary {
    /// The score; null when nothing was measured.
    pub score: Option<HealthScore>,
    /// The scores of the last 30 days, oldest first; days without one are absent.
    pub trend: Vec<HealthDay>,
    /// The parts that were not measured, and so do not count.
    pub not_measured: Vec<HealthPart>,
    /// Lighthouse.
    pub lighthouse: LighthouseSummary,
    /// The link checker.
    pub links: LinksSummary,
    /// The domain's registration.
    pub domain: ExpirySummary,
    /// The certificate.
    pub certificate: ExpirySummary,
    /// Uptime.
    pub uptime: UptimeSummary,
}

/// Lighthouse's performance scores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LighthouseSummary {
    /// As a phone, 0 to 100.
    pub mobile: Option<u8>,
    /// As a desktop, 0 to 100.
    pub desktop: Option<u8>,
    /// When it was measured (RFC 3339, UTC).
    pub measured_at: Option<String>,
}

/// The link checker's counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LinksSummary {
    /// Links that work; null when it was not measured, like the others.
    pub working: Option<i64>,
    /// Links that lead nowhere.
    pub broken: Option<i64>,
    /// Links that lead somewhere else than they say.
    pub redirecting: Option<i64>,
    /// When it was measured (RFC 3339, UTC).
    pub measured_at: Option<String>,
}

/// An expiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpirySummary {
    /// How it stands; null when it was not measured.
    pub state: Option<ExpiryState>,
    /// When it ends (RFC 3339, UTC); null when that is not known.
    pub expires_at: Option<String>,
    /// When it was measured (RFC 3339, UTC).
    pub measured_at: Option<String>,
}

/// Uptime over the last 24 hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UptimeSummary {
    /// Whether the site is up now; null when it was not measured.
    pub state: Option<UpState>,
    /// Up in the last 24 hours, in percent; null when it was not measured.
    pub percentage_24h: Option<f64>,
    /// When the first beat begins (RFC 3339, UTC); the others follow by half hours.
    pub beats_from: String,
    /// The last 24 hours by half hours, oldest first: 48 beats; null where it was not measured.
    pub beats: Vec<Option<UpState>>,
    /// When it was measured (RFC 3339, UTC).
    pub measured_at: Option<String>,
}
