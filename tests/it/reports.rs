//! `/query` and `/queries` over HTTP: who may ask, what is refused, how a batch answers.

use crate::support::{Actor, TestApp};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn visited(app: &TestApp, domain: &str, pages: &[&str]) {
    for page in pages {
        let event = json!({"n": "pageview", "u": format!("https://{domain}{page}"), "d": domain});
        app.anonymous()
            .with("user-agent", FIREFOX)
            .post("/api/event", event)
            .await
            .expect_status(202);
    }
    app.state.events.drained().await;
}

fn views() -> Value {
    json!({"metrics": ["pageviews"], "date_range": "day"})
}

async fn count(actor: &Actor, site_id: &str) -> Value {
    let answer = actor.post(&format!("/api/v1/sites/{site_id}/query"), views()).await;
    answer.expect_status(200).json()["results"][0]["metrics"][0].clone()
}

#[tokio::test]
async fn owners_keys_and_recipients_see_the_same_numbers() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let other = owner.add_site("b.example").await;
    visited(&app, "a.example", &["/", "/x"]).await;
    visited(&app, "b.example", &["/"]).await;
    let link = owner.add_link(&site_id, "For the client").await;
    let recipient = app.anonymous().with_token(link["token"].as_str().unwrap());
    let script = app.anonymous().with_key(&owner.add_key(&["stats:read"], None).await);
    for actor in [&owner, &script, &recipient] {
        assert_eq!(count(actor, &site_id).await, 2);
    }
    assert_eq!(count(&owner, &other).await, 1);
    let foreign = recipient.post(&format!("/api/v1/sites/{other}/query"), views()).await;
    foreign.expect_status(404).expect_problem("link_not_found");
}

#[tokio::test]
async fn an_unknown_word_is_named_by_its_pointer() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let path = format!("/api/v1/sites/{site_id}/query");
    for (change, pointer) in [
        (json!({"metrics": ["visitors", "hits"]}), "/metrics/1"),
        (json!({"dimensions": ["visit:planet"]}), "/dimensions/0"),
        (json!({"date_range": "fortnight"}), "/date_range"),
        (json!({"filters": [["resembles", "event:page", ["/"]]]}), "/filters/0/0"),
        (json!({"filters": [["is", "visit:planet", ["/"]]]}), "/filters/0/1"),
        (json!({"order_by": [["visitors", "sideways"]]}), "/order_by/0/1"),
        (
            json!({"include": {"comparison": {"mode": "next_period"}}}),
            "/include/comparison/mode",
        ),
        (json!({"as_user": "root"}), "/as_user"),
        (json!({"metrics": ["conversion_rate"]}), "/metrics/0"),
        (json!({"pagination": {"limit": 1_000_000_000}}), "/pagination/limit"),
    ] {
        let mut query = json!({"metrics": ["visitors"], "date_range": "7d"});
        query
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = owner
            .post(&path, query)
            .await
            .expect_status(422)
            .expect_problem("invalid");
        refused.expect_pointers(&[pointer]);
    }
}

#[tokio::test]
async fn each_question_of_a_batch_has_an_outcome_of_its_own() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    visited(&app, "a.example", &["/", "/x"]).await;
    let path = format!("/api/v1/sites/{site_id}/queries");
    let by_page = json!({"metrics": ["pageviews"], "date_range": "day", "dimensions": ["event:page"]});
    let minutes = json!({"metrics": ["visits"], "date_range": "12mo", "dimensions": ["time:minute"]});
    let answer = owner
        .post(&path, json!({"queries": [views(), minutes, by_page]}))
        .await
        .expect_status(200)
        .json();
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    assert_eq!(results[0]["results"][0]["metrics"], json!([2]));
    assert_eq!(
        (&results[1]["status"], &results[1]["code"]),
        (&json!(422), &json!("invalid"))
    );
    assert_eq!(results[1]["errors"][0]["pointer"], "/dimensions/0");
    assert_eq!(results[2]["results"].as_array().unwrap().len(), 2);
    for queries in [json!([]), json!(vec![views(); 21])] {
        let refused = owner.post(&path, json!({"queries": queries})).await.expect_status(422);
        refused.expect_pointers(&["/queries"]);
    }
}

