//! It is slow, or its connections are cut, reset or forgotten on the way.

use super::World;
use crate::support::Answer;
use crate::support::peers::{Gate, Passage};
use crate::support::postgres::Postgres;
use serde_json::json;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// A call to an answer of 200 ms asks some questions one after the other.
const SLOWEST: Duration = Duration::from_secs(6);

async fn behind_a_gate() -> Option<(Postgres, Gate, World)> {
    let postgres = Postgres::start().await?;
    let gate = Gate::to(vec![postgres.address()]).await;
    let world = World::on(&postgres.url_through(gate.address.port())).await;
    Some((postgres, gate, world))
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_connections_that_are_cut_harm_one_request_at_most() {
    let Some((_postgres, gate, world)) = behind_a_gate().await else {
        return;
    };
    for passage in [Passage::Closed, Passage::Reset, Passage::Closed, Passage::Reset] {
        gate.set(passage);
        tokio::time::sleep(Duration::from_millis(20)).await;
        gate.set(Passage::Open);
        let first = world.share().await;
        assert!(matches!(first.status, 200 | 503), "{}", first.text());
        world.share().await.expect_status(200);
    }
    let link_id = world.link_id().await;
    world.expect_back(&link_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_connections_that_are_reset_for_as_long_as_it_takes_are_503() {
    let Some((_postgres, gate, world)) = behind_a_gate().await else {
        return;
    };
    let link_id = world.link_id().await;
    gate.set(Passage::Reset);
    world.expect_away(&link_id).await;
    world.expect_counting().await;
    gate.set(Passage::Open);
    world.expect_back(&link_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_connections_that_are_half_open_are_503_and_are_all_given_up_at_once() {
    let Some((_postgres, gate, world)) = behind_a_gate().await else {
        return;
    };
    let link_id = world.link_id().await;
    // As many connections as the server keeps.
    let many = (0..32).map(|_| world.owner.get(&world.links));
    futures_util::future::join_all(many).await;
    gate.set(Passage::HalfOpen);
    world.expect_away(&link_id).await;
    world.expect_counting().await;
    gate.set(Passage::Open);
    world.expect_back(&link_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_half_open_connections_behind_which_the_store_is_well_cost_one_call() {
    let Some((_postgres, gate, world)) = behind_a_gate().await else {
        return;
    };
    let link_id = world.link_id().await;
    let many = (0..32).map(|_| world.owner.get(&world.links));
    futures_util::future::join_all(many).await;
    gate.set(Passage::HalfOpen);
    // Until the gate has forgotten them.
    tokio::time::sleep(Duration::from_millis(50)).await;
    gate.set(Passage::Open);
    world.expect_back(&link_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_a_commit_whose_answer_is_lost_can_be_sent_again() {
    let Some((postgres, gate, world)) = behind_a_gate().await else {
        return;
    };
    let link_id = world.link_id().await;
    let link = format!("{}/{link_id}", world.links);
    let keyed = world.owner.with("idempotency-key", "the-same-for-both");
    let made = json!({"name": "Once"});
    // Whatever was sent is carried out, and nobody hears of it.
    gate.set(Passage::Silent);
    let (revoked, created) = tokio::join!(world.owner.delete(&link), keyed.post(&world.links, made.clone()));
    assert_eq!((revoked.status, created.status), (503, 503), "neither done nor refused");
    gate.set(Passage::Open);
    let until = Instant::now() + super::BACK_WITHIN;
    while world.owner.get(&world.links).await.status != 200 {
        assert!(Instant::now() < until, "not back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let again = world.owner.delete(&link).await;
    assert!(matches!(again.status, 204 | 404), "{}", again.text());
    world.share().await.expect_status(404);
    let again = keyed.post(&world.links, made).await;
    assert!(matches!(again.status, 200 | 201), "{}", again.text());
    let links = world.owner.get(&world.links).await.expect_status(200).json();
    let named = links["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|link| link["name"] == "Once")
        .count();
    assert_eq!(named, 1, "{links}");
    drop(postgres);
}

#[tokio::test(flavor = "multi_thread")]
async fn t81_a_slow_store_slows_calls_and_makes_none_wrong() {
    let Some((_postgres, gate, world)) = behind_a_gate().await else {
        return;
    };
    let link_id = world.link_id().await;
    gate.set(Passage::Slow);
    let site = format!("/api/v1/sites/{}", world.site_id);
    let wrong = world.app.anonymous().with_token("vs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let query = json!({"metrics": ["visitors"], "date_range": "day"});
    let mut slowest: BTreeMap<&str, Duration> = BTreeMap::new();
    let mut timed = async |what, status, call: Pin<Box<dyn Future<Output = Answer>>>| {
        let since = Instant::now();
        call.await.expect_status(status);
        let took = slowest.entry(what).or_default();
        *took = since.elapsed().max(*took);
    };
    let (one, ask) = (format!("{}/{link_id}", world.links), format!("{site}/query"));
    for _ in 0..2 {
        timed("read", 200, Box::pin(world.owner.get(&site))).await;
        timed("resolve", 200, Box::pin(world.share())).await;
        timed("resolve_nothing", 404, Box::pin(wrong.get("/api/v1/share/a.example"))).await;
        timed("ask", 200, Box::pin(world.owner.post(&ask, query.clone()))).await;
        timed("event", 202, Box::pin(world.event())).await;
    }
    timed(
        "create",
        201,
        Box::pin(world.owner.post(&world.links, json!({"name": "Slow"}))),
    )
    .await;
    timed("ready", 200, Box::pin(world.owner.get("/readyz"))).await;
    timed("revoke", 204, Box::pin(world.owner.delete(&one))).await;
    timed("resolve_revoked", 404, Box::pin(world.share())).await;
    for (what, took) in slowest {
        crate::faults::figure(&format!("{what}_ms"), took.as_millis());
        assert!(took < SLOWEST, "{what}: {took:?}");
    }
    gate.set(Passage::Open);
    world.expect_back(&link_id).await;
}
