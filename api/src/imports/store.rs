//! SQL of imports.

use crate::db::{Link, Result, execute, row, rows};
use sqlx::FromRow;

/// An import.
#[derive(Clone, Debug, FromRow)]
pub struct ImportRow {
    /// Id.
    pub id: String,
    /// The site.
    pub site_id: String,
    /// `access_log` or `plausible`.
    pub kind: String,
    /// The log's format.
    pub format: String,
    /// The file's name.
    pub name: String,
    /// `waiting`, `running`, `done`, `failed` or `removing`.
    pub status: String,
    /// Keyed hash of the file's beginning.
    pub fingerprint: String,
    /// What the salts are made of, sealed.
    pub key_sealed: Option<String>,
    /// The file's name in the spool, while it waits there.
    pub spool: Option<String>,
    /// How much of it is read.
    pub percent: Option<i64>,
    /// JSON.
    pub progress: String,
    /// Why it stopped.
    pub problem: Option<String>,
    /// Unix ms.
    pub created_at: i64,
    /// Unix ms.
    pub finished_at: Option<i64>,
}

/// An import by its file.
pub async fn find_import_of(link: &mut Link<'_>, site_id: &str, fingerprint: &str) -> Result<Option<ImportRow>> {
    row!(
        link,
        ImportRow,
        "SELECT id, site_id, kind, format, name, status, fingerprint, key_sealed, spool, percent, progress,
                problem, created_at, finished_at
         FROM imports WHERE site_id = $1 AND fingerprint = $2",
        site_id,
        fingerprint,
    )
}

/// An import of a site.
pub async fn find_import(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<Option<ImportRow>> {
    row!(
        link,
        ImportRow,
        "SELECT id, site_id, kind, format, name, status, fingerprint, key_sealed, spool, percent, progress,
                problem, created_at, finished_at
         FROM imports WHERE site_id = $1 AND id = $2",
        site_id,
        id,
    )
}

/// The imports of a site, latest first, before a position.
pub async fn list_imports(
    link: &mut Link<'_>,
    site_id: &str,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<ImportRow>> {
    rows!(
        link,
        ImportRow,
        "SELECT id, site_id, kind, format, name, status, fingerprint, key_sealed, spool, percent, progress,
                problem, created_at, finished_at
         FROM imports WHERE site_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
         ORDER BY created_at DESC, id DESC LIMIT $4",
        site_id,
        before.0,
        before.1,
        limit,
    )
}

/// What is to be done, oldest first: imports that are to be removed, and those whose file waits.
pub async fn list_open_imports(link: &mut Link<'_>) -> Result<Vec<ImportRow>> {
    rows!(
        link,
        ImportRow,
        "SELECT id, site_id, kind, format, name, status, fingerprint, key_sealed, spool, percent, progress,
                problem, created_at, finished_at
         FROM imports WHERE status = 'removing' OR (status IN ('running', 'waiting') AND spool IS NOT NULL)
         ORDER BY created_at, id",
    )
}

/// How many files of a site wait or are being read.
pub async fn count_waiting_imports(link: &mut Link<'_>, site_id: &str) -> Result<i64> {
    let found: Result<Option<(i64,)>> = row!(
        link,
        (i64,),
        "SELECT count(*) FROM imports
         WHERE site_id = $1 AND status IN ('running', 'waiting') AND spool IS NOT NULL",
        site_id,
    );
    Ok(found?.map_or(0, |(count,)| count))
}

/// Inserts an import, or writes one anew whose file came again.
pub async fn put_import(link: &mut Link<'_>, row: &ImportRow) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO imports (id, site_id, kind, format, name, status, fingerprint, key_sealed, spool, percent,
                              progress, problem, created_at, finished_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (id) DO UPDATE SET format = $4, name = $5, status = $6, key_sealed = $8, spool = $9,
                                        percent = $10, problem = $12, finished_at = $14",
        &row.id,
        &row.site_id,
        &row.kind,
        &row.format,
        &row.name,
        &row.status,
        &row.fingerprint,
        row.key_sealed.as_deref(),
        row.spool.as_deref(),
        row.percent,
        &row.progress,
        row.problem.as_deref(),
        row.created_at,
        row.finished_at,
    )
}

/// Notes how far an import is; changes nothing when it is gone or being removed.
pub async fn update_progress(link: &mut Link<'_>, id: &str, percent: Option<i64>, progress: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE imports SET status = 'running', percent = $2, progress = $3
         WHERE id = $1 AND status IN ('waiting', 'running')",
        id,
        percent,
        progress,
    )
}

/// Notes the end of an import: done without a problem, failed with one.
pub async fn finish_import(link: &mut Link<'_>, id: &str, problem: Option<&str>, now: i64) -> Result<u64> {
    let status = if problem.is_some() { "failed" } else { "done" };
    execute!(
        link,
        "UPDATE imports SET status = $2, problem = $3, finished_at = $4, spool = NULL, percent = NULL,
                            key_sealed = CASE WHEN $2 = 'done' THEN NULL ELSE key_sealed END
         WHERE id = $1 AND status IN ('waiting', 'running')",
        id,
        status,
        problem,
        now,
    )
}

/// Notes that an import is to be removed.
pub async fn mark_removed(link: &mut Link<'_>, site_id: &str, id: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE imports SET status = 'removing' WHERE site_id = $1 AND id = $2",
        site_id,
        id
    )
}

/// Deletes an import.
pub async fn delete_import(link: &mut Link<'_>, id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM imports WHERE id = $1", id)
}

/// Deletes the imports of a site.
pub async fn delete_imports(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM imports WHERE site_id = $1", site_id)
}

/// Imports that a program ran with its own hands and did not finish.
pub async fn stop_orphans(link: &mut Link<'_>, problem: &str, now: i64) -> Result<u64> {
    execute!(
        link,
        "UPDATE imports SET status = 'failed', problem = $1, finished_at = $2
         WHERE status IN ('waiting', 'running') AND spool IS NULL",
        problem,
        now,
    )
}

/// The names of the files that wait.
pub async fn list_spooled(link: &mut Link<'_>) -> Result<Vec<String>> {
    let found: Result<Vec<(String,)>> = rows!(link, (String,), "SELECT spool FROM imports WHERE spool IS NOT NULL");
    Ok(found?.into_iter().map(|(name,)| name).collect())
}
