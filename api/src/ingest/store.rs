//! SQL of salts.

use crate::db::{Link, Result, execute, row};

/// The salt of a site's day, as hex.
pub async fn find_salt(link: &mut Link<'_>, site_id: &str, local_date: &str) -> Result<Option<String>> {
    let found: Result<Option<(String,)>> = row!(
        link,
        (String,),
        "SELECT salt FROM salts WHERE site_id = $1 AND local_date = $2",
        site_id,
        local_date
    );
    Ok(found?.map(|(salt,)| salt))
}

/// Inserts a salt unless the day has one, or the site is gone.
pub async fn insert_salt(
    link: &mut Link<'_>,
    site_id: &str,
    local_date: &str,
    salt: &str,
    expires_at: i64,
) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO salts (site_id, local_date, salt, expires_at)
         SELECT id, $2, $3, $4 FROM sites WHERE id = $1 ON CONFLICT DO NOTHING",
        site_id,
        local_date,
        salt,
        expires_at,
    )
}

/// Deletes what is of no more use.
pub async fn delete_expired_salts(link: &mut Link<'_>, now: i64) -> Result<u64> {
    execute!(link, "DELETE FROM salts WHERE expires_at <= $1", now)
}
