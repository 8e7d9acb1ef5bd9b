//! SQL of `server_facts`.

use crate::db::{Link, Result, execute, row};

pub async fn insert_if_absent(link: &mut Link<'_>, name: &str, value: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO server_facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        name,
        value,
    )
}

pub async fn find(link: &mut Link<'_>, name: &str) -> Result<Option<(String,)>> {
    row!(link, (String,), "SELECT value FROM server_facts WHERE name = $1", name)
}
