//! The real app on port 0, with a stepped clock and a data folder of its own.

use super::{Actor, PASSWORD, database};
use api::app::{self, Started};
use api::config::{Config, Flags};
use api::kit::clock::Clock;
use api::kit::ids::Ids;
use api::state::State;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;

/// The time at which every test begins: a Tuesday, noon in UTC.
pub const START: &str = "2026-03-10T12:00:00Z";

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A running server. Dropping it stops the server and removes its folder.
pub struct TestApp {
    pub address: SocketAddr,
    /// The server's own parts, for what no route shows (the stored rows, the clock).
    pub state: State,
    pub clock: Clock,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
    folder: Arc<TempDir>,
}

/// With `TEST_CLICKHOUSE_URL`, the database there that belongs to a metadata store.
pub fn clickhouse_beside(database_url: &str) -> Option<String> {
    let server = std::env::var("TEST_CLICKHOUSE_URL").ok()?;
    let name = database_url.trim_end_matches("/vitrine.sqlite").rsplit('/').next()?;
    let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    Some(format!("{server}/{name}"))
}

impl TestApp {
    /// Starts with the default settings, but for open registration.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::Builder::new().prefix("vitrine-").tempdir().unwrap();
        let database_url = database::fresh(folder.path()).await.unwrap();
        let clock = Clock::stepped(START.parse::<Timestamp>().unwrap());
        Self::start_in(Arc::new(folder), database_url, clock, change).await
    }

    /// Starts a second server process' worth of app on the same metadata, with events of its own.
    pub async fn start_beside(&self) -> Self {
        self.start_beside_with(|_| {}).await
    }

    /// The same with changed settings.
    pub async fn start_beside_with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::Builder::new().prefix("vitrine-").tempdir().unwrap();
        std::fs::copy(self.folder.path().join("secret.key"), folder.path().join("secret.key")).unwrap();
        let database_url = self.state.config.database_url();
        Self::start_in(Arc::new(folder), database_url, self.clock.clone(), change).await
    }

    async fn start_in(
        folder: Arc<TempDir>,
        database_url: String,
        clock: Clock,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let events_url = clickhouse_beside(&database_url);
        let flags = Flags {
            listen: Some("127.0.0.1:0".to_owned()),
            data_dir: Some(folder.path().to_owned()),
            database_url: Some(database_url),
            ..Flags::default()
        };
        let mut config = Config::load(&flags).unwrap();
        config.events_url = events_url.unwrap_or_default();
        config.registration = api::config::RegistrationPolicy::Open;
        config.workers = 2;
        // General limits would slow tests that ask much; the tests of limits set their own.
        config.limits.api_burst = 100_000;
        config.limits.events_burst = 100_000;
        config.limits.sign_in_per_minute = 10_000;
        change(&mut config);
        let (send, receive) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn({
            let clock = clock.clone();
            move || serve(config, clock, send)
        });
        let (address, state, handle) = receive.await.expect("the app starts");
        Self {
            address,
            state,
            clock,
            handle,
            thread: Some(thread),
            folder,
        }
    }

    /// Where the app answers.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The folder of everything that the app stores.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Moves the clock.
    pub fn step(&self, seconds: u64) {
        self.clock.step(Duration::from_secs(seconds));
    }

    /// Sets the wall clock forward or back, as a correction of the machine's time does; the monotonic clock goes on.
    pub fn jump(&self, seconds: i64) {
        self.clock.jump(seconds * 1000);
    }

    /// Somebody without any key.
    pub fn anonymous(&self) -> Actor {
        Actor::new(self.url(""))
    }

    /// Signs a new account up.
    pub async fn owner(&self, email: &str) -> Actor {
        let actor = self.anonymous();
        let body = serde_json::json!({"email": email, "password": PASSWORD, "name": "Ann Owner"});
        actor.post("/api/v1/accounts", body).await.expect_status(201);
        actor
    }

    /// Signs a new account up with a site; answers both.
    pub async fn owner_of(&self, domain: &str) -> (Actor, String) {
        let owner = self.owner(&format!("owner@{domain}")).await;
        let site_id = owner.add_site(domain).await;
        (owner, site_id)
    }

    /// Signs a new account up that views a site, by its owner's invitation.
    pub async fn viewer_of(&self, owner: &Actor, site_id: &str, email: &str) -> Actor {
        let invitation = owner.invite(site_id, Some(email)).await;
        let viewer = self.owner(email).await;
        viewer.accept(&invitation).await.expect_status(200);
        viewer
    }

    /// Runs a statement on the metadata.
    pub async fn execute(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match &self.state.db {
            api::db::Db::Sqlite { writer, .. } => drop(sqlx::query(sql).execute(writer).await.unwrap()),
            api::db::Db::Postgres(pool, _) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
        }
    }

    /// Every row of the metadata, as text, by table.
    pub async fn rows(&self) -> BTreeMap<String, Vec<String>> {
        database::rows(&self.state.config.database_url()).await.unwrap()
    }

    /// Fails with the rows that are not as they were before, and says after what.
    pub async fn assert_unchanged(&self, before: &BTreeMap<String, Vec<String>>, after: &str) {
        let now = self.rows().await;
        let differing = |these: &BTreeMap<String, Vec<String>>, those: &BTreeMap<String, Vec<String>>| {
            let rows = these
                .iter()
                .flat_map(|(table, rows)| rows.iter().map(move |row| (table, row)));
            let rows = rows.filter(|(table, row)| those.get(*table).is_none_or(|known| !known.contains(row)));
            rows.map(|(table, row)| format!("{table}: {row}")).collect::<Vec<_>>()
        };
        let (gone, new) = (differing(before, &now), differing(&now, before));
        assert!(now == *before, "{after} changed rows; gone {gone:#?}, new {new:#?}");
    }

    /// Fails when any file of the data folder, or any row of the metadata, holds one of the secrets.
    pub async fn assert_stored_nowhere(&self, secrets: &[&str]) {
        let rows = self.rows().await;
        let mut stored = rows
            .into_values()
            .flatten()
            .flat_map(String::into_bytes)
            .collect::<Vec<_>>();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                stored.extend(std::fs::read(path).unwrap());
            }
        }
        assert!(!stored.is_empty());
        for secret in secrets {
            let found = stored.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is stored in plain text");
        }
    }

    /// What a visitor at an address does on a site, a second apart: events as scripts send them, page views of `/` where
    /// nothing else is said. An address needs the loopback address for a trusted proxy.
    pub async fn happen(&self, domain: &str, address: Option<&str>, events: &[Value]) {
        let mut visitor = self.anonymous().with("user-agent", FIREFOX);
        if let Some(address) = address {
            visitor = visitor.with("x-forwarded-for", address);
        }
        for event in events {
            let mut body = json!({"n": "pageview", "u": format!("https://{domain}/"), "d": domain});
            body.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
            visitor.post("/api/event", body).await.expect_status(202);
            self.step(1);
        }
        self.state.events.drained().await;
    }

    /// A visit that the site has; its id.
    pub async fn visit(&self, owner: &Actor, site_id: &str, domain: &str) -> String {
        self.happen(domain, None, &[json!({})]).await;
        let visits = owner
            .get(&format!("/api/v1/sites/{site_id}/visits?date_range=day"))
            .await;
        visits.expect_status(200).json()["data"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Stops the server cleanly and starts it again on the same data.
    pub async fn restart(self) -> Self {
        self.restart_with(|_| {}).await
    }

    /// The same with changed settings.
    pub async fn restart_with(self, change: impl FnOnce(&mut Config)) -> Self {
        self.restart_after(async |_| {}, change).await
    }

    /// The same after something was done to the data while no server has it.
    pub async fn restart_after(mut self, between: impl AsyncFnOnce(&Config), change: impl FnOnce(&mut Config)) -> Self {
        self.handle.stop(true).await;
        let thread = self.thread.take().expect("the server runs");
        tokio::task::spawn_blocking(move || thread.join())
            .await
            .unwrap()
            .unwrap();
        between(&self.state.config).await;
        let database_url = self.state.config.database_url();
        Self::start_in(self.folder.clone(), database_url, self.clock.clone(), change).await
    }
}

type Ready = (SocketAddr, State, actix_web::dev::ServerHandle);

fn serve(config: Config, clock: Clock, ready: tokio::sync::oneshot::Sender<Ready>) {
    actix_web::rt::System::new().block_on(async move {
        let state = app::open(config, clock, Ids::random()).await.unwrap();
        let Started {
            address,
            state,
            handle,
            server,
        } = app::start(state).await.unwrap();
        let _gone = ready.send((address, state.clone(), handle));
        server.await.unwrap();
        Started::finish(&state).await;
    });
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The server ends with the process; a test that needs a clean stop calls `restart`.
        let stopping = self.handle.stop(false);
        drop(stopping);
    }
}