#[tokio::test]
async fn a_question_is_told_as_it_was_understood() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let query =
        json!({"metrics": ["visitors"], "date_range": "day", "dimensions": ["time"], "include": {"time_labels": true}});
    let answer = owner
        .post(&format!("/api/v1/sites/{site_id}/query"), query)
        .await
        .expect_status(200)
        .json();
    assert_eq!(answer["query"]["dimensions"], json!(["time:hour"]));
    assert_eq!(
        answer["query"]["date_range"],
        json!(["2026-03-10T00:00:00+01:00", "2026-03-11T00:00:00+01:00"])
    );
    assert_eq!(
        answer["query"]["order_by"],
        json!([["time:hour", "asc"], ["visitors", "desc"]])
    );
    assert_eq!(answer["meta"]["time_labels"].as_array().unwrap().len(), 24);
    assert_eq!(answer["meta"]["present_label"], "2026-03-10T13:00:00+01:00");
    assert_eq!(answer["results"], json!([]));
}

#[tokio::test]
async fn labels_of_time_are_none_without_a_time_dimension() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let query = json!({
        "metrics": ["visitors", "pageviews", "bounce_rate"], "date_range": "28d", "dimensions": ["visit:source"],
        "filters": [["is", "visit:country", ["DE", "FR"]], ["contains", "event:page", ["/blog"]]],
        "order_by": [["visitors", "desc"]], "pagination": {"limit": 100, "offset": 0},
        "include": {"time_labels": true, "total_rows": true, "comparison": {"mode": "previous_period"}}
    });
    let path = format!("/api/v1/sites/{site_id}/query");
    let answer = owner.post(&path, query).await.expect_status(200).json();
    assert_eq!(answer["meta"].get("time_labels"), None);
}

/// Compiling patterns costs time, so a request has few of them.
#[tokio::test]
async fn t69_a_request_has_twenty_different_patterns_at_most() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let query = |patterns: &[String]| json!({"metrics": ["visitors"], "date_range": "day", "filters": [["matches", "event:page", patterns]]});
    let patterns: Vec<String> = (0..21).map(|n| format!("\\w{{30}}{n}")).collect();
    let path = format!("/api/v1/sites/{site_id}/query");
    owner.post(&path, query(&patterns[..20])).await.expect_status(200);
    let refused = owner.post(&path, query(&patterns)).await.expect_status(422);
    refused.expect_pointers(&["/filters"]);
    let path = format!("/api/v1/sites/{site_id}/queries");
    let same = json!({"queries": vec![query(&patterns[..20]); 3]});
    owner.post(&path, same).await.expect_status(200);
    let more = json!({"queries": [query(&patterns[..20]), query(&patterns[20..])]});
    let refused = owner.post(&path, more).await.expect_status(422);
    refused.expect_pointers(&["/queries"]);
}

/// One link has four questions computed at once; a fifth waits for its turn, and nobody else does.
#[tokio::test]
async fn t69_one_link_takes_four_turns_at_most() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let link = owner.add_link(&site_id, "Busy").await;
    let other = owner.add_link(&site_id, "Other").await;
    let busy = app.anonymous().with_token(link["token"].as_str().unwrap());
    let other = app.anonymous().with_token(other["token"].as_str().unwrap());
    let turns = app
        .state
        .link_turns
        .of(&shared::ids::ShareLinkId(link["id"].as_str().unwrap().to_owned()));
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(turns.take().await);
    }
    let path = format!("/api/v1/sites/{site_id}/query");
    let waiting = tokio::spawn({
        let (busy, path) = (busy.clone(), path.clone());
        async move { busy.post(&path, views()).await }
    });
    other.post(&path, views()).await.expect_status(200);
    owner.post(&path, views()).await.expect_status(200);
    assert!(!waiting.is_finished(), "the fifth waits");
    held.pop();
    waiting.await.unwrap().expect_status(200);
}

