//! SQL of limits that servers share.

use crate::db::{Link, Result, execute, row};

/// Takes a key's row for this transaction, new or not; answers the calls that stand in it.
pub async fn take_window(link: &mut Link<'_>, name: &str, key: &str, until: i64) -> Result<Option<(String,)>> {
    row!(
        link,
        (String,),
        "INSERT INTO limit_windows (name, key, calls, until) VALUES ($1, $2, '', $3)
         ON CONFLICT (name, key) DO UPDATE SET until = excluded.until RETURNING calls",
        name,
        key,
        until,
    )
}

/// Writes the calls of a key.
pub async fn update_window(link: &mut Link<'_>, name: &str, key: &str, calls: &str) -> Result<u64> {
    execute!(
        link,
        "UPDATE limit_windows SET calls = $3 WHERE name = $1 AND key = $2",
        name,
        key,
        calls,
    )
}

/// The calls of a key.
pub async fn find_window(link: &mut Link<'_>, name: &str, key: &str) -> Result<Option<(String,)>> {
    row!(
        link,
        (String,),
        "SELECT calls FROM limit_windows WHERE name = $1 AND key = $2",
        name,
        key
    )
}

/// Drops what counts no more.
pub async fn delete_ended(link: &mut Link<'_>, now: i64) -> Result<u64> {
    execute!(link, "DELETE FROM limit_windows WHERE until <= $1", now)
}
