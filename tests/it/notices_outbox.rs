//! The outbox: what is lost, doubled, tried again and given up (T68).

use crate::notices::{World, receiver, settings, told, types};
use crate::support::peers::tls::{Identity, params, serve};
use crate::support::peers::{PUBLIC_ADDRESS, Reply, Web};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

/// A receiver with a status that a test changes.
async fn fickle(status: u16) -> (Web, Arc<AtomicU16>) {
    let status = Arc::new(AtomicU16::new(status));
    let answering = status.clone();
    let web = Web::start(PUBLIC_ADDRESS, move |_| {
        Reply::status(answering.load(Ordering::SeqCst), "", "")
    })
    .await;
    (web, status)
}

fn left(delivery: &Value) -> Value {
    json!([
        delivery["event"],
        delivery["state"],
        delivery["attempts"],
        delivery["reason"],
        delivery["status"]
    ])
}

#[tokio::test]
async fn what_did_not_arrive_is_tried_again_under_the_same_id() {
    let world = World::start().await;
    let (receiver, status) = fickle(500).await;
    let hook = world.hook(&receiver.url("/")).await;
    let secret = world.secret(&hook).await;
    world.watch().await;
    world.goes_down().await;
    assert_eq!(receiver.hits(), 1);
    let waiting = &world.deliveries("").await[0];
    assert_eq!(
        left(waiting),
        json!(["incident.opened", "waiting", 1, "wrong_status", 500])
    );
    assert_eq!(waiting["next_attempt_at"], "2026-03-10T12:02:50.000Z");
    world.wait(29).await;
    assert_eq!(receiver.hits(), 1);
    world.wait(1).await;
    assert_eq!(receiver.hits(), 2);
    // It closes while its opening is still on its way: the opening is told first.
    world.comes_up().await;
    assert_eq!(types(&receiver, &secret), ["incident.opened"; 2]);
    status.store(200, Ordering::SeqCst);
    world.wait(120).await;
    assert_eq!(
        types(&receiver, &secret),
        [
            "incident.opened",
            "incident.opened",
            "incident.opened",
            "incident.closed"
        ]
    );
    let all = told(&receiver, &secret);
    assert!(all[0].0 == all[1].0 && all[1].0 == all[2].0 && all[2].0 != all[3].0);
    assert!(all[0].2 == all[1].2 && all[1].2 == all[2].2);
    let deliveries = world.deliveries("").await;
    assert_eq!(
        left(&deliveries[0]),
        json!(["incident.closed", "delivered", 1, null, 200])
    );
    assert_eq!(
        left(&deliveries[1]),
        json!(["incident.opened", "delivered", 3, null, 200])
    );
}

#[tokio::test]
async fn tries_end_after_seventeen_hours_and_their_reason_is_kept() {
    let world = World::start().await;
    let (receiver, _) = fickle(404).await;
    world.hook(&receiver.url("/")).await;
    world.watch().await;
    world.goes_down().await;
    for (n, pause) in [30, 120, 600, 3600, 14_400, 43_200].into_iter().enumerate() {
        world.wait(pause - 1).await;
        assert_eq!(receiver.hits(), n as u64 + 1, "before {pause} s");
        world.wait(1).await;
        assert_eq!(receiver.hits(), n as u64 + 2, "after {pause} s");
    }
    let failed = &world.deliveries("").await[0];
    assert_eq!(
        left(failed),
        json!(["incident.opened", "failed", 7, "wrong_status", 404])
    );
    assert_eq!(failed["next_attempt_at"], json!(null));
    world.wait(1_000_000).await;
    assert_eq!(receiver.hits(), 7);
    // That it is over is told all the same.
    world.comes_up().await;
    assert_eq!(receiver.hits(), 8);
}

#[tokio::test]
async fn a_receiver_that_asks_for_patience_gets_it() {
    let world = World::start().await;
    let receiver = Web::start(PUBLIC_ADDRESS, |_| Reply::status(429, "retry-after: 300\r\n", "")).await;
    let hook = world.hook(&receiver.url("/")).await;
    let test = world.path(&format!("notice-channels/{hook}/test"));
    world
        .owner
        .send(reqwest::Method::POST, &test, None)
        .await
        .expect_status(202);
    world.wait(0).await;
    world.wait(299).await;
    assert_eq!(receiver.hits(), 1);
    world.wait(1).await;
    assert_eq!(receiver.hits(), 2);
}

