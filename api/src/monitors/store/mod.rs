//! SQL of monitors: their settings, their turns, and their latest outcome.

pub mod checks;
pub mod findings;
pub mod incidents;
pub mod maintenance;
pub mod registrations;
pub mod scores;

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// A monitor.
#[derive(Clone, Debug, FromRow)]
pub struct MonitorRow {
    pub site_id: String,
    pub kind: String,
    pub enabled: bool,
    pub url: Option<String>,
    pub interval_s: i64,
    pub timeout_ms: i64,
    pub keyword: Option<String>,
    pub expected_status: String,
    pub lane: String,
    pub due_at: i64,
    pub outcome: Option<String>,
    pub reason: Option<String>,
    pub checked_at: Option<i64>,
    pub known_outcome: Option<String>,
    pub known_reason: Option<String>,
    pub known_at: Option<i64>,
    pub known_facts: Option<String>,
    pub failures: i64,
    pub failing_since: Option<i64>,
}

/// The monitors of a site that were ever set.
pub async fn list_monitors(link: &mut Link<'_>, site_id: &str) -> Result<Vec<MonitorRow>> {
    rows!(
        link,
        MonitorRow,
        "SELECT site_id, kind, enabled, url, interval_s, timeout_ms, keyword, expected_status, lane, due_at, outcome, reason,
                checked_at, known_outcome, known_reason, known_at, known_facts, failures, failing_since
         FROM monitors WHERE site_id = $1 ORDER BY kind",
        site_id,
    )
}

/// Monitors of a lane whose turn has come, longest due first.
pub async fn list_due(link: &mut Link<'_>, lane: &str, now: i64, limit: i64) -> Result<Vec<MonitorRow>> {
    rows!(
        link,
        MonitorRow,
        "SELECT site_id, kind, enabled, url, interval_s, timeout_ms, keyword, expected_status, lane, due_at, outcome, reason,
                checked_at, known_outcome, known_reason, known_at, known_facts, failures, failing_since
         FROM monitors WHERE enabled AND lane = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3",
        lane,
        now,
        limit,
    )
}

/// Writes the settings of a monitor. What it learned under others is forgotten, and a check under way will not count.
pub async fn upsert_monitor(link: &mut Link<'_>, row: &MonitorRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO monitors (site_id, kind, enabled, url, interval_s, timeout_ms, keyword, expected_status, lane, due_at,
                               failures)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)
         ON CONFLICT (site_id, kind) DO UPDATE SET enabled = excluded.enabled, url = excluded.url,
             interval_s = excluded.interval_s, timeout_ms = excluded.timeout_ms, keyword = excluded.keyword,
             expected_status = excluded.expected_status, lane = excluded.lane, due_at = excluded.due_at, lease = NULL,
             outcome = NULL, reason = NULL, checked_at = NULL, failures = 0, failing_since = NULL",
        &row.site_id,
        &row.kind,
        row.enabled,
        row.url.as_deref(),
        row.interval_s,
        row.timeout_ms,
        row.keyword.as_deref(),
        &row.expected_status,
        &row.lane,
        row.due_at,
    )
}

/// Forgets what a monitor learned; called when it looks at something else from now on.
pub async fn forget_known(link: &mut Link<'_>, site_id: &str, kind: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE monitors SET known_outcome = NULL, known_reason = NULL, known_at = NULL, known_facts = NULL
         WHERE site_id = $1 AND kind = $2",
        site_id,
        kind,
    )
}

/// How many monitors the sites of a site's owner have turned on, but for one.
pub async fn count_enabled(link: &mut Link<'_>, site_id: &str, kind: &str) -> Result<i64> {
    let found: Result<Option<(i64,)>> = row!(
        link,
        (i64,),
        "SELECT COUNT(*) FROM monitors m
         JOIN site_members theirs ON theirs.site_id = m.site_id AND theirs.role = 'owner'
         JOIN site_members mine ON mine.account_id = theirs.account_id AND mine.role = 'owner' AND mine.site_id = $1
         WHERE m.enabled AND NOT (m.site_id = $1 AND m.kind = $2)",
        site_id,
        kind,
    );
    Ok(found?.map_or(0, |(count,)| count))
}

/// Makes a monitor due now, unless it is being checked.
pub async fn make_due(link: &mut Link<'_>, site_id: &str, kind: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE monitors SET due_at = $3 WHERE site_id = $1 AND kind = $2 AND enabled AND lease IS NULL",
        site_id,
        kind,
        now,
    )
}

/// Takes the turn of a monitor that was seen due: one row for whoever comes first, none for others.
pub async fn lease(link: &mut Link<'_>, seen: &MonitorRow, lease: &str, until: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE monitors SET lease = $4, due_at = $5 WHERE site_id = $1 AND kind = $2 AND due_at = $3 AND enabled",
        &seen.site_id,
        &seen.kind,
        seen.due_at,
        lease,
        until,
    )
}

/// What a check leaves in its monitor.
#[derive(Clone, Debug)]
pub struct Settled<'a> {
    pub lane: &'a str,
    pub due_at: i64,
    pub outcome: &'a str,
    pub reason: Option<&'a str>,
    pub at: i64,
    pub failures: i64,
    pub failing_since: Option<i64>,
}

/// Ends a turn; none when the lease is another's by now, and the check must not count.
pub async fn settle(link: &mut Link<'_>, seen: &MonitorRow, lease: &str, settled: &Settled<'_>) -> Result<u64> {
    execute!(
        link,
        "UPDATE monitors SET lease = NULL, lane = $4, due_at = $5, outcome = $6, reason = $7, checked_at = $8, failures = $9,
                             failing_since = $10
         WHERE site_id = $1 AND kind = $2 AND lease = $3",
        &seen.site_id,
        &seen.kind,
        lease,
        settled.lane,
        settled.due_at,
        settled.outcome,
        settled.reason,
        settled.at,
        settled.failures,
        settled.failing_since,
    )
}

/// Keeps what a check learned.
pub async fn keep_known(
    link: &mut Link<'_>,
    seen: &MonitorRow,
    settled: &Settled<'_>,
    facts: Option<&str>,
) -> Result<u64> {
    execute!(
        link,
        "UPDATE monitors SET known_outcome = $3, known_reason = $4, known_at = $5, known_facts = $6
         WHERE site_id = $1 AND kind = $2",
        &seen.site_id,
        &seen.kind,
        settled.outcome,
        settled.reason,
        settled.at,
        facts,
    )
}
