//! Uptime, incidents and the score, of sites on loopback.

use crate::support::peers::{Dns, PRIVATE_ADDRESS, PUBLIC, PUBLIC_ADDRESS, Reply, Web};
use crate::support::{Actor, TestApp};
use api::monitors::scheduler;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

/// An app whose checks may reach `PUBLIC` and ask `dns`.
pub async fn start(dns: &Dns) -> TestApp {
    let address = dns.address;
    TestApp::start_with(move |config| {
        config.egress_allow = vec![PUBLIC.parse().unwrap()];
        config.dns_server = Some(address);
        config.monitors.references = Vec::new();
    })
    .await
}

/// Turns a monitor on; answers it.
pub async fn watch(owner: &Actor, site_id: &str, kind: &str, mut settings: Value) -> Value {
    settings["enabled"] = json!(true);
    let path = format!("/api/v1/sites/{site_id}/monitors/{kind}");
    owner.put(&path, settings).await.expect_status(200).json()
}

/// Makes every check that is due after so many seconds.
pub async fn after(app: &TestApp, seconds: u64) {
    app.step(seconds);
    scheduler::settle(&app.state).await.unwrap();
}

/// The latest checks of a monitor: outcome, reason and status, latest first.
pub async fn checks(owner: &Actor, site_id: &str, kind: &str) -> Vec<Value> {
    let path = format!("/api/v1/sites/{site_id}/monitors/{kind}/checks?limit=100");
    let listed = owner.get(&path).await.expect_status(200).json();
    listed["data"].as_array().unwrap().clone()
}

async fn get(owner: &Actor, site_id: &str, what: &str) -> Value {
    owner
        .get(&format!("/api/v1/sites/{site_id}/{what}"))
        .await
        .expect_status(200)
        .json()
}

async fn incidents(owner: &Actor, site_id: &str) -> Vec<Value> {
    let all = get(owner, site_id, "incidents").await["data"]
        .as_array()
        .unwrap()
        .clone();
    let told = |it: &Value| json!([it["kind"], it["reason"], it["opened_at"], it["closed_at"]]);
    all.iter().map(told).collect()
}

/// A web server with a status that a test changes.
async fn flapping() -> (Web, Arc<AtomicU16>) {
    let status = Arc::new(AtomicU16::new(200));
    let answering = status.clone();
    let web = Web::start(PUBLIC_ADDRESS, move |_| {
        Reply::status(answering.load(Ordering::SeqCst), "", "<h1>Welcome</h1>")
    })
    .await;
    (web, status)
}

#[tokio::test]
async fn two_failures_open_an_incident_and_a_success_closes_it() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let (web, status) = flapping().await;
    watch(&owner, &site_id, "uptime", json!({"url": web.url("/")})).await;
    after(&app, 0).await;
    status.store(503, Ordering::SeqCst);
    after(&app, 70).await;
    assert_eq!(incidents(&owner, &site_id).await, Vec::<Value>::new());
    after(&app, 70).await;
    let opened = json!(["uptime", "wrong_status", "2026-03-10T12:01:10.000Z", null]);
    assert_eq!(incidents(&owner, &site_id).await, [opened]);
    let health = get(&owner, &site_id, "health").await;
    assert_eq!(health["open_incidents"][0]["reason"], "wrong_status");
    assert_eq!(health["score"], json!({"value": 0, "band": "poor", "version": 1}));
    assert_eq!(
        health["gains"][0]["action"],
        "Bring the site up again and keep it up for 7 days"
    );
    after(&app, 70).await;
    status.store(204, Ordering::SeqCst);
    after(&app, 70).await;
    let closed = json!([
        "uptime",
        "wrong_status",
        "2026-03-10T12:01:10.000Z",
        "2026-03-10T12:04:40.000Z"
    ]);
    assert_eq!(incidents(&owner, &site_id).await, [closed]);

    let made = checks(&owner, &site_id, "uptime").await;
    let told = made
        .iter()
        .map(|it| json!([it["outcome"], it["reason"], it["facts"]["status"]]));
    let failed = || json!(["failed", "wrong_status", 503]);
    let expected = [
        json!(["ok", null, 204]),
        failed(),
        failed(),
        failed(),
        json!(["ok", null, 200]),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let uptime = get(&owner, &site_id, "uptime").await;
    assert_eq!(uptime["percentage"], 40.0);
    assert_eq!(uptime["buckets"].as_array().unwrap().len(), 48);
    let last = &uptime["buckets"][47];
    assert_eq!(
        json!([last["up"], last["down"], last["from"]]),
        json!([2, 3, "2026-03-10T12:00:00.000Z"])
    );
    let week = get(&owner, &site_id, "uptime?period=7d").await;
    assert_eq!(
        (week["buckets"].as_array().unwrap().len(), &week["percentage"]),
        (56, &json!(40.0))
    );
    let wrong = owner.get(&format!("/api/v1/sites/{site_id}/uptime?period=1y")).await;
    wrong
        .expect_status(422)
        .expect_problem("invalid")
        .expect_pointers(&["?period"]);
}