#[tokio::test]
async fn each_way_of_not_arriving_has_its_reason() {
    let world = World::start().await;
    let closed = std::net::TcpListener::bind((PUBLIC_ADDRESS, 0)).unwrap();
    let nobody = format!("http://{}/", closed.local_addr().unwrap());
    drop(closed);
    let garbage = Web::start(PUBLIC_ADDRESS, |_| Reply::Bytes(b"no http\r\n\r\n".to_vec())).await;
    let breaking = Web::start(PUBLIC_ADDRESS, |_| Reply::Reset(b"HTTP/1.1 2".to_vec())).await;
    let unknown = Identity::self_signed(&params(&["unknown.example"], -86_400, 86_400));
    let unknown = format!("https://{}/", serve(PUBLIC_ADDRESS, unknown).await);
    for (url, reason) in [
        (nobody, "no_connection"),
        (garbage.url("/"), "broken_answer"),
        (breaking.url("/"), "broken_answer"),
        (unknown, "tls_failed"),
        ("http://nowhere.example/".to_owned(), "name_not_found"),
    ] {
        let hook = world.hook(&url).await;
        let test = world.path(&format!("notice-channels/{hook}/test"));
        world
            .owner
            .send(reqwest::Method::POST, &test, None)
            .await
            .expect_status(202);
        world.wait(0).await;
        let of_it = &world.deliveries(&format!("&channel_id={hook}")).await[0];
        assert_eq!(left(of_it), json!(["test", "waiting", 1, reason, null]), "{url}");
    }
}

#[tokio::test]
async fn what_waits_survives_a_restart() {
    let mut world = World::start().await;
    let (receiver, status) = fickle(503).await;
    let hook = world.hook(&receiver.url("/")).await;
    let secret = world.secret(&hook).await;
    world.address("team@b.example").await;
    world.watch().await;
    world.smtp.answer("MAIL", "451 not now");
    world.goes_down().await;
    assert_eq!((receiver.hits(), world.smtp.mails().len()), (1, 1));
    let id = told(&receiver, &secret)[0].0.clone();
    let settings = settings(&world.dns, &world.smtp);
    world.app = world.app.restart_with(settings).await;
    world.owner = world.app.anonymous();
    world.owner.sign_in("owner@a.example").await.expect_status(200);
    status.store(200, Ordering::SeqCst);
    world.smtp.answer("MAIL", "");
    world.wait(30).await;
    let all = told(&receiver, &secret);
    assert_eq!((all.len(), &all[1].0), (2, &id));
    assert_eq!(world.smtp.mails().len(), 2);
    world.wait(1000).await;
    assert_eq!((receiver.hits(), world.smtp.mails().len()), (2, 2));
}

#[tokio::test]
async fn a_notice_whose_server_was_killed_is_sent_when_its_lease_is_over() {
    let world = World::start().await;
    let (receiver, _) = fickle(500).await;
    world.hook(&receiver.url("/")).await;
    world.watch().await;
    world.goes_down().await;
    // What a killed server leaves behind.
    let until = world.app.clock.now_ms() + 90_000;
    world
        .app
        .execute(&format!("UPDATE notices SET lease = 'gone', due_at = {until}"))
        .await;
    world.wait(89).await;
    assert_eq!(receiver.hits(), 1, "the lease holds");
    world.wait(1).await;
    assert_eq!(receiver.hits(), 2);
}

#[tokio::test]
async fn t68_two_servers_on_one_database_send_each_notice_once() {
    let world = World::start().await;
    let beside = world.app.start_beside_with(settings(&world.dns, &world.smtp)).await;
    let receiver = receiver().await;
    let now = world.app.clock.now_ms();
    let hooks = [
        world.hook(&receiver.url("/a")).await,
        world.hook(&receiver.url("/b")).await,
    ];
    let secret = world.secret(&hooks[0]).await;
    let body = json!({"site": {"id": world.site_id, "domain": "a.example"}, "incident": null});
    for n in 0..120 {
        let (site_id, hook) = (&world.site_id, &hooks[n % 2]);
        world
            .app
            .execute(&format!(
                "INSERT INTO notices (id, site_id, channel_id, event, payload, state, attempts, due_at, created_at)
                 VALUES ('msg_{n}', '{site_id}', '{hook}', 'test', '{body}', 'waiting', 0, {now}, {now})"
            ))
            .await;
    }
    let (one, two) = tokio::join!(
        api::notices::settle(&world.app.state),
        api::notices::settle(&beside.state)
    );
    one.unwrap();
    two.unwrap();
    let mut ids = receiver
        .requests()
        .iter()
        .map(|request| {
            request
                .split("webhook-id: ")
                .nth(1)
                .unwrap()
                .lines()
                .next()
                .unwrap()
                .to_owned()
        })
        .collect::<Vec<_>>();
    ids.sort();
    ids.dedup();
    assert_eq!((receiver.hits(), ids.len()), (120, 120));
    assert!(secret.starts_with("whsec_"));
}

