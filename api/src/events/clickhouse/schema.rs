//! The tables: on one server as their files stand, on a cluster as replicated tables under distributed ones.

use super::client::Client;
use crate::events::error::{EngineError, OpenError};
use crate::events::statement::Statement;
use std::path::PathBuf;
use std::time::Duration;

/// The migrations, in order; the version of a database is the highest that it has seen.
const MIGRATIONS: [&str; 2] = [
    include_str!("../../../../migrations/events/clickhouse/0001_events_visits.sql"),
    include_str!("../../../../migrations/events/clickhouse/0002_imports.sql"),
];
const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_versions/*cluster*/ (version UInt32) \
                        ENGINE = /*replicated*/ReplacingMergeTree ORDER BY version";
/// The tables that are spread over a cluster, by site.
const TABLES: [&str; 3] = ["events", "visits", "imported_days"];
const WITHIN: Duration = Duration::from_secs(10);

/// Where tables are made: on the one server there is, or on all of a cluster.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    cluster: Option<String>,
}

impl Layout {
    /// A cluster's, or one server's where the name is empty.
    pub(super) fn of(cluster: &str) -> Result<Self, OpenError> {
        let is_name = cluster.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
        match is_name {
            true => Ok(Self {
                cluster: (!cluster.is_empty()).then(|| cluster.to_owned()),
            }),
            false => Err(OpenError::Settings(
                "events.cluster has other characters than letters, digits, _ and -".into(),
            )),
        }
    }

    /// ` ON CLUSTER …`, where there is one.
    pub(super) fn on_cluster(&self) -> String {
        self.cluster
            .as_ref()
            .map_or(String::new(), |cluster| format!(" ON CLUSTER `{cluster}`"))
    }

    /// Where rows of a table are deleted.
    pub(super) fn stored(&self, table: &str) -> String {
        let local = if self.cluster.is_some() { "_local" } else { "" };
        format!("{table}{local}{}", self.on_cluster())
    }

    /// A migration's statements.
    fn statements(&self, migration: &str) -> Vec<String> {
        let replicated = if self.cluster.is_some() { "Replicated" } else { "" };
        let local = if self.cluster.is_some() { "_local" } else { "" };
        let lines = migration.lines().filter(|line| !line.starts_with("--"));
        let text = lines.collect::<Vec<_>>().join("\n");
        let text = text
            .replace("/*local*/", local)
            .replace("/*cluster*/", &self.on_cluster())
            .replace("/*replicated*/", replicated);
        let statements = text.split(';').map(str::trim).filter(|sql| !sql.is_empty());
        statements.map(str::to_owned).collect()
    }

    /// A table under its plain name over those of all servers, where there are several.
    fn distributed(&self, table: &str) -> Option<String> {
        let cluster = self.cluster.as_ref()?;
        Some(format!(
            "CREATE TABLE IF NOT EXISTS {table}{} AS {table}_local \
             ENGINE = Distributed(`{cluster}`, currentDatabase(), {table}_local, sipHash64(site_id))",
            self.on_cluster()
        ))
    }
}

/// Makes the database and brings its tables up to date. Every statement may be repeated, so that several servers may start at once.
pub(super) async fn migrate(client: &Client, layout: &Layout) -> Result<(), OpenError> {
    let failed = |error: EngineError| OpenError::Settings(format!("ClickHouse: {error}"));
    client.create_database(&layout.on_cluster()).await.map_err(failed)?;
    let change = async |sql: String| client.change(&Statement::plain(sql)).await.map_err(failed);
    for sql in layout.statements(VERSIONS) {
        change(sql).await?;
    }
    let version = Statement::plain("SELECT max(version) FROM schema_versions");
    let rows = client.query(&version, WITHIN).await.map_err(failed)?;
    let seen = rows.first().and_then(|row| row.first()?.as_int());
    let seen = usize::try_from(seen.unwrap_or(0)).unwrap_or(0);
    if seen > MIGRATIONS.len() {
        return Err(OpenError::Newer(PathBuf::from(client.database())));
    }
    for (at, migration) in MIGRATIONS.iter().enumerate().skip(seen) {
        for sql in layout.statements(migration) {
            change(sql).await?;
        }
        change(format!("INSERT INTO schema_versions (version) VALUES ({})", at + 1)).await?;
    }
    for sql in TABLES.iter().filter_map(|table| layout.distributed(table)) {
        change(sql).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_has_plain_tables() {
        let layout = Layout::of("").unwrap();
        let all: String = MIGRATIONS.iter().flat_map(|sql| layout.statements(sql)).collect();
        for word in ["Replicated", "_local", "CLUSTER", "/*"] {
            assert!(!all.contains(word), "{word}");
        }
        assert_eq!(layout.stored("events"), "events");
        assert_eq!(layout.distributed("events"), None);
    }

    #[test]
    fn a_cluster_has_replicated_tables_under_distributed_ones() {
        let layout = Layout::of("main").unwrap();
        let made = layout.statements(MIGRATIONS[0]);
        assert_eq!(made.len(), 2);
        assert!(made[0].starts_with("CREATE TABLE IF NOT EXISTS events_local ON CLUSTER `main` ("));
        assert!(made[0].contains("ENGINE = ReplicatedMergeTree\n"));
        assert!(made[1].contains("ENGINE = ReplicatedReplacingMergeTree(version)\n"));
        assert_eq!(
            layout.distributed("visits").unwrap(),
            "CREATE TABLE IF NOT EXISTS visits ON CLUSTER `main` AS visits_local ENGINE = \
             Distributed(`main`, currentDatabase(), visits_local, sipHash64(site_id))"
        );
        assert_eq!(layout.stored("visits"), "visits_local ON CLUSTER `main`");
        assert!(Layout::of("x; DROP").is_err());
    }
}
