//! Registrations of domains, as registries tell them (T65).

use crate::monitors::{after, checks, watch};
use crate::support::peers::{Dns, PRIVATE_ADDRESS, PUBLIC, PUBLIC_ADDRESS, Reply, Web};
use crate::support::{Actor, TestApp};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const RDAP: &str = "content-type: application/rdap+json\r\n";

/// A registry whose answers a test writes, and IANA's list that names it for `.example`.
struct World {
    app: TestApp,
    registry: Web,
    iana: Web,
    answer: Arc<Mutex<Reply>>,
}

fn registration(domain: &str, ends: &str) -> String {
    json!({
        "objectClassName": "domain", "ldhName": domain.to_uppercase(), "rdapConformance": ["rdap_level_0"],
        "events": [{"eventAction": "registration", "eventDate": "2001-02-03T00:00:00Z"},
                   {"eventAction": "expiration", "eventDate": ends}],
        "entities": [{"roles": ["registrar"], "vcardArray": ["vcard", [["fn", {}, "text", "Names & Sons"]]]}]
    })
    .to_string()
}

impl World {
    async fn start() -> Self {
        let dns = Dns::start().await;
        let answer = Arc::new(Mutex::new(Reply::status(404, "", "")));
        let answering = answer.clone();
        let registry = Web::start(PUBLIC_ADDRESS, move |_| answering.lock().unwrap().clone()).await;
        let list = json!({"version": "1.0", "services": [[["example"], [registry.url("/rdap")]]]}).to_string();
        let iana = Web::start(PUBLIC_ADDRESS, move |_| Reply::ok(&list)).await;
        let (address, bootstrap) = (dns.address, iana.url("/dns.json"));
        let app = TestApp::start_with(move |config| {
            config.egress_allow = vec![PUBLIC.parse().unwrap()];
            config.dns_server = Some(address);
            config.monitors.references = Vec::new();
            config.monitors.rdap_bootstrap = bootstrap;
        })
        .await;
        Self {
            app,
            registry,
            iana,
            answer,
        }
    }

    fn answers(&self, reply: Reply) {
        *self.answer.lock().unwrap() = reply;
    }

    /// A site whose domain is watched; checked once.
    async fn watched(&self, domain: &str) -> (Actor, String) {
        let (owner, site_id) = self.app.owner_of(domain).await;
        watch(&owner, &site_id, "domain", json!({"timeout_ms": 2000})).await;
        after(&self.app, 0).await;
        (owner, site_id)
    }
}

async fn latest(owner: &Actor, site_id: &str) -> Value {
    let check = checks(owner, site_id, "domain").await[0].clone();
    json!([check["outcome"], check["reason"], check["facts"]["expires_at"]])
}

async fn run(app: &TestApp, owner: &Actor, site_id: &str) {
    let path = format!("/api/v1/sites/{site_id}/monitors/domain/run");
    owner.send(reqwest::Method::POST, &path, None).await.expect_status(202);
    after(app, 0).await;
}

