//! SQL of quiet hours.

use crate::db::{Link, Result, execute, row};

/// The quiet hours of a site: the first minute of the local day, and the first after them.
pub async fn find_quiet(link: &mut Link<'_>, site_id: &str) -> Result<Option<(i64, i64)>> {
    row!(
        link,
        (i64, i64),
        "SELECT from_minute, until_minute FROM quiet_hours WHERE site_id = $1",
        site_id,
    )
}

/// Writes the quiet hours of a site.
pub async fn upsert_quiet(link: &mut Link<'_>, site_id: &str, from: i64, until: i64) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO quiet_hours (site_id, from_minute, until_minute) VALUES ($1, $2, $3)
         ON CONFLICT (site_id) DO UPDATE SET from_minute = excluded.from_minute, until_minute = excluded.until_minute",
        site_id,
        from,
        until,
    )
}

/// Deletes the quiet hours of a site.
pub async fn delete_quiet(link: &mut Link<'_>, site_id: &str) -> Result<u64> {
    execute!(link, "DELETE FROM quiet_hours WHERE site_id = $1", site_id)
}
