//! Three processes on one metadata store and one event store, behind a balancer that sends each connection to the next one: what holds at
//! one server holds at all of them (T3, T4, T8, T20). Runs where the metadata is on PostgreSQL; what is about events, where
//! `TEST_CLICKHOUSE_URL` names a server too.

use crate::support::peers::Gate;
use crate::support::{Actor, PASSWORD, Program, Running, clickhouse_beside, database};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tempfile::TempDir;

const DOMAIN: &str = "example.org";

/// The servers and the way to them.
struct Cluster {
    servers: Vec<Running>,
    balancer: Gate,
    has_events: bool,
    _programs: Vec<Program>,
    _folder: TempDir,
}

impl Cluster {
    async fn start(settings: &[(&str, &str)]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let database_url = database::fresh(folder.path()).await.unwrap();
        if !database_url.starts_with("postgres") {
            eprintln!("skipped: TEST_DATABASE_URL names no PostgreSQL");
            return None;
        }
        let events_url = clickhouse_beside(&database_url).unwrap_or_default();
        let secret = "5e".repeat(32);
        let mut all = vec![
            ("DATABASE_URL", database_url.as_str()),
            ("EVENTS_URL", &events_url),
            ("SECRET", &secret),
        ];
        all.extend(settings);
        let programs: Vec<Program> = (0..3).map(|_| Program::with(&all)).collect();
        let servers = join_all(programs.iter().map(Program::start)).await;
        let addresses = servers.iter().map(Running::address).collect();
        Some(Self {
            balancer: Gate::to(addresses).await,
            servers,
            has_events: !events_url.is_empty(),
            _programs: programs,
            _folder: folder,
        })
    }

    /// Somebody whose every request goes to the next server.
    fn anyone(&self) -> Actor {
        Actor::new(format!("http://{}", self.balancer.address)).with("connection", "close")
    }

    /// Somebody who uses one of the servers.
    fn at(&self, server: usize) -> Actor {
        self.servers[server].actor()
    }

    /// An owner with a site.
    async fn owner(&self) -> (Actor, String) {
        let owner = self.anyone();
        let body = json!({"email": "ann@example.org", "password": PASSWORD, "name": "Ann"});
        owner.post("/api/v1/accounts", body).await.expect_status(201);
        let site_id = owner.add_site(DOMAIN).await;
        (owner, site_id)
    }
}

fn with_token(actor: &Actor, token: &Value) -> Actor {
    actor.with_token(token.as_str().unwrap()).with("connection", "close")
}