/// T16: what a recipient adds to the address changes nothing of what is answered.
#[tokio::test]
async fn t16_unknown_parameters_change_no_answer() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    visited(&app, "a.example", &["/", "/x"]).await;
    let page = json!([["is", "event:page", ["/x"]]]);
    let segment = owner.add_segment(&site_id, "X", page).await;
    let link = owner
        .add_link_with(&site_id, json!({"name": "Client", "segment_id": segment["id"]}))
        .await;
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    let path = format!("/api/v1/sites/{site_id}/query");
    let plain = client.post(&path, views()).await.expect_status(200);
    for added in [
        "cache_key=1",
        "as_user=owner",
        "embed=true",
        "debug=1",
        "segment_id=",
        "site_id=other",
        "auth=0123456789ab",
    ] {
        let answer = client
            .post(&format!("{path}?{added}"), views())
            .await
            .expect_status(200);
        assert_eq!(answer.json(), plain.json(), "{added}");
        let headers = |answer: &crate::support::Answer| answer.header("cache-control").map(str::to_owned);
        assert_eq!(headers(&answer), headers(&plain), "{added}");
    }
    assert_eq!(plain.json()["results"][0]["metrics"], json!([1]));
}

/// T13: what a recipient gets has these fields and no others, and names nothing of the owner's.
#[tokio::test]
async fn t13_answers_to_recipients_hold_what_they_must_and_no_more() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let other_id = owner.add_site("b.example").await;
    visited(&app, "a.example", &["/", "/x"]).await;
    let segment = owner
        .add_segment(&site_id, "Everything", json!([["contains", "event:page", ["/"]]]))
        .await;
    let hidden = owner
        .add_segment(&site_id, "Hidden segment", json!([["is", "event:page", ["/"]]]))
        .await;
    let secret = owner
        .add_link_with(&site_id, json!({"name": "Hidden link", "password": "twelve letters"}))
        .await;
    let body = json!({"name": "For the client", "password": "twelve letters", "segment_id": segment["id"]});
    let link = owner.add_link_with(&site_id, body).await;
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    let unlocked = client
        .post("/api/v1/share/a.example/unlock", json!({"password": "twelve letters"}))
        .await;
    let grant = unlocked.expect_status(200).json();
    let client = app.anonymous().with_token(grant["grant"].as_str().unwrap());
    let question = json!({
        "metrics": ["visitors"], "date_range": "day", "dimensions": ["event:page"],
        "include": {"total_rows": true, "comparison": {"mode": "previous_period"}}
    });
    let site = client.get("/api/v1/share/a.example").await.expect_status(200).json();
    let path = format!("/api/v1/sites/{site_id}");
    let answer = client
        .post(&format!("{path}/query"), question.clone())
        .await
        .expect_status(200)
        .json();
    let batch = client
        .post(&format!("{path}/queries"), json!({"queries": [question]}))
        .await
        .expect_status(200)
        .json();
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let are = |value: &Value, names: &[&str]| {
        assert_eq!(
            fields(value),
            names.iter().map(ToString::to_string).collect(),
            "{value}"
        )
    };
    are(&grant, &["grant", "expires_at"]);
    are(&site, &["site_id", "domain", "timezone", "favicon"]);
    are(&batch, &["results"]);
    for answer in [&answer, &batch["results"][0]] {
        are(answer, &["results", "meta", "query"]);
        are(&answer["results"][0], &["dimensions", "metrics", "comparison"]);
        are(
            &answer["results"][0]["comparison"],
            &["dimensions", "metrics", "change"],
        );
        are(&answer["meta"], &["total_rows", "segment"]);
        are(&answer["meta"]["segment"], &["name", "filters"]);
        let echo = [
            "metrics",
            "date_range",
            "comparison_date_range",
            "dimensions",
            "filters",
            "order_by",
            "pagination",
            "include",
        ];
        are(&answer["query"], &echo);
    }
    let said = [&grant, &site, &answer, &batch].map(ToString::to_string).concat();
    let mut secrets = vec![
        "owner@a.example",
        "Ann Owner",
        "b.example",
        "Hidden",
        "For the client",
        "acc_",
        other_id.as_str(),
    ];
    for thing in [&segment, &hidden, &secret, &link] {
        secrets.push(thing["id"].as_str().unwrap());
        secrets.extend(thing["token"].as_str());
    }
    for secret in secrets {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}
