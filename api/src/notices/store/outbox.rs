//! SQL of the outbox.

use crate::db::{Link, Result, execute, rows};
use sqlx::FromRow;

/// A notice.
#[derive(Clone, Debug, FromRow)]
pub struct NoticeRow {
    pub id: String,
    pub site_id: String,
    pub channel_id: String,
    pub event: String,
    pub incident_id: Option<String>,
    pub payload: String,
    pub state: String,
    pub attempts: i64,
    pub due_at: i64,
    pub reason: Option<String>,
    pub status: Option<i64>,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

/// A notice whose turn has come, and what is needed to send it.
#[derive(Clone, Debug, FromRow)]
pub struct DueRow {
    pub id: String,
    pub site_id: String,
    pub channel_id: String,
    pub event: String,
    pub payload: String,
    pub attempts: i64,
    pub due_at: i64,
    pub created_at: i64,
    pub target_sealed: String,
    pub secret_sealed: Option<String>,
    pub code_sealed: Option<String>,
    pub ignores_quiet_hours: bool,
    pub timezone: String,
    pub quiet_from: Option<i64>,
    pub quiet_until: Option<i64>,
}

/// Inserts a notice that waits; what was told already is left alone.
pub async fn insert_notice(link: &mut Link<'_>, row: &NoticeRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO notices (id, site_id, channel_id, event, incident_id, payload, state, attempts, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8)
         ON CONFLICT (channel_id, incident_id, event) DO NOTHING",
        &row.id,
        &row.site_id,
        &row.channel_id,
        &row.event,
        row.incident_id.as_deref(),
        &row.payload,
        row.due_at,
        row.created_at,
    )
}

/// Notices by a kind of channel whose turn has come, longest due first. A closing waits for its opening.
pub async fn list_due(link: &mut Link<'_>, kind: &str, now: i64, limit: i64) -> Result<Vec<DueRow>> {
    rows!(
        link,
        DueRow,
        "SELECT n.id, n.site_id, n.channel_id, n.event, n.payload, n.attempts, n.due_at, n.created_at,
                c.target_sealed, c.secret_sealed, c.code_sealed, c.ignores_quiet_hours, s.timezone, q.from_minute AS quiet_from,
                q.until_minute AS quiet_until
         FROM notices n
         JOIN notice_channels c ON c.id = n.channel_id
         JOIN sites s ON s.id = n.site_id
         LEFT JOIN quiet_hours q ON q.site_id = n.site_id
         WHERE n.state = 'waiting' AND n.due_at <= $1 AND c.kind = $2
           AND (n.event <> 'incident.closed' OR NOT EXISTS (
                SELECT 1 FROM notices e WHERE e.channel_id = n.channel_id AND e.incident_id = n.incident_id
                    AND e.event = 'incident.opened' AND e.state = 'waiting'))
         ORDER BY n.due_at, n.created_at LIMIT $3",
        now,
        kind,
        limit,
    )
}

/// Takes the turn of a notice that was seen due: one row for whoever comes first, none for others, and none when it tells of something
/// else by now.
pub async fn lease(link: &mut Link<'_>, seen: &DueRow, lease: &str, until: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE notices SET lease = $3, due_at = $4, attempts = attempts + 1
         WHERE id = $1 AND due_at = $2 AND event = $5 AND state = 'waiting'",
        &seen.id,
        seen.due_at,
        lease,
        until,
        &seen.event,
    )
}

/// Lets a notice that was seen due wait.
pub async fn postpone(link: &mut Link<'_>, seen: &DueRow, due_at: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE notices SET due_at = $3, lease = NULL WHERE id = $1 AND due_at = $2 AND state = 'waiting'",
        &seen.id,
        seen.due_at,
        due_at,
    )
}

/// What a try leaves in its notice.
#[derive(Clone, Debug)]
pub struct Tried<'a> {
    pub state: &'a str,
    pub due_at: i64,
    pub reason: Option<&'a str>,
    pub status: Option<i64>,
    pub ended_at: Option<i64>,
}

