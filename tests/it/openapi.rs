//! The API document is the API.

use crate::support::TestApp;

#[tokio::test]
async fn the_committed_document_is_current() {
    let app = TestApp::start().await;
    let served = app.anonymous().get("/api/openapi.yaml").await.expect_status(200).text();
    let committed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml")).unwrap_or_default();
    assert!(
        served == committed,
        "openapi.yaml is not what the server serves; run `cargo xtask openapi`"
    );
}

#[test]
fn the_document_has_the_words_of_the_wire() {
    let committed = include_str!("../../openapi.yaml");
    let has = |word: &str| committed.lines().any(|line| line.trim() == format!("- {word}"));
    for code in shared::problem::ProblemCode::ALL {
        assert!(has(code.slug()), "{}", code.slug());
    }
    for metric in shared::query::Metric::ALL {
        assert!(has(metric.as_str()), "{metric}");
    }
    assert!(has("is_not") && has("previous_period"));
}

#[tokio::test]
async fn the_interactive_document_comes_from_this_server_alone() {
    let app = TestApp::start().await;
    let redirect = app.anonymous().get("/api/docs").await.expect_status(302);
    assert_eq!(redirect.header("location"), Some("/api/docs/"));
    let page = app.anonymous().get("/api/docs/").await.expect_status(200);
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("script-src 'self';")
    );
    assert!(
        !page.text().contains("//cdn") && !page.text().contains("https://"),
        "{}",
        page.text()
    );
    let start = app
        .anonymous()
        .get("/api/docs/swagger-initializer.js")
        .await
        .expect_status(200)
        .text();
    assert!(start.contains("/api/openapi.yaml"), "{start}");
}
