//! Headers by surface, exactly as promised (T29, T39; the table of security headers).

use crate::support::TestApp;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn every_answer_names_its_request_and_no_software() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/healthz",
        "/api/v1/me",
        "/api/v1/nowhere",
        "/js/script.js",
        "/api/openapi.yaml",
        "/favicon.ico",
    ] {
        let answer = app.anonymous().get(path).await;
        assert!(answer.header("x-request-id").unwrap().starts_with("req_"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("server"), None);
        assert_eq!(answer.header("x-powered-by"), None);
        assert_eq!(answer.header("strict-transport-security"), None, "plain http");
        assert!(answer.header("content-type").is_some(), "{path}");
    }
    let secure = TestApp::start_with(|config| config.base_url = "https://stats.example.org".to_owned()).await;
    let answer = secure.anonymous().get("/healthz").await;
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
}

#[tokio::test]
async fn t29_the_api_is_for_its_own_origin_and_cached_by_nobody() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let foreign = ann.with("origin", "https://evil.example");
    for answer in [
        foreign.get("/api/v1/sites").await.expect_status(200),
        foreign
            .get(&format!("/api/v1/sites/{site_id}/share-links"))
            .await
            .expect_status(200),
        foreign.get("/api/v1/nowhere").await.expect_status(404),
        foreign.post(&format!("/api/v1/sites/{site_id}/query"), json!({})).await,
    ] {
        assert_eq!(answer.header("access-control-allow-origin"), None);
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(answer.header("cache-control"), Some("no-store, private"));
        assert_eq!(answer.header("vary"), Some("Authorization, Cookie, Origin"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        let policy = "default-src 'none'; frame-ancestors 'none'; sandbox";
        assert_eq!(answer.header("content-security-policy"), Some(policy));
    }
    app.anonymous()
        .get("/api/v1/me")
        .await
        .expect_status(401)
        .header("www-authenticate")
        .expect("a challenge");
}

#[tokio::test]
async fn resolving_has_the_same_headers_found_or_not() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let token = ann.add_link(&site_id, "Client").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let found = app
        .anonymous()
        .with_token(&token)
        .get("/api/v1/share/example.org")
        .await
        .expect_status(200);
    let missing = app
        .anonymous()
        .with_token("0123456789ab")
        .get("/api/v1/share/example.org")
        .await
        .expect_status(404);
    for answer in [&found, &missing] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("x-robots-tag"), Some("noindex"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let names = |answer: &crate::support::Answer| {
        answer
            .headers
            .keys()
            .map(ToString::to_string)
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(&found), names(&missing));
}

#[tokio::test]
async fn a_wrong_method_is_405_and_names_the_right_ones() {
    let app = TestApp::start().await;
    let answer = app.anonymous().put("/api/v1/sites", json!({})).await.expect_status(405);
    assert_eq!(
        answer.expect_problem("method_not_allowed").header("allow"),
        Some("GET, HEAD, POST")
    );
    let answer = app
        .anonymous()
        .delete("/api/v1/share/example.org")
        .await
        .expect_status(405);
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    let anyone = app.anonymous();
    for answer in [
        anyone.post("/api/openapi.yaml", json!({})).await,
        anyone.delete("/api/docs").await,
        anyone.delete("/api/docs/").await,
        anyone.put("/api/docs/index.html", json!({})).await,
    ] {
        let answer = answer.expect_status(405).expect_problem("method_not_allowed");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
    app.anonymous()
        .send(reqwest::Method::TRACE, "/api/v1/me", None)
        .await
        .expect_status(405);
    app.anonymous()
        .get("/api/v1/nowhere")
        .await
        .expect_status(404)
        .expect_problem("not_found");
}

/// Escapes that mean nothing change nothing: what answers under another spelling answers with the headers of its own kind.
#[tokio::test]
async fn t29_a_path_with_needless_escapes_has_the_headers_of_what_answers() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let link = ann.add_link(&site_id, "Client").await;
    let token = link["token"].as_str().unwrap();
    for (plain, escaped) in [
        (
            format!("/api/v1/sites/{site_id}/export?format=json&date_range=day"),
            format!("/%61pi/v1/sites/{site_id}/export?format=json&date_range=day"),
        ),
        ("/api/v1/me".to_owned(), "/api/%76%31/me".to_owned()),
        (
            format!("/api/v1/share/example.org?auth={token}"),
            format!("/api/v1/%73hare/example%2Eorg?auth={token}"),
        ),
        (
            format!("/share/example.org?auth={token}"),
            format!("/%73hare/example.org?auth={token}"),
        ),
        ("/api/v1/nowhere".to_owned(), "/%61pi/v1/nowhere".to_owned()),
        ("/healthz".to_owned(), "/health%7A".to_owned()),
    ] {
        let (plain, other) = (ann.get(&plain).await, ann.get(&escaped).await);
        assert_eq!(plain.status, other.status, "{escaped}");
        for name in [
            "cache-control",
            "content-security-policy",
            "content-type",
            "cross-origin-resource-policy",
            "referrer-policy",
            "vary",
            "x-frame-options",
            "x-robots-tag",
        ] {
            assert_eq!(plain.header(name), other.header(name), "{name} of {escaped}");
        }
    }
}

/// HEAD answers what GET answers but for the body, dead links included, and nobody has looked at anything.
#[tokio::test]
async fn head_answers_as_get_does_without_the_body() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let link = ann.add_link(&site_id, "Client").await;
    let token = link["token"].as_str().unwrap();
    let portal = ann.add_portal(&site_id).await;
    let opens = async || {
        let links = ann.get(&format!("/api/v1/sites/{site_id}/share-links")).await.json();
        let portal = ann.get(&format!("/api/v1/sites/{site_id}/portal")).await.json();
        (links["data"][0]["opens"].clone(), portal["opens"].clone())
    };
    let paths = [
        "/".to_owned(),
        "/login".to_owned(),
        "/healthz".to_owned(),
        "/js/script.js".to_owned(),
        "/api/docs/".to_owned(),
        "/api/openapi.yaml".to_owned(),
        "/api/v1/me".to_owned(),
        "/api/v1/sites".to_owned(),
        "/api/v1/nowhere".to_owned(),
        "/api/v1/sites/site_none".to_owned(),
        format!("/api/v1/sites/{site_id}/share-links"),
        format!("/api/v1/sites/{site_id}/realtime/stream"),
        format!("/api/v1/sites/{site_id}/export?format=json&date_range=day"),
        format!("/share/example.org?auth={token}"),
        "/share/example.org?auth=0123456789ab".to_owned(),
        format!("/portal/{portal}"),
        format!("/api/v1/portal/{portal}"),
        format!("/api/v1/share/example.org?auth={token}"),
    ];
    let before = opens().await;
    let mut heads = Vec::new();
    for path in &paths {
        let head = ann.send(Method::HEAD, path, None).await;
        assert!(head.body.is_empty(), "{path}");
        heads.push(head);
    }
    assert_eq!(opens().await, before, "HEAD opens nothing");
    for (path, head) in paths.iter().zip(heads) {
        let response = ann.open(path).await;
        assert_eq!(head.status, response.status().as_u16(), "{path}");
        for name in [
            "content-type",
            "content-length",
            "content-security-policy",
            "cache-control",
            "etag",
            "referrer-policy",
            "vary",
            "x-robots-tag",
        ] {
            // Each problem names its request, by an id of one length.
            let got = response.headers().get(name).map(|value| value.to_str().unwrap());
            assert_eq!(head.header(name), got, "{name} of {path}");
        }
    }
    let wrong = ann.send(Method::HEAD, "/api/v1/session", None).await.expect_status(405);
    assert_eq!(wrong.header("allow"), Some("POST, DELETE"));
}
