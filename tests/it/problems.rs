//! The table of problems: each code has a test, and a failing store tells nobody why.

use crate::support::TestApp;
use serde_json::json;
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
