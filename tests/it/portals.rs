//! Client portals of single sites: their links, and what they show.

use crate::monitors::{after, start, watch};
use crate::support::peers::{Dns, PUBLIC_ADDRESS, Reply, Web};
use crate::support::{Actor, TestApp};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn path_of(site_id: &str) -> String {
    format!("/api/v1/sites/{site_id}/portal")
}

async fn opens(app: &TestApp, token: &str) -> u16 {
    app.anonymous().get(&format!("/api/v1/portal/{token}")).await.status
}

#[tokio::test]
async fn a_portal_is_off_until_its_owner_turns_it_on() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let path = path_of(&site_id);
    let off = json!({
        "enabled": false, "token": null, "url": null, "token_created_at": null, "opens": 0, "last_opened_at": null,
        "frame_ancestors": []
    });
    assert_eq!(owner.get(&path).await.expect_status(200).json(), off);
    let early = owner.post(&format!("{path}/token"), json!({})).await;
    early.expect_status(409).expect_problem("conflict");

    let on = owner
        .put(&path, json!({"enabled": true}))
        .await
        .expect_status(200)
        .json();
    assert_eq!((&on["enabled"], &on["token"]), (&json!(true), &json!(null)));
    let made = owner
        .post(&format!("{path}/token"), json!({}))
        .await
        .expect_status(201)
        .json();
    let token = made["token"].as_str().unwrap();
    assert_eq!(token.len(), 21);
    assert_eq!(made["url"], app.url(&format!("/portal/{token}")));
    assert_eq!(made["token_created_at"], "2026-03-10T12:00:00.000Z");
    assert_eq!(opens(&app, token).await, 200);

    // Off is a pause, and the link comes back with it.
    owner.put(&path, json!({"enabled": false})).await.expect_status(200);
    assert_eq!(opens(&app, token).await, 404);
    owner.put(&path, json!({"enabled": true})).await.expect_status(200);
    assert_eq!(opens(&app, token).await, 200);
    app.assert_stored_nowhere(&[token]).await;
}

#[tokio::test]
async fn t3_a_revoked_portal_is_dead_at_once_and_for_good() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let token = owner.add_portal(&site_id).await;
    let path = path_of(&site_id);
    owner.delete(&format!("{path}/token")).await.expect_status(204);
    assert_eq!(opens(&app, &token).await, 404);
    owner.delete(&format!("{path}/token")).await.expect_status(404);
    let next = owner
        .post(&format!("{path}/token"), json!({}))
        .await
        .expect_status(201)
        .json();
    assert_ne!(next["token"], token);
    assert_eq!(opens(&app, &token).await, 404);
    assert_eq!(opens(&app, next["token"].as_str().unwrap()).await, 200);
}

#[tokio::test]
async fn t42_twenty_tokens_at_once_leave_one_that_opens() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let (_, other_id) = app.owner_of("b.example").await;
    let before = owner.add_portal(&site_id).await;
    let path = format!("{}/token", path_of(&site_id));
    let made = join_all((0..20).map(|_| owner.post(&path, json!({})))).await;
    let tokens: BTreeSet<String> = made
        .into_iter()
        .map(|answer| answer.expect_status(201).json()["token"].as_str().unwrap().to_owned())
        .collect();
    // Each answer tells what holds when it is read, so that it may be a later one's.
    let mut alive = Vec::new();
    for token in &tokens {
        if opens(&app, token).await == 200 {
            alive.push(token.clone());
        }
    }
    let now = owner.get(&path_of(&site_id)).await.json();
    assert_eq!(alive, [now["token"].as_str().unwrap()]);
    assert_eq!(opens(&app, &before).await, 404);
    let foreign = owner.get(&path_of(&other_id)).await;
    foreign.expect_status(404);
}

#[tokio::test]
async fn every_dead_token_is_told_with_the_same_bytes() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let (other, other_id) = app.owner_of("b.example").await;
    let replaced = owner.add_portal(&site_id).await;
    owner.add_portal(&site_id).await;
    let off = other.add_portal(&other_id).await;
    other
        .put(&path_of(&other_id), json!({"enabled": false}))
        .await
        .expect_status(200);
    let link = owner.add_link(&site_id, "Client").await;
    let share_token = link["token"].as_str().unwrap();
    let dead = [
        replaced.as_str(),
        &off,
        share_token,
        "0",
        "aaaaaaaaaaaaaaaaaaaaa",
        "%00",
        "%ff",
        "a%2fb",
    ];
    let mut bodies = BTreeSet::new();
    let mut headers = BTreeSet::new();
    for token in dead {
        let answer = app.anonymous().get(&format!("/api/v1/portal/{token}")).await;
        let answer = answer.expect_status(404).expect_problem("portal_not_found");
        bodies.insert(answer.text());
        let names = [
            "cache-control",
            "content-type",
            "x-robots-tag",
            "referrer-policy",
            "content-security-policy",
        ];
        headers.insert(names.map(|name| answer.header(name).unwrap().to_owned()));
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(headers.len(), 1, "{headers:?}");
    assert!(bodies.first().unwrap().contains("Portal not found or has been revoked"));
    let found = app
        .anonymous()
        .get(&format!("/api/v1/portal/{}", owner.add_portal(&site_id).await))
        .await;
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-robots-tag", "noindex"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(found.header(name), Some(value), "{name}");
    }
}