/// Ends a turn; none when the lease is another's by now.
pub async fn settle(link: &mut Link<'_>, id: &str, lease: &str, tried: &Tried<'_>) -> Result<u64> {
    execute!(
        link,
        "UPDATE notices SET lease = NULL, state = $3, due_at = $4, reason = $5, status = $6, ended_at = $7
         WHERE id = $1 AND lease = $2 AND state = 'waiting'",
        id,
        lease,
        tried.state,
        tried.due_at,
        tried.reason,
        tried.status,
        tried.ended_at,
    )
}

/// The channels that are told, or were, of the opening of an incident.
pub async fn list_told(link: &mut Link<'_>, incident_id: &str) -> Result<Vec<String>> {
    let found: Result<Vec<(String,)>> = rows!(
        link,
        (String,),
        "SELECT n.channel_id FROM notices n JOIN notice_channels c ON c.id = n.channel_id
         WHERE n.incident_id = $1 AND n.event = 'incident.opened' AND n.state <> 'dropped' AND c.enabled
         ORDER BY c.slot",
        incident_id,
    );
    Ok(found?.into_iter().map(|(id,)| id).collect())
}

/// Makes an opening that nobody was told of yet tell the closing too; none when it is on its way.
pub async fn fold(link: &mut Link<'_>, channel_id: &str, incident_id: &str, payload: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE notices SET event = 'incident.passed', payload = $3
         WHERE channel_id = $1 AND incident_id = $2 AND event = 'incident.opened' AND state = 'waiting' AND attempts = 0",
        channel_id,
        incident_id,
        payload,
    )
}

/// Drops what waits to tell of an incident; what is being sent is not tried again.
pub async fn drop_of_incident(link: &mut Link<'_>, incident_id: &str, reason: &str, at: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE notices SET state = 'dropped', reason = $2, ended_at = $3, lease = NULL
         WHERE incident_id = $1 AND state = 'waiting'",
        incident_id,
        reason,
        at,
    )
}

/// Drops what waits for a channel.
pub async fn drop_of_channel(link: &mut Link<'_>, channel_id: &str, reason: &str, at: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE notices SET state = 'dropped', reason = $2, ended_at = $3, lease = NULL
         WHERE channel_id = $1 AND state = 'waiting'",
        channel_id,
        reason,
        at,
    )
}

/// Makes due what was never tried, since when it is due has to be found anew.
pub async fn make_due(link: &mut Link<'_>, site_id: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE notices SET due_at = $2 WHERE site_id = $1 AND state = 'waiting' AND attempts = 0 AND due_at > $2",
        site_id,
        now,
    )
}

/// The notices of a site before a position, latest first; `channel_id` narrows to one channel.
pub async fn list_notices(
    link: &mut Link<'_>,
    site_id: &str,
    channel_id: &str,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<NoticeRow>> {
    rows!(
        link,
        NoticeRow,
        "SELECT id, site_id, channel_id, event, incident_id, payload, state, attempts, due_at, reason, status, created_at,
                ended_at
         FROM notices WHERE site_id = $1 AND ($2 = '' OR channel_id = $2)
           AND (created_at < $3 OR (created_at = $3 AND id < $4))
         ORDER BY created_at DESC, id DESC LIMIT $5",
        site_id,
        channel_id,
        before.0,
        before.1,
        limit,
    )
}

/// Deletes what ended before `before`, but for what says who is to be told that an incident closes.
pub async fn delete_old_notices(link: &mut Link<'_>, before: i64) -> Result<u64> {
    execute!(
        link,
        "DELETE FROM notices WHERE ended_at < $1 AND NOT EXISTS (
            SELECT 1 FROM incidents i WHERE i.id = notices.incident_id AND i.closed_at IS NULL)",
        before,
    )
}
