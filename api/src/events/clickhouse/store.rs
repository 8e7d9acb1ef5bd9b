//! SQL of the ledger: whose turn it is, what is planned, and how far everyone is.

use crate::db::{Link, Result, execute, row, rows};

/// Whoever holds the turn and was waited for lets others go first for so long.
const COURTESY_MS: i64 = 100;

/// Enters a data folder, if it is new. Fails with a unique violation when another one took the number meanwhile.
pub async fn enter_node(link: &mut Link<'_>, name: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO event_nodes (name, number, drained)
         SELECT $1, coalesce(max(number), 0) + 1, 0 FROM event_nodes
         HAVING NOT EXISTS (SELECT 1 FROM event_nodes WHERE name = $1)",
        name,
    )
}

/// A data folder's number, and how far its inbox is planned.
pub async fn find_node(link: &mut Link<'_>, name: &str) -> Result<Option<(i64, i64)>> {
    row!(
        link,
        (i64, i64),
        "SELECT number, drained FROM event_nodes WHERE name = $1",
        name
    )
}

/// Makes the turn, if there is none yet.
pub async fn enter_turn(link: &mut Link<'_>, ledger: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO event_turn (id, ledger, holder, until, released_at, contended, plans)
         VALUES (1, $1, '', 0, 0, $2, 0) ON CONFLICT (id) DO NOTHING",
        ledger,
        false,
    )
}

/// The ledger's name.
pub async fn find_ledger(link: &mut Link<'_>) -> Result<Option<(String,)>> {
    row!(link, (String,), "SELECT ledger FROM event_turn WHERE id = 1")
}

/// Takes the turn; none for those who must wait. A holder that comes again has died in between: its data folder is locked by one process.
pub async fn take_turn(link: &mut Link<'_>, holder: &str, now: i64, until: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE event_turn SET holder = $1, until = $3, contended = $5
         WHERE id = 1 AND (until <= $2 OR holder = $1) AND NOT (contended AND until = 0 AND holder = $1 AND released_at > $2 - $4)",
        holder,
        now,
        until,
        COURTESY_MS,
        false,
    )
}

/// Says that somebody waits.
pub async fn contend(link: &mut Link<'_>) -> Result<u64> {
    execute!(
        link,
        "UPDATE event_turn SET contended = $1 WHERE id = 1 AND NOT contended",
        true
    )
}

/// Gives the turn back.
pub async fn release_turn(link: &mut Link<'_>, holder: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE event_turn SET until = 0, released_at = $2 WHERE id = 1 AND holder = $1",
        holder,
        now,
    )
}

/// Takes the next plan's number, if it is still the holder's turn.
pub async fn count_plan(link: &mut Link<'_>, holder: &str) -> Result<Option<(i64,)>> {
    row!(
        link,
        (i64,),
        "UPDATE event_turn SET plans = plans + 1 WHERE id = 1 AND holder = $1 RETURNING plans",
        holder
    )
}

/// The number of the latest plan.
pub async fn latest_plan(link: &mut Link<'_>) -> Result<Option<(i64,)>> {
    row!(link, (i64,), "SELECT plans FROM event_turn WHERE id = 1")
}

/// Writes a plan.
pub async fn insert_plan(link: &mut Link<'_>, id: i64, body: &str) -> Result<u64> {
    execute!(link, "INSERT INTO event_plans (id, body) VALUES ($1, $2)", id, body)
}

/// The plan that is not carried out, or not known to be.
pub async fn find_plan(link: &mut Link<'_>) -> Result<Option<(i64, String)>> {
    row!(
        link,
        (i64, String),
        "SELECT id, body FROM event_plans ORDER BY id LIMIT 1"
    )
}

/// Drops a plan that was carried out.
pub async fn delete_plan(link: &mut Link<'_>, id: i64) -> Result<u64> {
    execute!(link, "DELETE FROM event_plans WHERE id = $1", id)
}

/// Says how far a data folder's inbox is planned.
pub async fn set_drained(link: &mut Link<'_>, name: &str, seq: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE event_nodes SET drained = $2 WHERE name = $1 AND drained < $2",
        name,
        seq,
    )
}

/// Says how far an import is.
pub async fn set_progress(link: &mut Link<'_>, import_id: &str, site_id: &str, progress: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO event_imports (import_id, site_id, progress) VALUES ($1, $2, $3)
         ON CONFLICT (import_id) DO UPDATE SET progress = excluded.progress",
        import_id,
        site_id,
        progress,
    )
}

/// How far an import is.
pub async fn find_progress(link: &mut Link<'_>, import_id: &str) -> Result<Option<(String,)>> {
    row!(
        link,
        (String,),
        "SELECT progress FROM event_imports WHERE import_id = $1",
        import_id
    )
}

/// How far every import is.
pub async fn list_progress(link: &mut Link<'_>) -> Result<Vec<(String, String, String)>> {
    rows!(
        link,
        (String, String, String),
        "SELECT import_id, site_id, progress FROM event_imports"
    )
}

/// Forgets how far imports are.
pub async fn delete_all_progress(link: &mut Link<'_>) -> Result<u64> {
    execute!(link, "DELETE FROM event_imports")
}

/// Forgets an import.
pub async fn delete_progress(link: &mut Link<'_>, import_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM event_imports WHERE import_id = $1", import_id)
}

/// Forgets the imports of a site.
pub async fn delete_progress_of(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM event_imports WHERE site_id = $1", site_id)
}

/// Remembers that a site was deleted.
pub async fn insert_deleted_site(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO event_deleted_sites (site_id) VALUES ($1) ON CONFLICT (site_id) DO NOTHING",
        site_id
    )
}

/// All sites that were deleted.
pub async fn list_deleted_sites(link: &mut Link<'_>) -> Result<Vec<(String,)>> {
    rows!(link, (String,), "SELECT site_id FROM event_deleted_sites")
}
