//! Share links for scripts: repeated creates (T18), Plausible's own path, the log of who did what.

use crate::support::{Actor, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

fn links_of(site_id: &str) -> String {
    format!("/api/v1/sites/{site_id}/share-links")
}

#[tokio::test]
async fn t18_a_repeated_create_makes_one_link() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let script = app.anonymous().with_key(&ann.add_key(&["links:write"], None).await);
    let body = json!({"name": "Client"});
    let path = links_of(&site_id);
    let once = script.with("idempotency-key", "7f0c2d");
    let racing = (0..20).map(|_| once.post(&path, body.clone()));
    let answers = futures_util::future::join_all(racing).await;
    let first = answers[0].clone().expect_status(201).json();
    for answer in answers {
        let answer = answer.expect_status(201);
        assert_eq!(answer.json(), first);
        assert!(
            answer
                .header("location")
                .unwrap()
                .ends_with(first["id"].as_str().unwrap())
        );
    }
    assert_eq!(ann.get(&path).await.json()["data"].as_array().unwrap().len(), 1);
    for other in [
        json!({"name": "Client 2"}),
        json!({"name": "Client", "password": "another password"}),
    ] {
        let refused = once.post(&path, other).await.expect_status(422);
        refused.expect_problem("invalid").expect_pointers(&["Idempotency-Key"]);
    }
    for wrong in ["", &"x".repeat(256), "a b"] {
        let answer = script.with("idempotency-key", wrong).post(&path, body.clone()).await;
        answer.expect_status(422).expect_pointers(&["Idempotency-Key"]);
    }
    // The owner asks with the same account: the same thing. Another account's key is another key.
    assert_eq!(
        ann.with("idempotency-key", "7f0c2d")
            .post(&path, body.clone())
            .await
            .expect_status(201)
            .json(),
        first
    );
    let (bob, bobs_site) = app.owner_of("example.net").await;
    let bobs = bob
        .with("idempotency-key", "7f0c2d")
        .post(&links_of(&bobs_site), body.clone())
        .await;
    assert_ne!(bobs.expect_status(201).json()["id"], first["id"]);

    let again = app.start_beside().await;
    let there = again.anonymous().with_key(&ann.add_key(&["links:write"], None).await);
    let mut answered = there
        .with("idempotency-key", "7f0c2d")
        .post(&path, body.clone())
        .await
        .expect_status(201)
        .json();
    answered["url"] = first["url"].clone();
    assert_eq!(answered, first, "another process gives the same answer");

    app.step(24 * 60 * 60);
    once.post(&path, body)
        .await
        .expect_status(409)
        .expect_problem("name_taken");
}

#[tokio::test]
async fn t18_what_failed_can_be_tried_again_under_its_key() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let once = ann.with("idempotency-key", "k");
    let path = links_of(&site_id);
    once.post(&path, json!({"name": ""})).await.expect_status(422);
    once.post(&path, json!({"name": "Client"})).await.expect_status(201);
}