#[tokio::test(flavor = "multi_thread")]
async fn t20_thirty_resolve_calls_a_minute_pass_over_all_servers() {
    let Some(cluster) = Cluster::start(&[]).await else {
        return;
    };
    let (owner, site_id) = cluster.owner().await;
    let link = owner.add_link(&site_id, "Client").await;
    let client = with_token(&cluster.anyone(), &link["token"]);
    let began = Instant::now();
    let answers = join_all((0..60).map(|_| client.get("/api/v1/share/example.org"))).await;
    let passed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(passed, 30);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        let wait = answer.clone().expect_status(429).expect_problem("rate_limited");
        let wait: u64 = wait.header("retry-after").unwrap().parse().unwrap();
        assert!((60 - began.elapsed().as_secs() - 1..=60).contains(&wait), "{wait}");
    }
    // Whoever asks one server alone meets the same count.
    for server in 0..3 {
        let client = cluster.at(server).with_token(link["token"].as_str().unwrap());
        client.get("/api/v1/share/example.org").await.expect_status(429);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t33_attempts_to_sign_in_count_over_all_servers() {
    let Some(cluster) = Cluster::start(&[("LIMITS__SIGN_IN_PER_MINUTE", "6")]).await else {
        return;
    };
    let (_, _) = cluster.owner().await;
    let wrong = json!({"email": "ann@example.org", "password": "wrong wrong wrong"});
    let attempts = (0..9).map(|_| cluster.anyone());
    let answers = join_all(attempts.map(|actor| {
        let wrong = wrong.clone();
        async move { actor.post("/api/v1/session", wrong).await.status }
    }))
    .await;
    // Signing up was the first.
    assert_eq!(
        answers.iter().filter(|status| **status == 401).count(),
        5,
        "{answers:?}"
    );
    assert_eq!(
        answers.iter().filter(|status| **status == 429).count(),
        4,
        "{answers:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn t4_no_server_serves_what_any_of_them_has_revoked() {
    let Some(cluster) = Cluster::start(&[("LIMITS__RESOLVE_PER_MINUTE", "1000000")]).await else {
        return;
    };
    let (owner, site_id) = cluster.owner().await;
    for round in 0..40 {
        let link = owner.add_link(&site_id, &format!("Round {round}")).await;
        let client = with_token(&cluster.anyone(), &link["token"]);
        let stop = Arc::new(AtomicBool::new(false));
        let hammers = (0..6).map(|_| tokio::spawn(hammer(client.clone(), stop.clone())));
        let hammers: Vec<_> = hammers.collect();
        client.get("/api/v1/share/example.org").await.expect_status(200);
        let path = format!("/api/v1/sites/{site_id}/share-links/{}", link["id"].as_str().unwrap());
        owner.delete(&path).await.expect_status(204);
        let revoked_at = Instant::now();
        // Each server has been asked once more.
        for server in 0..3 {
            let there = cluster.at(server).with_token(link["token"].as_str().unwrap());
            there.get("/api/v1/share/example.org").await.expect_status(404);
        }
        stop.store(true, Ordering::SeqCst);
        for hammer in hammers {
            for (started_at, status) in hammer.await.unwrap() {
                assert!(started_at < revoked_at || status == 404, "round {round}: {status}");
            }
        }
    }
}

async fn hammer(client: Actor, stop: Arc<AtomicBool>) -> Vec<(Instant, u16)> {
    let mut answers = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let started_at = Instant::now();
        let answer = client.get("/api/v1/share/example.org").await;
        answers.push((started_at, answer.status));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_sessions_keys_and_portals_end_everywhere_at_once() {
    let Some(cluster) = Cluster::start(&[]).await else {
        return;
    };
    let (owner, site_id) = cluster.owner().await;
    let key = owner.add_key(&["sites:read"], None).await;
    let made = owner.get("/api/v1/api-keys").await.expect_status(200).json();
    let key_path = format!("/api/v1/api-keys/{}", made["data"][0]["id"].as_str().unwrap());
    let portal = owner.add_portal(&site_id).await;
    let portal_path = format!("/api/v1/portal/{portal}");
    for server in 0..3 {
        let site = format!("/api/v1/sites/{site_id}");
        cluster.at(server).with_key(&key).get(&site).await.expect_status(200);
        cluster.at(server).get(&portal_path).await.expect_status(200);
    }
    owner.delete(&key_path).await.expect_status(204);
    owner
        .delete(&format!("/api/v1/sites/{site_id}/portal/token"))
        .await
        .expect_status(204);
    for server in 0..3 {
        let site = format!("/api/v1/sites/{site_id}");
        cluster.at(server).with_key(&key).get(&site).await.expect_status(401);
        cluster.at(server).get(&portal_path).await.expect_status(404);
    }
    // A session is every server's, and ends at every server.
    for _ in 0..6 {
        owner.get("/api/v1/me").await.expect_status(200);
    }
    let cookie_kept = owner.clone();
    owner.delete("/api/v1/session").await.expect_status(204);
    for _ in 0..3 {
        cookie_kept.get("/api/v1/me").await.expect_status(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t8_the_last_slot_is_taken_once_over_all_servers() {
    let Some(cluster) = Cluster::start(&[]).await else {
        return;
    };
    let (owner, site_id) = cluster.owner().await;
    let path = format!("/api/v1/sites/{site_id}/share-links");
    for n in 1..=9 {
        owner.add_link(&site_id, &format!("Link {n}")).await;
    }
    for round in 0..5 {
        let creates = (0..30).map(|n| owner.post(&path, json!({"name": format!("Race {round} {n}")})));
        let answers = join_all(creates).await;
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(made.len(), 1, "round {round}");
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            answer.clone().expect_status(409).expect_problem("limit_reached");
        }
        let made: Value = made[0].json();
        let own = format!("{path}/{}", made["id"].as_str().unwrap());
        owner.delete(&own).await.expect_status(204);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_visit_is_one_visit_at_whichever_server_its_pages_are_counted() {
    let Some(cluster) = Cluster::start(&[]).await else {
        return;
    };
    if !cluster.has_events {
        eprintln!("skipped: TEST_CLICKHOUSE_URL is not set");
        return;
    }
    let (owner, site_id) = cluster.owner().await;
    let visitor = cluster.at(0);
    visitor.get("/healthz").await.expect_status(200);
    for n in 0..12 {
        // The same browser, every time at the next server.
        let body = json!({"name": "pageview", "url": format!("https://{DOMAIN}/{}", n % 4), "domain": DOMAIN});
        cluster.at(n % 3).post("/api/event", body).await.expect_status(202);
    }
    let question = json!({
        "metrics": ["visitors", "visits", "pageviews", "bounce_rate"],
        "date_range": "day",
    });
    let query = format!("/api/v1/sites/{site_id}/query");
    let counted = cluster.servers[0]
        .wait_for(|| async {
            let answer = owner.post(&query, question.clone()).await.expect_status(200).json();
            let metrics = answer["results"][0]["metrics"].clone();
            (metrics[2] == 12).then_some(metrics)
        })
        .await;
    assert_eq!(counted, json!([1, 1, 12, 0.0]));
    for _ in 0..3 {
        let answer = owner.post(&query, question.clone()).await.expect_status(200).json();
        assert_eq!(answer["results"][0]["metrics"], counted);
    }
}
