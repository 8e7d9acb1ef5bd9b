//! Imports: numbers from before, out of access logs and Plausible's export.

use crate::ids::ImportId;
use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// An access log; its page requests become page views.
    AccessLog,
    /// The ZIP of CSV files that Plausible exports; daily totals.
    Plausible,
}

/// How the lines of an access log are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Told from each line.
    #[default]
    Auto,
    /// Common Log Format: no referrer and no user agent.
    Common,
    /// Common, then referrer and user agent, as nginx and Apache write by default; more behind it is not looked at.
    Combined,
    /// The name of the virtual host, with or without a port, then common or combined.
    Vhost,
}

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// Its turn has not come.
    Waiting,
    /// Under way.
    Running,
    /// Finished; the same file grown longer goes on from here.
    Done,
    /// Stopped; `problem` says why. The same file goes on from here.
    Failed,
    /// Being removed.
    Removing,
}

/// An import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// The import's id.
    pub id: ImportId,
    /// What the file is.
    pub kind: ImportKind,
    /// The file's name, as it was given.
    pub name: String,
    /// How it stands.
    pub status: ImportStatus,
    /// How much of the file is read, 0 to 100; null when its size is not known.
    pub percent: Option<f64>,
    /// What was counted.
    pub tally: ImportTally,
    /// The first day that it brought numbers for, as `2026-01-31`; null while there is none.
    pub first_day: Option<String>,
    /// The last such day.
    pub last_day: Option<String>,
    /// The first few lines that could not be read.
    pub bad_lines: Vec<BadLine>,
    /// Why it stopped, for people; null unless `failed`.
    pub problem: Option<String>,
    /// When the file was first given (RFC 3339, UTC).
    pub created_at: String,
    /// When it last ended (RFC 3339, UTC); null before.
    pub finished_at: Option<String>,
}

/// What became of a file's lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ImportTally {
    /// Lines read; of Plausible's export, rows of all its files.
    pub lines: u64,
    /// Of them, what counts now: page views, or rows of totals.
    pub taken: u64,
    /// Lines that can't be read.
    pub bad: u64,
    /// Robots, by their user agent.
    pub bots: u64,
    /// Requests for files, feeds and what only programs ask for.
    pub assets: u64,
    /// Requests that were no GET.
    pub methods: u64,
    /// Answers other than 200 to 299 and 304.
    pub statuses: u64,
    /// Requests to other virtual hosts than the site's.
    pub hosts: u64,
    /// What the site's shields keep out.
    pub shields: u64,
    /// On days that have numbers already: from the script, or from an earlier import.
    pub covered: u64,
    /// Later than now; of Plausible's export, later than tomorrow.
    pub future: u64,
    /// Before 1990.
    pub past: u64,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BadLine {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub detail: String,
}

/// Answer of `GET /sites/{site_id}/imports`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportList {
    /// The imports of the site, latest first.
    pub data: Vec<Import>,
    /// The next page; null on the last one.
    pub next_cursor: Option<String>,
}