/// Every path of keys in a document, with `[]` for the entries of a list.
fn keys_of(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            found.insert(format!("{at}/{key}"));
            keys_of(value, &format!("{at}/{key}"), found);
        }),
        Value::Array(entries) => entries
            .iter()
            .for_each(|entry| keys_of(entry, &format!("{at}/[]"), found)),
        _ => {}
    }
}

/// A site that is down for a reason, with broken links.
async fn measured(app: &TestApp, owner: &Actor, site_id: &str) -> Web {
    let web = Web::start(PUBLIC_ADDRESS, |request| match request.split(' ').nth(1).unwrap() {
        "/" => Reply::ok("<a href=/gone>gone</a><a href=/moved>moved</a><a href=/fine>fine</a>"),
        "/moved" => Reply::redirect(301, "/"),
        "/fine" => Reply::ok("fine"),
        _ => Reply::status(404, "", "no"),
    })
    .await;
    watch(owner, site_id, "links", json!({"url": web.url("/")})).await;
    watch(owner, site_id, "uptime", json!({"url": web.url("/secret-status")})).await;
    after(app, 0).await;
    after(app, 70).await;
    web
}

#[tokio::test]
async fn t13_t67_a_portal_shows_its_fields_and_nothing_else() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let other_id = owner.add_site("other.example").await;
    let web = measured(&app, &owner, &site_id).await;
    let token = owner.add_portal(&site_id).await;
    let before = app.rows().await;
    let answer = app
        .anonymous()
        .get(&format!("/api/v1/portal/{token}"))
        .await
        .expect_status(200);
    // Nor does it start anything.
    app.assert_unchanged(&before, "looking at a portal").await;
    let (view, text) = (answer.json(), answer.text());
    let mut keys = BTreeSet::new();
    keys_of(&view, "", &mut keys);
    insta::assert_snapshot!(keys.into_iter().collect::<Vec<_>>().join("\n"), @r"
    /brand
    /brand/colours
    /brand/company_name
    /brand/hide_footer
    /brand/logo_url
    /name
    /sites
    /sites/[]/domain
    /sites/[]/favicon
    /sites/[]/health
    /sites/[]/health/certificate
    /sites/[]/health/certificate/expires_at
    /sites/[]/health/certificate/measured_at
    /sites/[]/health/certificate/state
    /sites/[]/health/domain
    /sites/[]/health/domain/expires_at
    /sites/[]/health/domain/measured_at
    /sites/[]/health/domain/state
    /sites/[]/health/lighthouse
    /sites/[]/health/lighthouse/desktop
    /sites/[]/health/lighthouse/measured_at
    /sites/[]/health/lighthouse/mobile
    /sites/[]/health/links
    /sites/[]/health/links/broken
    /sites/[]/health/links/measured_at
    /sites/[]/health/links/redirecting
    /sites/[]/health/links/working
    /sites/[]/health/not_measured
    /sites/[]/health/score
    /sites/[]/health/score/band
    /sites/[]/health/score/value
    /sites/[]/health/score/version
    /sites/[]/health/trend
    /sites/[]/health/trend/[]/date
    /sites/[]/health/trend/[]/value
    /sites/[]/health/trend/[]/version
    /sites/[]/health/uptime
    /sites/[]/health/uptime/beats
    /sites/[]/health/uptime/beats_from
    /sites/[]/health/uptime/measured_at
    /sites/[]/health/uptime/percentage_24h
    /sites/[]/health/uptime/state
    /sites/[]/timezone
    /sites/[]/updated_at
    ");
    let health = &view["sites"][0]["health"];
    assert_eq!(health["uptime"]["state"], "down");
    assert_eq!(
        json!([
            health["links"]["working"],
            health["links"]["broken"],
            health["links"]["redirecting"]
        ]),
        json!([1, 1, 1])
    );
    assert_eq!(view["sites"][0]["updated_at"], "2026-03-10T12:01:10.000Z");
    let address = web.url("/");
    let secrets = [
        "owner@",
        "other.example",
        &other_id,
        &site_id,
        "secret-status",
        "/gone",
        &address,
        "wrong_status",
        "404",
        "127.0.1.1",
        "incident",
        "site_",
        "acc_",
    ];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

#[test]
fn the_document_lets_a_portal_have_no_other_field() {
    let document = app_document();
    for schema in [
        "PortalView",
        "PortalSite",
        "Brand",
        "Accent",
        "AccentColours",
        "HealthSummary",
        "HealthScore",
        "HealthDay",
        "LighthouseSummary",
        "LinksSummary",
        "ExpirySummary",
        "UptimeSummary",
    ] {
        let head = format!("    {schema}:");
        let lines = document.lines().skip_while(|line| *line != head).skip(1);
        let mut schema_lines = lines.take_while(|line| line.starts_with("     "));
        assert!(
            schema_lines.any(|line| line == "      additionalProperties: false"),
            "{schema}"
        );
    }
}

fn app_document() -> String {
    let config = api::config::Config::load(&api::config::Flags::default()).unwrap();
    api::routes::openapi_yaml(&api::routes::Limits::new(&config.limits))
}

#[tokio::test]
async fn failed_tokens_are_counted_with_those_of_share_links() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let token = owner.add_portal(&site_id).await;
    for _ in 0..30 {
        assert_eq!(opens(&app, "aaaaaaaaaaaaaaaaaaaaa").await, 404);
    }
    let refused = app.anonymous().get(&format!("/api/v1/portal/{token}")).await;
    assert_eq!(
        refused
            .expect_status(429)
            .expect_problem("rate_limited")
            .header("retry-after"),
        Some("60")
    );
    app.step(60);
    assert_eq!(opens(&app, &token).await, 200);
    // A wall that asks each minute, and its neighbours: right tokens are no guesses.
    for _ in 0..40 {
        assert_eq!(opens(&app, &token).await, 200);
    }
}