#[tokio::test]
async fn what_waits_is_dropped_with_its_monitor_and_its_channel() {
    let world = World::start().await;
    let (receiver, _) = fickle(500).await;
    let hook = world.hook(&receiver.url("/")).await;
    world.watch().await;
    world.goes_down().await;
    let off = world
        .owner
        .put(&world.path("monitors/uptime"), json!({"enabled": false}))
        .await;
    off.expect_status(200);
    let dropped = &world.deliveries("").await[0];
    assert_eq!(
        json!([dropped["state"], dropped["reason"]]),
        json!(["dropped", "monitor_changed"])
    );
    world.watch().await;
    world.goes_down().await;
    let off = world
        .owner
        .patch(
            &world.path(&format!("notice-channels/{hook}")),
            json!({"enabled": false}),
        )
        .await;
    off.expect_status(200);
    let dropped = &world.deliveries("").await[0];
    assert_eq!(
        json!([dropped["state"], dropped["reason"]]),
        json!(["dropped", "channel_off"])
    );
    let before = receiver.hits();
    world.wait(1_000_000).await;
    assert_eq!(receiver.hits(), before);
}

#[tokio::test]
async fn what_ended_long_ago_is_forgotten() {
    let world = World::start().await;
    let receiver = receiver().await;
    let hook = world.hook(&receiver.url("/")).await;
    let test = world.path(&format!("notice-channels/{hook}/test"));
    world
        .owner
        .send(reqwest::Method::POST, &test, None)
        .await
        .expect_status(202);
    world.wait(0).await;
    world.app.step(90 * 86_400);
    api::sites::retention::sweep(&world.app.state).await.unwrap();
    world.owner.sign_in("owner@a.example").await.expect_status(200);
    assert_eq!(world.deliveries("").await.len(), 1);
    world.app.step(1);
    api::sites::retention::sweep(&world.app.state).await.unwrap();
    assert_eq!(world.deliveries("").await.len(), 0);
}

#[tokio::test]
async fn who_was_told_that_it_opened_is_told_that_it_closed_however_long_it_took() {
    let world = World::start().await;
    let web = receiver().await;
    let hook = world.hook(&web.url("/hook")).await;
    let secret = world.secret(&hook).await;
    world.watch().await;
    world.goes_down().await;
    world.app.step(100 * 86_400);
    api::sites::retention::sweep(&world.app.state).await.unwrap();
    world.comes_up().await;
    assert_eq!(types(&web, &secret), ["incident.opened", "incident.closed"]);
    // What is over goes as it did.
    world.app.step(100 * 86_400);
    api::sites::retention::sweep(&world.app.state).await.unwrap();
    world.owner.sign_in("owner@a.example").await.expect_status(200);
    assert_eq!(world.deliveries("").await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_incident_of_a_domain_that_is_no_longer_the_sites_ends_without_a_word() {
    let world = World::start().await;
    let web = receiver().await;
    let hook = world.hook(&web.url("/hook")).await;
    let secret = world.secret(&hook).await;
    // Nobody listens there.
    world.dns.point("a.example", PUBLIC_ADDRESS);
    world.dns.point("new.example", PUBLIC_ADDRESS);
    let path = world.path("monitors/uptime");
    world
        .owner
        .put(&path, json!({"enabled": true}))
        .await
        .expect_status(200);
    world.after(0).await;
    world.after(70).await;
    assert_eq!(types(&web, &secret), ["incident.opened"]);
    let site = format!("/api/v1/sites/{}", world.site_id);
    world
        .owner
        .patch(&site, json!({"domain": "new.example"}))
        .await
        .expect_status(200);
    let incidents = world.owner.get(&world.path("incidents")).await.json();
    assert_eq!(incidents["data"].as_array().unwrap().len(), 1);
    assert_ne!(incidents["data"][0]["closed_at"], Value::Null);
    let monitor = world.owner.get(&path).await.json();
    assert_eq!(monitor["outcome"], Value::Null, "{monitor}");
    assert_eq!(types(&web, &secret), ["incident.opened"]);
}
