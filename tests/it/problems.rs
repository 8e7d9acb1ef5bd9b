//! The table of problems: each code has a test, and a failing store tells nobody why.

use crate::support::{START, TestApp};
use api::events::event::{Attributes, InboxEvent, PAGEVIEW};
use serde_json::{Value, json};
use shared::ids::SiteId;
use shared::problem::ProblemCode;

#[tokio::test]
async fn a_broken_store_is_500_without_a_cause() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    app.execute("ALTER TABLE share_links RENAME TO lost_links").await;
    let answer = ann
        .get(&format!("/api/v1/sites/{site_id}/share-links"))
        .await
        .expect_status(500);
    let problem = answer.clone().expect_problem("internal").json();
    assert_eq!(problem["request_id"].as_str(), answer.header("x-request-id"));
    for word in ["share_links", "SELECT", "sqlite", "postgres", "table"] {
        assert!(
            !answer.text().contains(word) || word == "share_links" && answer.text().contains("/share-links"),
            "{word}"
        );
    }
    assert!(problem.get("detail").is_none());
    ann.get("/api/v1/me").await.expect_status(200);
}

#[tokio::test]
async fn a_list_is_no_object() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let own = format!("/api/v1/sites/{site_id}");
    for body in [json!([]), json!([null]), json!(["example.net"])] {
        let answer = ann.patch(&own, body).await.expect_status(422).expect_problem("invalid");
        assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 1);
    }
    let spaced = ann
        .send_bytes(reqwest::Method::PATCH, &own, "application/json", b" \n{} ".to_vec())
        .await;
    spaced.expect_status(200);
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_400() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let not_text = [b"{\"domain\": \"".as_slice(), &[0xff, 0xfe], b"\"}"].concat();
    for body in [
        b"".to_vec(),
        b"{".to_vec(),
        b"{} {}".to_vec(),
        vec![b'['; 100_000 / 2],
        not_text,
    ] {
        let answer = ann
            .send_bytes(reqwest::Method::POST, "/api/v1/sites", "application/json", body)
            .await;
        answer.expect_status(400).expect_problem("bad_json");
    }
    let encoded = ann
        .with("content-encoding", "gzip")
        .post("/api/v1/sites", json!({}))
        .await
        .expect_status(415);
    assert_eq!(
        encoded
            .expect_problem("unsupported_media_type")
            .header("accept-encoding"),
        Some("identity")
    );
}

#[tokio::test]
async fn a_value_of_a_wrong_kind_is_422_in_words_at_its_pointer() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let site = |path: &str| format!("/api/v1/sites/{site_id}/{path}");
    for value in [json!(null), json!(5), json!(true), json!([]), json!({})] {
        for (path, mut body, pointer) in [
            ("members", json!({"email": "b@example.org"}), "/role"),
            ("shields", json!({"value": "203.0.113.7"}), "/kind"),
            (
                "query",
                json!({"metrics": ["visitors"], "date_range": "7d"}),
                "/metrics/0",
            ),
        ] {
            match pointer {
                "/metrics/0" => body["metrics"][0] = value.clone(),
                field => body[&field[1..]] = value.clone(),
            }
            let answer = ann.post(&site(path), body.clone()).await;
            answer.expect_problem("invalid").expect_pointers(&[pointer]);
        }
    }
    // What serde would take: lists for objects, an object for a word.
    let query = |more: Value| {
        let mut query = json!({"metrics": ["visitors"], "date_range": "7d"});
        query.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        query
    };
    for (path, body, pointer) in [
        ("query", query(json!({"pagination": [1, 1]})), "/pagination"),
        ("query", query(json!({"include": [false, true]})), "/include"),
        ("query", query(json!({"metrics": [{"visitors": null}]})), "/metrics/0"),
        (
            "query",
            query(json!({"filters": [["is", "event:page", ["/"], [false]]]})),
            "/filters/0/3",
        ),
        ("queries", json!({"queries": [[["visitors"], "7d"]]}), "/queries/0"),
        ("shields", json!({"kind": {"page": null}, "value": "/a"}), "/kind"),
    ] {
        let answer = ann.post(&site(path), body).await.expect_status(422);
        answer.expect_problem("invalid").expect_pointers(&[pointer]);
    }
    for (path, body, words) in [
        ("/api/v1/session", json!([]), "must be an object"),
        (
            "/api/v1/session",
            json!({"email": 5, "password": "x"}),
            "must be a text",
        ),
        (
            &site("query"),
            json!({"metrics": ["visitors"], "date_range": "7d", "pagination": {"limit": "x"}}),
            "must be a whole number that is not negative",
        ),
        (
            &site("query"),
            json!({"metrics": ["visitors"], "date_range": "7d", "order_by": [5]}),
            "must be a list",
        ),
        (
            &site("query"),
            json!({"metrics": 5, "date_range": "7d"}),
            "must be a list",
        ),
    ] {
        let answer = ann.post(path, body).await.expect_status(422).json();
        assert_eq!(answer["errors"][0]["detail"], words, "{answer}");
    }
}