/// As Plausible's documentation shows it: a multipart form.
async fn as_a_form(actor: &Actor, domain: &str, name: &str) -> crate::support::Answer {
    let part = |name: &str, value: &str| {
        format!("--b0undary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = format!("{}{}--b0undary--\r\n", part("site_id", domain), part("name", name));
    let content_type = "multipart/form-data; boundary=b0undary";
    actor
        .send_bytes(
            Method::PUT,
            "/api/v1/sites/shared-links",
            content_type,
            body.into_bytes(),
        )
        .await
}

#[tokio::test]
async fn plausibles_clients_find_or_make_a_link() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    app.owner_of("example.net").await;
    let script = app
        .anonymous()
        .with_key(&ann.add_key(&["links:read", "links:write"], None).await);
    let path = "/api/v1/sites/shared-links";
    let made = as_a_form(&script, "example.org", "WordPress")
        .await
        .expect_status(200)
        .json();
    let link = ann.get(&links_of(&site_id)).await.json()["data"][0].clone();
    assert_eq!(made, json!({"name": "WordPress", "url": link["url"]}));
    let body = json!({"site_id": "Example.org", "name": "wordpress"});
    assert_eq!(
        script.put(path, body.clone()).await.expect_status(200).json(),
        made,
        "found, not made"
    );
    let encoded = b"site_id=example.org&name=WordPress".to_vec();
    let encoded = script
        .send_bytes(Method::PUT, path, "application/x-www-form-urlencoded", encoded)
        .await;
    assert_eq!(encoded.expect_status(200).json(), made);
    assert_eq!(
        ann.get(&links_of(&site_id)).await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    script
        .put(path, json!({}))
        .await
        .expect_status(422)
        .expect_pointers(&["/site_id", "/name"]);
    script
        .put(path, json!({"site_id": "example.org", "name": "Vitrine"}))
        .await
        .expect_status(422);
    script
        .put(path, json!({"site_id": "example.net", "name": "x"}))
        .await
        .expect_status(404);
    let broken = script
        .send_bytes(Method::PUT, path, "multipart/form-data", b"x".to_vec())
        .await;
    broken.expect_status(400).expect_problem("bad_request");
    let text = script.send_bytes(Method::PUT, path, "text/plain", b"x".to_vec()).await;
    text.expect_status(415).expect_problem("unsupported_media_type");
    let other_id = ann.add_site("example.com").await;
    let bound = app
        .anonymous()
        .with_key(&ann.add_key(&["links:write"], Some(&other_id)).await);
    bound.put(path, body).await.expect_status(404);
    let viewer = app.viewer_of(&ann, &site_id, "viewer@example.org").await;
    let viewers = app.anonymous().with_key(&viewer.add_key(&["links:write"], None).await);
    viewers
        .put(path, json!({"site_id": "example.org", "name": "x"}))
        .await
        .expect_status(403);
}

#[tokio::test]
async fn the_owner_sees_who_did_what() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let secret = ann.add_key(&["links:write", "sites:write"], None).await;
    let script = app.anonymous().with_key(&secret);
    app.step(60);
    let link = script
        .post(&links_of(&site_id), json!({"name": "Client"}))
        .await
        .expect_status(201)
        .json();
    let own = format!("{}/{}", links_of(&site_id), link["id"].as_str().unwrap());
    app.step(60);
    ann.patch(&own, json!({"name": "Board"})).await.expect_status(200);
    app.step(60);
    ann.add_segment(&site_id, "Home", json!([["is", "event:page", ["/"]]]))
        .await;
    let path = format!("/api/v1/sites/{site_id}/audit");
    let seen = |entries: &Value| {
        let entries = entries["data"].as_array().unwrap().clone();
        let words = |entry: &Value| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let script = text(&entry["api_key"]["name"]);
            [
                text(&entry["action"]),
                text(&entry["account"]["name"]),
                script,
                text(&entry["subject_name"]),
            ]
            .join(" ")
        };
        entries.iter().map(words).collect::<Vec<_>>()
    };
    let entries = ann.get(&path).await.expect_status(200).json();
    assert_eq!(
        seen(&entries),
        [
            "create_segment Ann Owner - Home",
            "update_share_link Ann Owner - Board",
            "create_share_link Ann Owner script Board",
            "create_site Ann Owner - -"
        ]
    );
    assert_eq!(entries["data"][0]["at"], "2026-03-10T12:03:00.000Z");
    let page = ann.get(&format!("{path}?limit=3")).await.json();
    let rest = ann
        .get(&format!(
            "{path}?limit=3&cursor={}",
            page["next_cursor"].as_str().unwrap()
        ))
        .await
        .json();
    assert_eq!(
        (seen(&page).len(), seen(&rest)),
        (3, vec!["create_site Ann Owner - -".to_owned()])
    );
    app.step(60);
    ann.delete(&own).await.expect_status(204);
    let revoked = ann.get(&path).await.json()["data"][0].clone();
    assert_eq!(
        (&revoked["action"], &revoked["subject_id"]),
        (&json!("revoke_share_link"), &link["id"])
    );
    assert_eq!(revoked["subject_name"], Value::Null);
    assert!(!ann.get(&path).await.text().contains(link["token"].as_str().unwrap()));
}
