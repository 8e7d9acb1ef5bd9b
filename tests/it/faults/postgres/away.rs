//! It stops, stands still, or takes no more connections.

use super::{LIMIT, World};
use crate::support::Actor;
use crate::support::peers::{Gate, Passage};
use crate::support::postgres::{CONNECTIONS, Postgres};
use sqlx::{Connection, PgConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Asks again and again; every answer is right or a 503. Answers how long the longest took.
async fn ask_until(owner: Actor, path: String, stop: Arc<AtomicBool>) -> Duration {
    let mut longest = Duration::ZERO;
    while !stop.load(Ordering::Relaxed) {
        let since = Instant::now();
        let answer = owner.get(&path).await;
        assert!(matches!(answer.status, 200 | 503), "{}", answer.text());
        longest = longest.max(since.elapsed());
    }
    longest
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_a_store_that_stops_is_503_and_comes_back_by_itself() {
    let Some(mut postgres) = Postgres::start().await else {
        return;
    };
    let world = World::on(&postgres.url()).await;
    let link_id = world.link_id().await;
    postgres.stop().await;
    world.expect_away(&link_id).await;
    world.expect_counting().await;
    postgres.resume_from_stop().await;
    world.expect_back(&link_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_a_store_that_stands_still_is_503_and_comes_back_by_itself() {
    let Some(postgres) = Postgres::start().await else {
        return;
    };
    let world = World::on(&postgres.url()).await;
    let link_id = world.link_id().await;
    // Requests that are on the way when it stops get their answer too.
    let stop = Arc::new(AtomicBool::new(false));
    let asking = (0..6).map(|_| tokio::spawn(ask_until(world.owner.clone(), world.links.clone(), stop.clone())));
    let asking: Vec<_> = asking.collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    postgres.pause();
    tokio::time::sleep(Duration::from_secs(1)).await;
    stop.store(true, Ordering::Relaxed);
    let mut longest = Duration::ZERO;
    for asked in asking {
        let asked = tokio::time::timeout(Duration::from_secs(20), asked).await;
        longest = longest.max(asked.expect("every request is answered").unwrap());
    }
    crate::faults::figure("longest_on_the_way_ms", longest.as_millis());
    assert!(longest < LIMIT, "a request that was on the way waited {longest:?}");
    world.expect_away(&link_id).await;
    world.expect_counting().await;
    postgres.go_on();
    world.expect_back(&link_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_a_store_that_takes_no_more_connections_is_503_and_comes_back_by_itself() {
    let Some(postgres) = Postgres::start().await else {
        return;
    };
    let gate = Gate::to(vec![postgres.address()]).await;
    let world = World::on(&postgres.url_through(gate.address.port())).await;
    let link_id = world.link_id().await;
    // The server's own connections end, and others take their places.
    gate.set(Passage::Closed);
    let mut others = Vec::new();
    while others.len() < CONNECTIONS {
        match PgConnection::connect(&postgres.url()).await {
            Ok(other) => others.push(other),
            Err(_) => break,
        }
    }
    gate.set(Passage::Open);
    world.expect_away(&link_id).await;
    world.expect_counting().await;
    drop(others);
    world.expect_back(&link_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_over_midnight_known_sites_are_counted_while_the_store_is_away() {
    let Some(mut postgres) = Postgres::start().await else {
        return;
    };
    let world = World::on(&postgres.url()).await;
    // 22:59 UTC is a minute before midnight in Berlin, where the site is.
    world.app.step(10 * 3600 + 59 * 60);
    world.event().await.expect_status(202);
    api::ingest::salts::keep_up(&world.app.state).await.unwrap();
    postgres.stop().await;
    world.app.step(2 * 60);
    for _ in 0..3 {
        world.event().await.expect_status(202);
    }
    postgres.resume_from_stop().await;
    world.app.state.events.drained().await;
    let query = serde_json::json!({"metrics": ["pageviews", "visits"], "date_range": ["2026-03-10", "2026-03-11"], "dimensions": ["time:day"]});
    let path = format!("/api/v1/sites/{}/query", world.site_id);
    let until = Instant::now() + super::BACK_WITHIN;
    let counted = loop {
        let answer = world.owner.post(&path, query.clone()).await;
        if answer.status == 200 {
            break answer.json();
        }
        assert!(Instant::now() < until, "{}", answer.text());
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    // The visit of before midnight goes on: its visitor was known under both days' salts.
    let metrics: Vec<&serde_json::Value> = counted["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["metrics"])
        .collect();
    assert_eq!(
        serde_json::json!(metrics),
        serde_json::json!([[2, 2], [3, 0]]),
        "{counted}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_a_stop_waits_for_a_store_that_stands_still_for_a_moment() {
    let Some(postgres) = Postgres::start().await else {
        return;
    };
    let world = World::on(&postgres.url()).await;
    world.share().await.expect_status(200);
    postgres.pause();
    let World { app, links, .. } = world;
    let for_a_moment = async {
        // Longer than one attempt to write what is in memory takes.
        tokio::time::sleep(Duration::from_millis(5_000)).await;
        postgres.go_on();
    };
    let (app, ()) = tokio::join!(app.restart(), for_a_moment);
    let body = serde_json::json!({"email": "owner@a.example", "password": "correct horse battery"});
    let owner = app.anonymous();
    owner.post("/api/v1/session", body).await.expect_status(200);
    let links = owner.get(&links).await.expect_status(200).json();
    assert_eq!(links["data"][0]["opens"], 2, "{links}");
}
