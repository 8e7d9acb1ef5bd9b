//! Share links under races (T4, T8).

use crate::support::{Actor, TestApp};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// 200 rounds: whoever asks after the revocation was answered gets nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t4_no_request_that_starts_after_a_revocation_is_served() {
    let app = TestApp::start_with(|config| config.limits.resolve_per_minute = 1_000_000).await;
    let (ann, site_id) = app.owner_of("example.org").await;
    for round in 0..200 {
        let link = ann.add_link(&site_id, &format!("Round {round}")).await;
        let client = app.anonymous().with_token(link["token"].as_str().unwrap());
        let stop = Arc::new(AtomicBool::new(false));
        let hammers = (0..8).map(|n| tokio::spawn(hammer(client.clone(), site_id.clone(), n % 4 == 3, stop.clone())));
        let hammers = hammers.collect::<Vec<_>>();
        client.get("/api/v1/share/example.org").await.expect_status(200);
        let path = format!("/api/v1/sites/{site_id}/share-links/{}", link["id"].as_str().unwrap());
        ann.delete(&path).await.expect_status(204);
        let revoked_at = Instant::now();
        // Two more answers each, so that every client asks after the revocation.
        for _ in 0..2 {
            client.get("/api/v1/share/example.org").await.expect_status(404);
        }
        stop.store(true, Ordering::SeqCst);
        for hammer in hammers {
            for (started_at, status) in hammer.await.unwrap() {
                assert!(
                    started_at < revoked_at || status == 404,
                    "round {round}: {status} after the revocation"
                );
            }
        }
    }
}

async fn hammer(client: Actor, site_id: String, asks_data: bool, stop: Arc<AtomicBool>) -> Vec<(Instant, u16)> {
    let query = json!({"metrics": ["visitors"], "date_range": "7d"});
    let mut answers = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let started_at = Instant::now();
        let answer = match asks_data {
            true => {
                client
                    .post(&format!("/api/v1/sites/{site_id}/query"), query.clone())
                    .await
            }
            false => client.get("/api/v1/share/example.org").await,
        };
        answers.push((started_at, answer.status));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_fifty_creates_at_once_fill_one_slot() {
    let app = TestApp::start().await;
    // Where two servers can share the metadata, half of the requests go to the other one.
    let second = if app.state.db.engine() == "PostgreSQL" {
        Some(app.start_beside().await)
    } else {
        None
    };
    let (ann, site_id) = app.owner_of("example.org").await;
    let beside = match &second {
        Some(second) => {
            let there = second.anonymous();
            let body = json!({"email": "owner@example.org", "password": "correct horse battery"});
            there.post("/api/v1/session", body).await.expect_status(200);
            there
        }
        None => ann.clone(),
    };
    let path = format!("/api/v1/sites/{site_id}/share-links");
    for n in 1..=9 {
        ann.add_link(&site_id, &format!("Link {n}")).await;
    }
    for round in 0..20 {
        let creates = (0..50).map(|n| {
            let actor = if n % 2 == 0 { &ann } else { &beside };
            actor.post(&path, json!({"name": format!("Race {round} {n}")}))
        });
        let answers = join_all(creates).await;
        let made = answers.iter().filter(|answer| answer.status == 201).collect::<Vec<_>>();
        assert_eq!(made.len(), 1, "round {round}");
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            answer.clone().expect_status(409).expect_problem("limit_reached");
        }
        let active = ann.get(&path).await.json()["data"].as_array().map(Vec::len);
        assert_eq!(active, Some(10));
        let made: Value = made[0].json();
        ann.delete(&format!("{path}/{}", made["id"].as_str().unwrap()))
            .await
            .expect_status(204);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_one_name_is_taken_once() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let path = format!("/api/v1/sites/{site_id}/share-links");
    let answers = join_all((0..20).map(|_| ann.post(&path, json!({"name": "Same"})))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.clone().expect_status(409).expect_problem("name_taken");
    }
}

/// What one server process answers as revoked, changed or locked, the other knows at its next request.
#[tokio::test]
async fn t3_two_servers_on_one_store_agree() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let beside = app.start_beside().await;
    let links = format!("/api/v1/sites/{site_id}/share-links");
    let page = json!([["is", "event:page", ["/"]]]);
    let segment = ann.add_segment(&site_id, "Home", page).await["id"].clone();
    for round in 0..10 {
        let link = ann.add_link(&site_id, &format!("Round {round}")).await;
        let own = format!("{links}/{}", link["id"].as_str().unwrap());
        let there = beside.anonymous().with_token(link["token"].as_str().unwrap());
        let ask = |actor: Actor| {
            let path = format!("/api/v1/sites/{site_id}/query");
            async move {
                actor
                    .post(&path, json!({"metrics": ["visitors"], "date_range": "7d"}))
                    .await
            }
        };
        ask(there.clone()).await.expect_status(200);
        ann.patch(&own, json!({"segment_id": segment})).await.expect_status(200);
        let seen = ask(there.clone()).await.expect_status(200).json();
        assert_eq!(seen["meta"]["segment"]["name"], "Home");
        ann.patch(&own, json!({"password": "twelve letters"}))
            .await
            .expect_status(200);
        ask(there.clone()).await.expect_status(401);
        let unlock = json!({"password": "twelve letters"});
        let grant = there
            .post("/api/v1/share/example.org/unlock", unlock)
            .await
            .expect_status(200)
            .json();
        let granted = beside.anonymous().with_token(grant["grant"].as_str().unwrap());
        ask(granted.clone()).await.expect_status(200);
        ask(app.anonymous().with_token(grant["grant"].as_str().unwrap()))
            .await
            .expect_status(200);
        ann.delete(&own).await.expect_status(204);
        ask(there).await.expect_status(404);
        ask(granted).await.expect_status(404);
    }
}
