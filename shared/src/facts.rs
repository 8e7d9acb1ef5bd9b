//! What checks learn: the facts behind an outcome, and the single findings.

use crate::monitor::Reason;
use serde::{Deserialize, Serialize};

/// What a check learned, by the kind of its monitor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Facts {
    /// Of an uptime check.
    Uptime(UptimeFacts),
    /// Of a certificate.
    Certificate(CertificateFacts),
    /// Of a domain.
    Domain(DomainFacts),
    /// Of a crawl.
    Links(LinksFacts),
    /// Of Lighthouse.
    Lighthouse(LighthouseFacts),
}

/// What answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UptimeFacts {
    /// The last answer's status; null when none came.
    pub status: Option<u16>,
    /// How many redirects led to it.
    pub redirects: u8,
}

/// The certificate that the site shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateFacts {
    /// The first 20 names that it is for.
    pub names: Vec<String>,
    /// How many names it is for.
    pub names_total: u32,
    /// Who issued it.
    pub issuer: String,
    /// From when it is valid (RFC 3339, UTC).
    pub valid_from: String,
    /// Until when it is valid (RFC 3339, UTC).
    pub valid_until: String,
    /// How many certificates were sent, this one included.
    pub chain_length: u32,
    /// The version of TLS, as `1.3`.
    pub tls_version: String,
}

/// What the registry tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DomainFacts {
    /// The registered domain.
    pub domain: String,
    /// When the registration ends (RFC 3339, UTC); null when the registry does not tell.
    pub expires_at: Option<String>,
    /// The registrar's name, when told.
    pub registrar: Option<String>,
}

/// What a crawl counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinksFacts {
    /// Pages that were read.
    pub pages: i64,
    /// Links that work.
    pub working: i64,
    /// Links that lead nowhere.
    pub broken: i64,
    /// Links that lead somewhere else than they say.
    pub redirecting: i64,
    /// Links that could not be looked at: refused by robots.txt, by this server's guard, or by whoever was asked too often.
    pub skipped: i64,
    /// True when the site has more than is looked at in one crawl.
    pub truncated: bool,
}

/// Lighthouse's scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LighthouseFacts {
    /// As a phone; null when that run failed.
    pub mobile: Option<LighthouseScores>,
    /// As a desktop; null when that run failed.
    pub desktop: Option<LighthouseScores>,
    /// Lighthouse's version.
    pub version: String,
}

/// One run of Lighthouse: scores of 100 and the times behind the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LighthouseScores {
    /// Performance, 0 to 100.
    pub performance: u8,
    /// Accessibility, 0 to 100; null when it was not measured.
    pub accessibility: Option<u8>,
    /// Best practices, 0 to 100; null when not measured.
    pub best_practices: Option<u8>,
    /// Search engines, 0 to 100; null when not measured.
    pub seo: Option<u8>,
    /// Milliseconds to the first content.
    pub first_contentful_paint_ms: Option<f64>,
    /// Milliseconds to the largest content.
    pub largest_contentful_paint_ms: Option<f64>,
    /// Milliseconds for which the page did not react.
    pub total_blocking_time_ms: Option<f64>,
    /// How much the layout moved.
    pub cumulative_layout_shift: Option<f64>,
}

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// It leads nowhere.
    Broken,
    /// It leads somewhere else than it says.
    Redirecting,
}

/// A link that is broken or redirects, found by the latest crawl.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkFinding {
    /// The finding's id within the crawl.
    pub id: String,
    /// Where the link leads.
    pub url: String,
    /// How it stands.
    pub state: LinkState,
    /// The status that it answered; null when none came.
    pub status: Option<u16>,
    /// Why it is broken, when no status says so.
    pub reason: Option<Reason>,
    /// Where it redirects to.
    pub target: Option<String>,
    /// A page that has the link.
    pub found_on: String,
    /// How many pages have the link.
    pub pages: i64,
}

/// Which of Lighthouse's two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// As a phone.
    Mobile,
    /// As a desktop.
    Desktop,
}

/// An audit that the latest Lighthouse run did not pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LighthouseFinding {
    /// Which run.
    pub device: Device,
    /// The audit's id, as Lighthouse names it.
    pub audit: String,
    /// The audit's title, in Lighthouse's words.
    pub title: String,
    /// What it is about and what to do, in Lighthouse's words, as plain text; may be empty.
    pub description: String,
    /// The category that it counts for, as in `performance`.
    pub category: String,
    /// The audit's score, 0 to 100.
    pub score: u8,
    /// What was measured, in Lighthouse's words.
    pub measured: Option<String>,
    /// Milliseconds that it may save, by Lighthouse's estimate.
    pub savings_ms: Option<f64>,
}

/// Answer of `GET /sites/{site_id}/lighthouse-findings`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LighthouseFindingList {
    /// The findings of the latest runs, 25 of each at most: as a phone, then as a desktop, the most rewarding first.
    pub data: Vec<LighthouseFinding>,
    /// The next page; always null.
    pub next_cursor: Option<String>,
}
