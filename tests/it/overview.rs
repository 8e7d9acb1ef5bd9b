//! All sites at a glance.

use crate::monitors::{after, start, watch};
use crate::support::TestApp;
use crate::support::peers::{Dns, PUBLIC_ADDRESS, Reply, Web};
use serde_json::{Value, json};

#[tokio::test]
async fn the_worst_site_stands_first() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, quiet) = app.owner_of("a-quiet.example").await;
    let good = owner.add_site("b-good.example").await;
    let down = owner.add_site("c-down.example").await;
    app.owner_of("foreign.example").await;
    let web = Web::start(PUBLIC_ADDRESS, |request| match request.split(' ').nth(1).unwrap() {
        "/good" => Reply::ok("fine"),
        _ => Reply::status(500, "", "no"),
    })
    .await;
    watch(&owner, &good, "uptime", json!({"url": web.url("/good")})).await;
    watch(&owner, &down, "uptime", json!({"url": web.url("/bad")})).await;
    after(&app, 0).await;
    after(&app, 70).await;
    app.happen("b-good.example", None, &[json!({"u": "https://b-good.example/"})])
        .await;
    app.step(24 * 60 * 60);
    let link = owner.add_link(&good, "Client").await;
    let token = link["token"].as_str().unwrap();
    app.anonymous()
        .with_token(token)
        .get("/api/v1/share/b-good.example")
        .await
        .expect_status(200);
    app.state.opens.write(&app.state.db).await.unwrap();
    owner.add_portal(&down).await;

    let overview = owner.get("/api/v1/overview").await.expect_status(200).json();
    let told = |it: &Value| {
        json!([
            it["domain"],
            it["state"],
            it["open_incidents"],
            it["visitors"],
            it["share_links"],
            it["has_portal"],
            it["last_opened_at"]
        ])
    };
    let rows: Vec<Value> = overview["data"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(
        rows,
        [
            json!(["c-down.example", "down", 1, 0, 0, true, null]),
            json!(["b-good.example", "up", 0, 1, 1, false, "2026-03-11T12:01:11.000Z"]),
            json!(["a-quiet.example", null, 0, 0, 0, false, null]),
        ]
    );
    assert_eq!(overview["data"][1]["score"]["value"], 100);
    assert_eq!(overview["data"][2]["site_id"], quiet);
    // Page by page it is the same.
    let first = owner.get("/api/v1/overview?limit=2").await.expect_status(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = owner
        .get(&format!("/api/v1/overview?limit=2&cursor={cursor}"))
        .await
        .expect_status(200)
        .json();
    assert_eq!(
        (
            first["data"].as_array().unwrap().len(),
            rest["data"].as_array().unwrap().len()
        ),
        (2, 1)
    );
    assert_eq!(
        (&rest["data"][0]["domain"], &rest["next_cursor"]),
        (&json!("a-quiet.example"), &Value::Null)
    );
}

#[tokio::test]
async fn a_key_sees_it_with_both_scopes_and_all_sites() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    for (scopes, bound, status) in [
        (["stats:read", "sites:read"].as_slice(), None, 200),
        (&["stats:read"], None, 403),
        (&["sites:read"], None, 403),
        (&["stats:read", "sites:read"], Some(site_id.as_str()), 403),
    ] {
        let key = owner.add_key(scopes, bound).await;
        app.anonymous()
            .with_key(&key)
            .get("/api/v1/overview")
            .await
            .expect_status(status);
    }
    let viewer = app.viewer_of(&owner, &site_id, "viewer@example.net").await;
    assert_eq!(
        viewer.get("/api/v1/overview").await.json()["data"],
        json!([]),
        "a viewer owns none"
    );
}
