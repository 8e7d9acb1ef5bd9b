//! Answers that are kept: right for as long as the data are the same, and no longer than a link lives.

use crate::support::TestApp;
use futures_util::future::join_all;
use serde_json::{Value, json};

const DOMAIN: &str = "example.org";

fn question() -> Value {
    json!({"metrics": ["visitors", "pageviews"], "date_range": "day", "dimensions": ["event:page"]})
}

/// Questions that the engine was asked.
fn computed(app: &TestApp) -> u64 {
    app.state.events.counters().computed.get()
}

/// Several servers write to a ClickHouse, so that nothing is kept there.
fn keeps_nothing() -> bool {
    let is_shared = std::env::var_os("TEST_CLICKHOUSE_URL").is_some();
    if is_shared {
        eprintln!("skipped: answers are kept with DuckDB only");
    }
    is_shared
}

#[tokio::test]
async fn what_was_asked_of_the_same_data_is_not_asked_again() {
    let app = TestApp::start().await;
    if keeps_nothing() {
        return;
    }
    let (owner, site_id) = app.owner_of(DOMAIN).await;
    let (other, other_id) = app.owner_of("other.example").await;
    let query = format!("/api/v1/sites/{site_id}/query");
    let ask = async || {
        let answer = owner.post(&query, question()).await.expect_status(200);
        answer.json()["results"].clone()
    };
    app.happen(DOMAIN, None, &[json!({}), json!({})]).await;
    let first = ask().await;
    assert_eq!(first, json!([{"dimensions": ["/"], "metrics": [1, 2]}]));
    let asked = computed(&app);
    assert_eq!(ask().await, first);
    assert_eq!(computed(&app), asked);
    // What happens elsewhere changes nothing here.
    app.happen("other.example", None, &[json!({})]).await;
    assert_eq!(ask().await, first);
    assert_eq!(computed(&app), asked);
    let elsewhere = format!("/api/v1/sites/{other_id}/query");
    let answer = other.post(&elsewhere, question()).await.expect_status(200).json();
    assert_eq!(answer["results"], json!([{"dimensions": ["/"], "metrics": [1, 1]}]));

    app.happen(DOMAIN, None, &[json!({})]).await;
    assert_eq!(ask().await, json!([{"dimensions": ["/"], "metrics": [1, 3]}]));
    assert!(computed(&app) > asked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_ask_at_once_are_answered_by_one_computation() {
    let app = TestApp::start().await;
    if keeps_nothing() {
        return;
    }
    let (owner, site_id) = app.owner_of(DOMAIN).await;
    app.happen(DOMAIN, None, &[json!({})]).await;
    let query = format!("/api/v1/sites/{site_id}/query");
    owner.post(&query, question()).await.expect_status(200);
    let one = computed(&app);
    app.happen(DOMAIN, None, &[json!({})]).await;
    let alone = computed(&app);
    let answers = join_all((0..40).map(|_| owner.post(&query, question()))).await;
    for answer in answers {
        let answer = answer.expect_status(200).json();
        assert_eq!(answer["results"], json!([{"dimensions": ["/"], "metrics": [1, 2]}]));
    }
    assert_eq!(computed(&app) - alone, one, "as many as one that asks alone");
}

#[tokio::test]
async fn a_kept_answer_is_no_longer_there_than_the_link() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of(DOMAIN).await;
    app.happen(DOMAIN, None, &[json!({}), json!({"u": "https://example.org/secret"})])
        .await;
    let query = format!("/api/v1/sites/{site_id}/query");
    let all = owner.post(&query, question()).await.expect_status(200).json();
    assert_eq!(all["results"].as_array().unwrap().len(), 2);
    // Who sees a part sees a part, whatever is kept of the whole.
    let page = json!([["is", "event:page", ["/"]]]);
    let segment = owner.add_segment(&site_id, "Home", page).await["id"].clone();
    let link = owner.add_link(&site_id, "Client").await;
    let own = format!("/api/v1/sites/{site_id}/share-links/{}", link["id"].as_str().unwrap());
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    let seen = client.post(&query, question()).await.expect_status(200).json();
    assert_eq!(seen["results"].as_array().unwrap().len(), 2);
    owner
        .patch(&own, json!({"segment_id": segment}))
        .await
        .expect_status(200);
    let seen = client.post(&query, question()).await.expect_status(200).json();
    assert_eq!(seen["results"], json!([{"dimensions": ["/"], "metrics": [1, 1]}]));
    owner.delete(&own).await.expect_status(204);
    client.post(&query, question()).await.expect_status(404);
    // A deleted site's numbers are nobody's.
    owner
        .delete(&format!("/api/v1/sites/{site_id}"))
        .await
        .expect_status(204);
    owner.post(&query, question()).await.expect_status(404);
}
