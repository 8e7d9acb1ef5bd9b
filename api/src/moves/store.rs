//! SQL of wishes for a move, which are facts about a server.

use crate::db::{Link, Result, execute, row};

pub async fn set(link: &mut Link<'_>, name: &str, value: &str) -> Result<u64> {
    execute!(
        link,
        "INSERT INTO server_facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value,
    )
}

pub async fn find(link: &mut Link<'_>, name: &str) -> Result<Option<(String,)>> {
    row!(link, (String,), "SELECT value FROM server_facts WHERE name = $1", name)
}

pub async fn delete(link: &mut Link<'_>, name: &str) -> Result<u64> {
    execute!(link, "DELETE FROM server_facts WHERE name = $1", name)
}
