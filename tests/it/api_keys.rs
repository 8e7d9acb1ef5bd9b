//! API keys (T31).

use crate::support::TestApp;
use futures_util::future::join_all;
use serde_json::json;

#[tokio::test]
async fn t31_a_key_is_shown_once_and_kept_as_a_hash() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let made = ann.post(
        "/api/v1/api-keys",
        json!({"name": "CI", "scopes": ["stats:read", "sites:read", "stats:read"]}),
    );
    let made = made.await.expect_status(201).json();
    let secret = made["key"].as_str().unwrap();
    assert!(secret.starts_with("vk_") && secret.len() == 43);
    assert_eq!(made["scopes"], json!(["stats:read", "sites:read"]));
    let list = ann.get("/api/v1/api-keys").await.expect_status(200);
    assert!(!list.text().contains(secret));
    assert_eq!(list.json()["data"][0]["hint"], &secret[..7]);
    assert_eq!(list.json()["data"][0]["last_used_at"], json!(null));
    app.assert_stored_nowhere(&[secret]).await;
}

#[tokio::test]
async fn t31_a_key_does_what_its_scopes_say_on_the_site_that_it_is_bound_to() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let other_id = ann.add_site("example.net").await;
    let reader = app.anonymous().with_key(&ann.add_key(&["sites:read"], None).await);
    assert_eq!(
        reader.get("/api/v1/sites").await.expect_status(200).json()["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    reader
        .get(&format!("/api/v1/sites/{site_id}/share-links"))
        .await
        .expect_status(403)
        .expect_problem("forbidden");
    reader
        .delete(&format!("/api/v1/sites/{site_id}"))
        .await
        .expect_status(403);

    let bound = app.anonymous().with_key(
        &ann.add_key(&["sites:read", "sites:write", "links:write"], Some(&site_id))
            .await,
    );
    assert_eq!(
        bound.get("/api/v1/sites").await.expect_status(200).json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    bound.get(&format!("/api/v1/sites/{other_id}")).await.expect_status(404);
    bound
        .post("/api/v1/sites", json!({"domain": "new.example"}))
        .await
        .expect_status(403);
    bound
        .post(
            &format!("/api/v1/sites/{site_id}/share-links"),
            json!({"name": "By key"}),
        )
        .await
        .expect_status(201);
    bound
        .post(
            &format!("/api/v1/sites/{other_id}/share-links"),
            json!({"name": "By key"}),
        )
        .await
        .expect_status(404);
}

#[tokio::test]
async fn t31_a_key_makes_no_keys_and_is_no_session() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let all = [
        "stats:read",
        "sites:read",
        "sites:write",
        "links:read",
        "links:write",
        "events:write",
    ];
    let secret = ann.add_key(&all, None).await;
    let script = app.anonymous().with_key(&secret);
    script
        .post("/api/v1/api-keys", json!({"name": "x", "scopes": all}))
        .await
        .expect_status(403);
    for path in [
        "/api/v1/api-keys",
        "/api/v1/me",
        "/api/v1/me/sessions",
        "/api/v1/me/invitations",
    ] {
        let refused = script.get(path).await.expect_status(403).expect_problem("forbidden");
        assert_eq!(
            refused.json()["detail"],
            "Only a signed-in person may do that",
            "{path}"
        );
    }
    let wrong = app.anonymous().with_key("vk_wrong");
    wrong.get("/api/v1/me").await.expect_status(401);
    wrong
        .post("/api/v1/api-keys", json!({"name": "x", "scopes": all}))
        .await
        .expect_status(401)
        .expect_problem("unauthenticated");
    script.delete("/api/v1/session").await.expect_status(403);
    let in_query = app
        .anonymous()
        .get(&format!("/api/v1/sites?api_key={secret}&auth={secret}"))
        .await;
    in_query.expect_status(401);
    // A session beside a key does not help the key.
    ann.with("authorization", "Bearer vk_wrong")
        .get("/api/v1/sites")
        .await
        .expect_status(401);
    ann.with("authorization", "Basic abc")
        .get("/api/v1/sites")
        .await
        .expect_status(401);
}

#[tokio::test]
async fn t31_a_revoked_key_is_refused_by_the_next_request() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let script = app.anonymous().with_key(&ann.add_key(&["sites:read"], None).await);
    script.get("/api/v1/sites").await.expect_status(200);
    let row = ann.get("/api/v1/api-keys").await.json()["data"][0].clone();
    assert_eq!(row["last_used_at"], "2026-03-10T12:00:00.000Z");
    let bob = app.owner("bob@example.net").await;
    let path = format!("/api/v1/api-keys/{}", row["id"].as_str().unwrap());
    bob.delete(&path).await.expect_status(404);
    ann.delete(&path).await.expect_status(204);
    script
        .get("/api/v1/sites")
        .await
        .expect_status(401)
        .expect_problem("unauthenticated");
    ann.delete(&path).await.expect_status(404);
}

#[tokio::test]
async fn t31_a_key_has_a_limit_of_its_own() {
    let app = TestApp::start_with(|config| config.limits.key_per_minute = 3).await;
    let ann = app.owner("ann@example.org").await;
    let script = app.anonymous().with_key(&ann.add_key(&["sites:read"], None).await);
    for _ in 0..3 {
        script.get("/api/v1/sites").await.expect_status(200);
    }
    let refused = script
        .get("/api/v1/sites")
        .await
        .expect_status(429)
        .expect_problem("rate_limited");
    assert_eq!(refused.header("retry-after"), Some("60"));
}

#[tokio::test]
async fn wrong_fields_of_a_key_are_named() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let (bob, bobs_site) = app.owner_of("example.net").await;
    for (body, pointer) in [
        (json!({"name": "", "scopes": ["sites:read"]}), "/name"),
        (json!({"name": "x", "scopes": []}), "/scopes"),
        (json!({"name": "x", "scopes": ["everything"]}), "/scopes/0"),
        (
            json!({"name": "x", "scopes": ["sites:read"], "site_id": bobs_site}),
            "/site_id",
        ),
        (json!({"name": "x", "scopes": ["sites:read"], "key": "vk_mine"}), "/key"),
    ] {
        ann.post("/api/v1/api-keys", body)
            .await
            .expect_problem("invalid")
            .expect_pointers(&[pointer]);
    }
    bob.post(
        "/api/v1/api-keys",
        json!({"name": "x", "scopes": ["sites:read"], "site_id": bobs_site}),
    )
    .await
    .expect_status(201);
}

#[tokio::test]
async fn keys_made_at_once_do_not_exceed_the_most() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let make = async || {
        let body = json!({"name": "Script", "scopes": ["sites:read"]});
        ann.post("/api/v1/api-keys", body).await.status
    };
    for _ in 0..95 {
        assert_eq!(make().await, 201);
    }
    let made = join_all((0..25).map(|_| make())).await;
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 5, "{made:?}");
}