#[tokio::test]
async fn a_page_is_judged_by_status_keyword_and_time() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let web = Web::start(PUBLIC_ADDRESS, |request| match request.split(' ').nth(1).unwrap() {
        "/moved" => Reply::redirect(301, "/"),
        "/loop" => Reply::redirect(302, "/loop"),
        "/secret" => Reply::status(401, "", ""),
        "/silent" => Reply::Silence,
        "/broken" => Reply::Bytes(b"garbage\r\n\r\n".to_vec()),
        _ => Reply::ok("<h1>Welcome</h1>"),
    })
    .await;
    dns.point("named.example", PUBLIC_ADDRESS);
    dns.point("private.example", PRIVATE_ADDRESS);
    let named = format!("http://named.example:{}/", web.address.port());
    let closed = {
        let listener = tokio::net::TcpListener::bind((PUBLIC_ADDRESS, 0)).await.unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    for (settings, outcome, reason) in [
        (json!({"url": web.url("/")}), "ok", json!(null)),
        (json!({"url": named}), "ok", json!(null)),
        (json!({"url": web.url("/moved")}), "ok", json!(null)),
        (json!({"url": web.url("/loop")}), "failed", json!("bad_redirect")),
        (json!({"url": web.url("/"), "keyword": "Welcome"}), "ok", json!(null)),
        (
            json!({"url": web.url("/"), "keyword": "welcome"}),
            "failed",
            json!("keyword_missing"),
        ),
        (json!({"url": web.url("/secret")}), "failed", json!("wrong_status")),
        (
            json!({"url": web.url("/secret"), "expected_status": ["200", "401-403"]}),
            "ok",
            json!(null),
        ),
        (
            json!({"url": web.url("/silent"), "timeout_ms": 1000}),
            "failed",
            json!("timeout"),
        ),
        (json!({"url": web.url("/broken")}), "failed", json!("broken_answer")),
        (json!({"url": closed}), "failed", json!("no_connection")),
        (
            json!({"url": "http://missing.example/"}),
            "failed",
            json!("name_not_found"),
        ),
    ] {
        // Before it is set: the server itself may check at once, and the latest check is told by its time.
        app.step(1);
        watch(&owner, &site_id, "uptime", settings.clone()).await;
        after(&app, 0).await;
        let latest = checks(&owner, &site_id, "uptime").await[0].clone();
        assert_eq!(
            (&latest["outcome"], &latest["reason"]),
            (&json!(outcome), &reason),
            "{settings}: {latest}"
        );
    }
    // A name that was public when it was saved and is private now.
    dns.point("named.example", PRIVATE_ADDRESS);
    watch(&owner, &site_id, "uptime", json!({"url": web.url("/")})).await;
    after(&app, 0).await;
    app.execute(&format!("UPDATE monitors SET url = '{named}'")).await;
    after(&app, 70).await;
    let latest = checks(&owner, &site_id, "uptime").await[0].clone();
    assert_eq!(
        json!([latest["outcome"], latest["reason"]]),
        json!(["unknown", "blocked"])
    );
}