#[tokio::test]
async fn a_query_parameter_given_twice_is_400() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let answer = ann.get("/api/v1/sites?limit=1&limit=2").await.expect_status(400);
    answer.expect_problem("bad_request");
}

#[tokio::test]
async fn a_question_that_takes_too_long_is_stopped() {
    let app = TestApp::start_with(|config| config.events.query_timeout_ms = 20).await;
    let (ann, site_id) = app.owner_of("example.org").await;
    app.state.events.fill(long_paths(&site_id)).await.unwrap();
    // Four thousand words that are in none of the paths: each path is searched for each of them.
    let words = |n: usize| (0..200).map(|word| format!("~{n}.{word}")).collect::<Vec<_>>();
    let filters = (0..20)
        .map(|n| json!(["contains_not", "event:page", words(n)]))
        .collect::<Vec<_>>();
    let query = json!({"metrics": ["visitors"], "date_range": "day", "filters": filters});
    let answer = ann
        .post(&format!("/api/v1/sites/{site_id}/query"), query.clone())
        .await
        .expect_status(503);
    assert!(answer.expect_problem("query_timeout").header("retry-after").is_some());
    // In a batch each question has its own outcome.
    let batch = ann
        .post(&format!("/api/v1/sites/{site_id}/queries"), json!({"queries": [query]}))
        .await;
    assert_eq!(batch.expect_status(200).json()["results"][0]["code"], "query_timeout");
}

/// Five thousand page views of today with paths of 1,500 bytes.
fn long_paths(site_id: &str) -> Vec<InboxEvent> {
    let event = |n: u64| InboxEvent {
        site_id: SiteId(site_id.to_owned()),
        time_ms: START.parse::<jiff::Timestamp>().unwrap().as_millisecond(),
        local_date: jiff::civil::date(2026, 3, 10),
        visitor: n,
        visitor_before: None,
        name: PAGEVIEW.to_owned(),
        hostname: "example.org".to_owned(),
        pathname: format!("/{n}{}", "x".repeat(1500)),
        interactive: true,
        props: Vec::new(),
        revenue: None,
        engagement_ms: None,
        scroll_depth: None,
        attributes: Attributes::default(),
    };
    (0..5000).map(event).collect()
}

#[test]
fn every_problem_code_has_a_test() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/it");
    let sources = sources_under(folder.as_ref());
    let untested = ProblemCode::ALL.iter().map(|code| code.slug());
    let untested = untested.filter(|slug| !sources.contains(&format!("expect_problem(\"{slug}\")")));
    assert_eq!(untested.collect::<Vec<_>>(), Vec::<&str>::new());
}

fn sources_under(folder: &std::path::Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            if path.is_dir() {
                sources_under(&path)
            } else {
                std::fs::read_to_string(path).unwrap()
            }
        })
        .collect()
}