#[tokio::test]
async fn frames_are_allowed_by_origin() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let path = path_of(&site_id);
    let given = json!({"enabled": true, "frame_ancestors": ["https://client.example", "http://localhost:9000"]});
    let set = owner.put(&path, given).await.expect_status(200).json();
    assert_eq!(
        set["frame_ancestors"],
        json!(["https://client.example", "http://localhost:9000"])
    );
    let kept = owner
        .put(&path, json!({"enabled": true}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(kept["frame_ancestors"], set["frame_ancestors"]);
    let wrong = owner
        .put(&path, json!({"enabled": true, "frame_ancestors": ["client.example"]}))
        .await;
    wrong.expect_problem("invalid").expect_pointers(&["/frame_ancestors/0"]);
}

#[tokio::test]
async fn many_sites_get_their_links_at_once() {
    let app = TestApp::start().await;
    let (owner, first) = app.owner_of("a.example").await;
    let second = owner.add_site("b.example").await;
    let (_, foreign) = app.owner_of("c.example").await;
    let kept = owner.add_portal(&first).await;
    let sites = json!([first, second, foreign]);
    let made = owner
        .post("/api/v1/portals", json!({"site_ids": sites}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(made["results"][0]["portal"]["token"], kept);
    let token = made["results"][1]["portal"]["token"].as_str().unwrap();
    assert_eq!(opens(&app, token).await, 200);
    assert_eq!(made["results"][2]["problem"]["code"], "not_found");

    owner.add_link(&first, "Report").await;
    let body = json!({"site_ids": sites, "name": "Report"});
    let made = owner.post("/api/v1/share-links", body).await.expect_status(200).json();
    assert_eq!(made["results"][0]["problem"]["code"], "name_taken");
    assert_eq!(made["results"][1]["share_link"]["name"], "Report");
    assert_eq!(made["results"][2]["problem"]["code"], "not_found");
    for name in ["a\u{9b}", " ", "Owner"] {
        let body = json!({"site_ids": [first], "name": name});
        owner.post("/api/v1/share-links", body).await.expect_status(422);
    }
    let none = owner.post("/api/v1/portals", json!({"site_ids": []})).await;
    none.expect_status(422).expect_pointers(&["/site_ids"]);
    let key = owner.add_key(&["links:write"], Some(&first)).await;
    let bound = app
        .anonymous()
        .with_key(&key)
        .post("/api/v1/portals", json!({"site_ids": [second]}))
        .await;
    bound.expect_status(403);
}