#[tokio::test]
async fn t68_our_own_networks_trouble_alarms_nobody() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let (web, _) = flapping().await;
    dns.point("a.example", PUBLIC_ADDRESS);
    let url = format!("http://a.example:{}/", web.address.port());
    watch(&owner, &site_id, "uptime", json!({"url": url, "timeout_ms": 1000})).await;
    after(&app, 0).await;
    dns.mute(true);
    for _ in 0..2 {
        after(&app, 70).await;
    }
    let made = checks(&owner, &site_id, "uptime").await;
    let told = made
        .iter()
        .map(|it| json!([it["outcome"], it["reason"]]))
        .collect::<Vec<_>>();
    let unknown = || json!(["unknown", "own_network"]);
    assert_eq!(told, [unknown(), unknown(), json!(["ok", null])]);
    assert_eq!(incidents(&owner, &site_id).await, Vec::<Value>::new());
    let health = get(&owner, &site_id, "health").await;
    assert_eq!(health["score"]["value"], 100, "what is unknown counts for nothing");
    dns.mute(false);
    after(&app, 70).await;
    assert_eq!(checks(&owner, &site_id, "uptime").await[0]["outcome"], "ok");
}

#[tokio::test]
async fn t58_t61_what_may_not_be_checked_is_refused_when_it_is_saved() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let canary = Web::start(PRIVATE_ADDRESS, |_| Reply::ok("secret")).await;
    let port = canary.address.port();
    dns.point("private.example", PRIVATE_ADDRESS);
    let own = format!("http://127.0.1.9:{}/", app.address.port());
    for url in [
        format!("http://127.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        format!("http://private.example:{port}/"),
        "http://127.0.1.1:22/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http://u:p@a.example/".to_owned(),
        "http://a.example/\t".to_owned(),
        format!("http://a.example/{}", "x".repeat(9000)),
        own,
    ] {
        for kind in ["uptime", "links", "lighthouse"] {
            let path = format!("/api/v1/sites/{site_id}/monitors/{kind}");
            let answer = owner.put(&path, json!({"enabled": true, "url": url})).await;
            answer
                .expect_status(422)
                .expect_problem("invalid")
                .expect_pointers(&["/url"]);
        }
    }
    after(&app, 60).await;
    assert_eq!(canary.hits(), 0);
}

#[tokio::test]
async fn t67_checks_can_not_be_had_at_will() {
    let dns = Dns::start().await;
    let address = dns.address;
    let app = TestApp::start_with(move |config| {
        config.egress_allow = vec![PUBLIC.parse().unwrap()];
        config.dns_server = Some(address);
        config.monitors.references = Vec::new();
        config.monitors.per_account = 2;
    })
    .await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let (web, _) = flapping().await;
    let uptime = format!("/api/v1/sites/{site_id}/monitors/uptime");
    let often = owner.put(&uptime, json!({"enabled": true, "interval_s": 59})).await;
    often
        .expect_status(422)
        .expect_problem("invalid")
        .expect_pointers(&["/interval_s"]);
    let run = format!("{uptime}/run");
    let off = owner.send(reqwest::Method::POST, &run, None).await;
    off.expect_status(409).expect_problem("conflict");
    watch(&owner, &site_id, "uptime", json!({"url": web.url("/")})).await;
    after(&app, 0).await;
    for n in 2..=6 {
        owner.send(reqwest::Method::POST, &run, None).await.expect_status(202);
        after(&app, 0).await;
        assert_eq!(web.hits(), n);
    }
    let refused = owner.send(reqwest::Method::POST, &run, None).await.expect_status(429);
    assert_eq!(refused.expect_problem("rate_limited").header("retry-after"), Some("60"));

    let other = owner.add_site("b.example").await;
    watch(&owner, &other, "uptime", json!({"url": web.url("/")})).await;
    // What is on already may be set anew; what is off costs nothing.
    watch(&owner, &other, "uptime", json!({"url": web.url("/b")})).await;
    let links = format!("/api/v1/sites/{other}/monitors/links");
    owner.put(&links, json!({"enabled": false})).await.expect_status(200);
    let third = owner.put(&links, json!({"enabled": true})).await;
    third.expect_status(409).expect_problem("limit_reached");
    // Another account has its own.
    let (stranger, theirs) = app.owner_of("c.example").await;
    watch(&stranger, &theirs, "uptime", json!({"url": web.url("/")})).await;
}

