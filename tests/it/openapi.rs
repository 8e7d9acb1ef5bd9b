//! The API document is the API.

use crate::support::TestApp;
use std::collections::BTreeSet;

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

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let committed = include_str!("../../openapi.yaml");
    let mut named = BTreeSet::new();
    let mut section = "";
    for line in committed.lines() {
        if line.starts_with("  ") && !line.starts_with("   ") {
            section = line.trim();
        }
        let name = line.strip_prefix("    ").and_then(|name| name.strip_suffix(':'));
        if let Some(name) = name.filter(|name| !name.starts_with(' ')) {
            named.insert(format!("#/components/{}/{name}", section.trim_end_matches(':')));
        }
    }
    let references = committed
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("$ref: "));
    let references: BTreeSet<_> = references.map(|to| to.trim_matches(['\'', '"']).to_owned()).collect();
    assert!(references.len() > 100, "{}", references.len());
    let dangling: Vec<_> = references.difference(&named).collect();
    assert!(dangling.is_empty(), "{dangling:?}");
}

#[test]
fn no_word_of_the_document_is_taken_for_a_boolean() {
    let committed = include_str!("../../openapi.yaml");
    let mut words = committed
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- "))
        .map(str::to_ascii_lowercase);
    let taken = words.find(|word| matches!(word.as_str(), "on" | "off" | "yes" | "no" | "y" | "n"));
    assert_eq!(taken, None, "for readers of YAML 1.1");
}
