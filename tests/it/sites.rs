//! Sites (T30, T37).

use crate::support::TestApp;
use futures_util::future::join;
use serde_json::json;

#[tokio::test]
async fn a_site_is_added_changed_and_deleted() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let body = json!({"domain": "https://www.Bücher.example/", "timezone": "europe/berlin", "currency": "chf"});
    let answer = ann.post("/api/v1/sites", body).await.expect_status(201);
    let site = answer.json();
    let path = answer.header("location").unwrap().to_owned();
    assert_eq!(path, format!("/api/v1/sites/{}", site["id"].as_str().unwrap()));
    assert_eq!(site["domain"], "xn--bcher-kva.example");
    assert_eq!(site["timezone"], "Europe/Berlin");
    assert_eq!(site["currency"], "CHF");
    assert_eq!(site["role"], "owner");
    assert!(
        site["favicon"]
            .as_str()
            .unwrap()
            .starts_with("data:image/svg+xml;base64,")
    );

    let changed = ann
        .patch(&path, json!({"timezone": "Asia/Tokyo"}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(changed["timezone"], "Asia/Tokyo");
    assert_eq!(changed["domain"], site["domain"]);
    let png = "data:image/png;base64,iVBORw0KGgo=";
    assert_eq!(
        ann.patch(&path, json!({"favicon": png}))
            .await
            .expect_status(200)
            .json()["favicon"],
        png
    );
    let drawn = ann
        .patch(&path, json!({"favicon": null}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(drawn["favicon"], site["favicon"]);
    ann.delete(&path).await.expect_status(204);
    ann.get(&path).await.expect_status(404).expect_problem("not_found");
    ann.delete(&path).await.expect_status(404);
}

#[tokio::test]
async fn a_domain_is_unique_on_the_server() {
    let app = TestApp::start().await;
    app.owner_of("example.org").await;
    let bob = app.owner("bob@example.net").await;
    bob.post("/api/v1/sites", json!({"domain": "EXAMPLE.org"}))
        .await
        .expect_status(409)
        .expect_problem("conflict");
}

#[tokio::test]
async fn wrong_fields_of_a_site_are_named() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let body = json!({"domain": "nodot", "timezone": "Mars/Base", "currency": "XXQ"});
    let answer = ann
        .post("/api/v1/sites", body)
        .await
        .expect_status(422)
        .expect_problem("invalid");
    answer.expect_pointers(&["/domain", "/timezone", "/currency"]);
    let path = format!("/api/v1/sites/{site_id}");
    let svg = "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=";
    let disguised = "data:image/png;base64,PHN2Zz48L3N2Zz4=";
    for (body, pointer) in [
        (json!({"domain": null}), "/domain"),
        (json!({"favicon": svg}), "/favicon"),
        (json!({"favicon": disguised}), "/favicon"),
        (json!({"favicon": "https://example.org/favicon.ico"}), "/favicon"),
        (json!({"owner_id": "acc_1"}), "/owner_id"),
        (json!({"created_at": "2020-01-01T00:00:00Z"}), "/created_at"),
    ] {
        ann.patch(&path, body)
            .await
            .expect_problem("invalid")
            .expect_pointers(&[pointer]);
    }
    ann.send_bytes(
        reqwest::Method::PATCH,
        &path,
        "application/json",
        b"{\"domain\":".to_vec(),
    )
    .await
    .expect_status(400)
    .expect_problem("bad_json");
    ann.send_bytes(reqwest::Method::PATCH, &path, "application/json", vec![b' '; 70_000])
        .await
        .expect_status(413)
        .expect_problem("too_large");
}

#[tokio::test]
async fn sites_come_in_pages_oldest_first() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    for n in 0..5 {
        app.step(1);
        ann.add_site(&format!("site{n}.example")).await;
    }
    let mut domains = Vec::new();
    let mut path = "/api/v1/sites?limit=2".to_owned();
    loop {
        let page = ann.get(&path).await.expect_status(200).json();
        let rows = page["data"].as_array().unwrap();
        assert!(rows.len() <= 2);
        domains.extend(rows.iter().map(|site| site["domain"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/v1/sites?limit=2&cursor={cursor}");
    }
    assert_eq!(domains, (0..5).map(|n| format!("site{n}.example")).collect::<Vec<_>>());
    for wrong in ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor='--"] {
        ann.get(&format!("/api/v1/sites?{wrong}"))
            .await
            .expect_status(422)
            .expect_problem("invalid");
    }
}

#[tokio::test]
async fn t30_another_account_sees_none_of_it() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let (bob, _) = app.owner_of("example.net").await;
    let link_id = ann.add_link(&site_id, "Client").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let theirs = [
        format!("/api/v1/sites/{site_id}"),
        format!("/api/v1/sites/{site_id}/share-links"),
        format!("/api/v1/sites/{site_id}/share-links/{link_id}"),
    ];
    for path in theirs {
        let random = path.replace(&site_id, "site_0000000000000000");
        let strip = |answer: crate::support::Answer| {
            let mut body = answer.expect_status(404).expect_problem("not_found").json();
            body["request_id"].take();
            body["instance"].take();
            body
        };
        assert_eq!(strip(bob.get(&path).await), strip(bob.get(&random).await));
    }
    let sites = bob.get("/api/v1/sites").await.expect_status(200).text();
    assert!(!sites.contains("example.org"));
}

#[tokio::test]
async fn deleting_a_site_kills_its_links() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let token = ann.add_link(&site_id, "Client").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let client = app.anonymous().with_token(&token);
    client.get("/api/v1/share/example.org").await.expect_status(200);
    ann.delete(&format!("/api/v1/sites/{site_id}")).await.expect_status(204);
    client
        .get("/api/v1/share/example.org")
        .await
        .expect_problem("link_not_found");
    ann.add_site("example.org").await;
    client
        .get("/api/v1/share/example.org")
        .await
        .expect_problem("link_not_found");
}

/// None of several changes at once undoes another one.
#[tokio::test]
async fn changes_of_one_site_at_once_all_count() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("example.org").await;
    let path = format!("/api/v1/sites/{site_id}");
    for (timezone, currency) in [("Europe/Berlin", "USD"), ("Asia/Tokyo", "JPY")].repeat(20) {
        let (first, second) = join(
            owner.patch(&path, json!({"timezone": timezone})),
            owner.patch(&path, json!({"currency": currency})),
        )
        .await;
        first.expect_status(200);
        second.expect_status(200);
        let site = owner.get(&path).await.json();
        assert_eq!(
            (site["timezone"].as_str(), site["currency"].as_str()),
            (Some(timezone), Some(currency))
        );
    }
}