#[tokio::test]
async fn the_summary_is_what_a_client_may_see_and_nothing_else() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let (web, status) = flapping().await;
    let summary = async || {
        let summary = api::monitors::service::summary(&app.state, &site_id).await.unwrap();
        serde_json::to_value(summary).unwrap()
    };
    let parts = json!([
        "lighthouse_mobile",
        "lighthouse_desktop",
        "uptime",
        "links",
        "domain",
        "certificate"
    ]);
    let nothing = json!({
        "score": null, "trend": [], "not_measured": parts,
        "lighthouse": {"mobile": null, "desktop": null, "measured_at": null},
        "links": {"working": null, "broken": null, "redirecting": null, "measured_at": null},
        "domain": {"state": null, "expires_at": null, "measured_at": null},
        "certificate": {"state": null, "expires_at": null, "measured_at": null},
        "uptime": {
            "state": null, "percentage_24h": null, "beats_from": "2026-03-09T12:30:00.000Z", "beats": vec![Value::Null; 48],
            "measured_at": null,
        },
    });
    assert_eq!(summary().await, nothing);
    watch(
        &owner,
        &site_id,
        "uptime",
        json!({"url": web.url("/"), "keyword": "Welcome"}),
    )
    .await;
    after(&app, 0).await;
    let up = summary().await;
    assert_eq!(up["score"], json!({"value": 100, "band": "good", "version": 1}));
    assert_eq!(up["trend"], json!([{"date": "2026-03-10", "value": 100, "version": 1}]));
    assert_eq!(
        up["not_measured"],
        json!([
            "lighthouse_mobile",
            "lighthouse_desktop",
            "links",
            "domain",
            "certificate"
        ])
    );
    let uptime = &up["uptime"];
    assert_eq!(
        json!([uptime["state"], uptime["percentage_24h"], uptime["measured_at"]]),
        json!(["up", 100.0, "2026-03-10T12:00:00.000Z"])
    );
    assert_eq!(json!([uptime["beats"][46], uptime["beats"][47]]), json!([null, "up"]));
    status.store(500, Ordering::SeqCst);
    for _ in 0..26 {
        after(&app, 70).await;
    }
    let down = summary().await;
    assert_eq!(down["uptime"]["state"], "down");
    assert_eq!(down["uptime"]["beats"][46], "down");
    assert_eq!(down["uptime"]["beats_from"], "2026-03-09T13:00:00.000Z");
    assert_eq!(down["trend"], json!([{"date": "2026-03-10", "value": 0, "version": 1}]));
    for hidden in [
        web.address.to_string(),
        "wrong_status".to_owned(),
        "500".to_owned(),
        "Welcome".to_owned(),
    ] {
        assert!(!down.to_string().contains(&hidden), "{hidden}");
    }
    // A day later, without any check: yesterday's value stays, today has none, and what is old is not told for new.
    app.step(3 * 86_400);
    let stale = summary().await;
    assert_eq!(
        (&stale["score"], &stale["uptime"]["state"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(stale["trend"], down["trend"]);
}

#[tokio::test]
async fn viewers_see_how_a_site_is_and_not_what_to_do_about_it() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let viewer = app.viewer_of(&owner, &site_id, "viewer@a.example").await;
    let (web, status) = flapping().await;
    status.store(500, Ordering::SeqCst);
    watch(&owner, &site_id, "uptime", json!({"url": web.url("/")})).await;
    after(&app, 0).await;
    after(&app, 70).await;
    let theirs = get(&viewer, &site_id, "health").await;
    let mine = get(&owner, &site_id, "health").await;
    assert_eq!(theirs["gains"], json!([]));
    assert_eq!(mine["gains"].as_array().unwrap().len(), 1);
    assert_eq!(theirs["components"], mine["components"]);
    let settings = format!("/api/v1/sites/{site_id}/monitors/uptime");
    viewer
        .get(&settings)
        .await
        .expect_status(403)
        .expect_problem("forbidden");
}

#[tokio::test]
async fn old_checks_are_deleted_and_failures_are_kept_for_longer() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let (web, status) = flapping().await;
    watch(&owner, &site_id, "uptime", json!({"url": web.url("/")})).await;
    after(&app, 0).await;
    status.store(500, Ordering::SeqCst);
    after(&app, 70).await;
    let script = app.anonymous().with_key(&owner.add_key(&["sites:read"], None).await);
    for (days, kept) in [(0, 2), (8, 1), (401, 0)] {
        app.step(days * 86_400);
        api::monitors::service::history::forget_old(&app.state).await.unwrap();
        let told = checks(&script, &site_id, "uptime").await;
        let old = told
            .iter()
            .filter(|it| it["checked_at"].as_str().unwrap() < "2026-03-10T13");
        assert_eq!(old.count(), kept, "{days}");
    }
}