#[tokio::test]
async fn the_end_of_a_registration_is_told_scored_and_an_incident_when_it_is_near() {
    let world = World::start().await;
    world.answers(Reply::status(
        200,
        RDAP,
        &registration("a.example", "2026-04-20T10:00:00Z"),
    ));
    let (owner, site_id) = world.watched("www.a.example").await;
    let check = checks(&owner, &site_id, "domain").await[0].clone();
    let expected = json!({"kind": "domain", "domain": "a.example", "expires_at": "2026-04-20T10:00:00.000Z", "registrar": "Names & Sons"});
    assert_eq!((&check["outcome"], &check["facts"]), (&json!("ok"), &expected));
    let asked = world.registry.requests();
    assert!(
        asked[0].starts_with("GET /rdap/domain/a.example HTTP/1.1\r\n"),
        "{asked:?}"
    );
    assert!(
        asked[0].to_lowercase().contains("accept: application/rdap+json"),
        "{asked:?}"
    );
    let health = owner.get(&format!("/api/v1/sites/{site_id}/health")).await.json();
    let part = health["components"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["part"] == "domain")
        .unwrap()
        .clone();
    assert_eq!(json!([part["points"], part["reason"]]), json!([10.0, null]));
    // 29 days left, then none.
    for (days, outcome, reason) in [(13, "warning", "expiring"), (30, "failed", "expired")] {
        world.app.step((days - 1) * 86_400);
        owner.sign_in("owner@www.a.example").await.expect_status(200);
        after(&world.app, 86_400).await;
        let left = latest(&owner, &site_id).await;
        assert_eq!(left, json!([outcome, reason, "2026-04-20T10:00:00.000Z"]));
    }
    let incidents = owner.get(&format!("/api/v1/sites/{site_id}/incidents")).await.json();
    let told = incidents["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!([it["kind"], it["reason"], it["closed_at"].is_null()]));
    let expected = [json!(["domain", "expired", true]), json!(["domain", "expiring", false])];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn t65_what_is_no_clear_answer_is_unknown_and_never_expired() {
    let world = World::start().await;
    let inside = Web::start(PRIVATE_ADDRESS, |_| Reply::ok("")).await;
    let loops = world.registry.url("/rdap/domain/again");
    let padding = format!(
        "{{\"objectClassName\":\"domain\",\"notices\":\"{}",
        "x".repeat(3_000_000)
    );
    let endless = || Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n{\"notices\":\"".to_vec(), vec![b'x'; 65_536]);
    for (n, (reply, reason)) in [
        (Reply::status(404, "", "{}"), "not_told"),
        (Reply::status(429, "retry-after: 60\r\n", ""), "asked_too_often"),
        (Reply::status(500, "", ""), "wrong_status"),
        (Reply::ok("<!doctype html><h1>Welcome</h1>"), "broken_answer"),
        (Reply::status(200, RDAP, &padding), "broken_answer"),
        (endless(), "broken_answer"),
        (
            Reply::status(200, RDAP, &registration("other.example", "2026-01-01T00:00:00Z")),
            "broken_answer",
        ),
        (Reply::redirect(302, &loops), "bad_redirect"),
        (Reply::redirect(302, &inside.url("/")), "blocked"),
        (Reply::redirect(302, "file:///etc/passwd"), "bad_redirect"),
        (Reply::Silence, "timeout"),
        (Reply::Reset(b"HTTP/1.1 200".to_vec()), "broken_answer"),
    ]
    .into_iter()
    .enumerate()
    {
        world.answers(reply);
        let (owner, site_id) = world.watched(&format!("t{n}.example")).await;
        assert_eq!(
            latest(&owner, &site_id).await,
            json!(["unknown", reason, null]),
            "case {n}"
        );
    }
    for (n, date) in [
        "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-01-01T00:00:00",
        "1970-01-01T00:00:00Z",
    ]
    .into_iter()
    .enumerate()
    {
        let domain = format!("d{n}.example");
        world.answers(Reply::status(200, RDAP, &registration(&domain, date)));
        let (owner, site_id) = world.watched(&domain).await;
        assert_eq!(
            latest(&owner, &site_id).await,
            json!(["unknown", "not_told", null]),
            "{date}"
        );
        let incidents = owner.get(&format!("/api/v1/sites/{site_id}/incidents")).await.json();
        assert_eq!(incidents["data"], json!([]));
    }
    assert_eq!(inside.hits(), 0);
    assert_eq!(world.iana.hits(), 1);
}

#[tokio::test]
async fn t65_a_domain_is_asked_for_once_a_day_whoever_wants_to_know() {
    let world = World::start().await;
    world.answers(Reply::status(
        200,
        RDAP,
        &registration("a.example", "2027-03-01T00:00:00Z"),
    ));
    let (owner, site_id) = world.watched("a.example").await;
    let (other, other_site) = world.watched("shop.a.example").await;
    for _ in 0..4 {
        run(&world.app, &owner, &site_id).await;
        run(&world.app, &other, &other_site).await;
    }
    world.app.step(86_399);
    run(&world.app, &owner, &site_id).await;
    assert_eq!(world.registry.hits(), 1);
    assert_eq!(
        latest(&other, &other_site).await,
        json!(["ok", null, "2027-03-01T00:00:00.000Z"])
    );
    world.app.step(1);
    // A bad day of the registry's: what was known stays known.
    world.answers(Reply::status(429, "", ""));
    run(&world.app, &owner, &site_id).await;
    run(&world.app, &owner, &site_id).await;
    assert_eq!(world.registry.hits(), 2);
    assert_eq!(
        latest(&owner, &site_id).await,
        json!(["unknown", "asked_too_often", null])
    );
    let health = owner.get(&format!("/api/v1/sites/{site_id}/health")).await.json();
    let part = health["components"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["part"] == "domain")
        .unwrap()
        .clone();
    assert_eq!(part["points"], json!(10.0));
}

#[tokio::test]
async fn the_list_of_registries_is_renewed_once_a_week() {
    let world = World::start().await;
    world.answers(Reply::status(
        200,
        RDAP,
        &registration("a.example", "2027-03-01T00:00:00Z"),
    ));
    let (owner, site_id) = world.watched("a.example").await;
    for (seconds, hits) in [(6 * 86_400, 1), (86_400, 2), (86_400, 2)] {
        world.app.step(seconds);
        owner.sign_in("owner@a.example").await.expect_status(200);
        run(&world.app, &owner, &site_id).await;
        assert_eq!(world.iana.hits(), hits);
    }
}

#[tokio::test]
async fn without_iana_the_built_in_list_is_used_and_a_registry_without_a_server_tells_nothing() {
    let dns = Dns::start().await;
    let iana = Web::start(PUBLIC_ADDRESS, |_| Reply::ok("<html>")).await;
    dns.point("rdap.verisign.com", PRIVATE_ADDRESS);
    let (address, bootstrap) = (dns.address, iana.url("/"));
    let app = TestApp::start_with(move |config| {
        config.egress_allow = vec![PUBLIC.parse().unwrap()];
        config.dns_server = Some(address);
        config.monitors.references = Vec::new();
        config.monitors.rdap_bootstrap = bootstrap;
    })
    .await;
    // The server that the built-in list names is an address that nothing may reach.
    for (domain, reason) in [
        ("a.com", "blocked"),
        ("a.de", "not_told"),
        ("me.github.io", "not_told"),
        ("co.uk", "not_told"),
    ] {
        let (owner, site_id) = app.owner_of(domain).await;
        watch(&owner, &site_id, "domain", json!({})).await;
        after(&app, 0).await;
        assert_eq!(
            latest(&owner, &site_id).await,
            json!(["unknown", reason, null]),
            "{domain}"
        );
    }
    // It is tried again after a day.
    assert_eq!(iana.hits(), 1);
    app.step(86_400);
    let (owner, site_id) = app.owner_of("b.com").await;
    watch(&owner, &site_id, "domain", json!({})).await;
    after(&app, 0).await;
    assert_eq!(iana.hits(), 2);
}
