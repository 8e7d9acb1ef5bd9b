//! Quiet hours and maintenance windows: when nobody is told.

use crate::notices::{World, receiver, types};
use crate::support::peers::{PUBLIC_ADDRESS, Reply, Web};
use serde_json::json;

impl World {
    async fn quiet(&self, from: &str, until: &str) {
        let body = json!({"from": from, "until": until});
        let set = self
            .owner
            .put(&self.path("quiet-hours"), body.clone())
            .await
            .expect_status(200)
            .json();
        assert_eq!(set, body);
        assert_eq!(self.owner.get(&self.path("quiet-hours")).await.json(), body);
    }
}

#[tokio::test]
async fn a_notice_of_the_night_waits_for_the_morning() {
    let world = World::start().await;
    let receiver = receiver().await;
    let hook = world.hook(&receiver.url("/")).await;
    let secret = world.secret(&hook).await;
    let mail = world.address("team@b.example").await;
    // It is 13:00 in Berlin.
    world.quiet("22:00", "07:00").await;
    world.app.step(11 * 3600);
    world.watch().await;
    world.goes_down().await;
    assert_eq!(receiver.hits(), 0);
    let waiting = &world.deliveries("").await[0];
    assert_eq!(
        json!([waiting["state"], waiting["attempts"], waiting["next_attempt_at"]]),
        json!(["waiting", 0, "2026-03-11T06:00:00.000Z"])
    );
    // 07:00, to the second.
    let left = ("2026-03-11T06:00:00Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_millisecond()
        - world.app.clock.now_ms())
        / 1000;
    world.wait(left as u64 - 1).await;
    assert_eq!((receiver.hits(), world.smtp.mails().len()), (0, 1));
    world.wait(1).await;
    assert_eq!(types(&receiver, &secret), ["incident.opened"]);
    assert_eq!(world.smtp.mails().len(), 2);
    world.comes_up().await;
    assert_eq!(types(&receiver, &secret), ["incident.opened", "incident.closed"]);
    assert_eq!(world.deliveries(&format!("&channel_id={mail}")).await.len(), 3);
}

#[tokio::test]
async fn an_incident_that_came_and_went_in_the_night_is_one_notice() {
    let world = World::start().await;
    let receiver = receiver().await;
    let hook = world.hook(&receiver.url("/")).await;
    let secret = world.secret(&hook).await;
    world.address("team@b.example").await;
    world.quiet("12:30", "14:00").await;
    world.watch().await;
    world.goes_down().await;
    world.after(600).await;
    world.comes_up().await;
    assert_eq!(receiver.hits(), 0);
    world.wait(3600).await;
    assert_eq!(types(&receiver, &secret), ["incident.passed"]);
    let mails = world.smtp.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[1].header("subject").unwrap(), "a.example was down for 12 min");
    // The next one, outside of quiet hours, is told as it happens.
    world.goes_down().await;
    world.comes_up().await;
    assert_eq!(
        types(&receiver, &secret),
        ["incident.passed", "incident.opened", "incident.closed"]
    );
}

#[tokio::test]
async fn quiet_hours_hold_on_the_days_on_which_the_clock_is_set() {
    let world = World::start().await;
    let receiver = receiver().await;
    world.hook(&receiver.url("/")).await;
    world.quiet("22:00", "07:00").await;
    // 2026-03-28 23:00 in Berlin: at two the clock is set to three.
    world.app.step(18 * 86_400 + 10 * 3600);
    world.owner.sign_in("owner@a.example").await.expect_status(200);
    world.watch().await;
    world.goes_down().await;
    assert_eq!(
        world.deliveries("").await[0]["next_attempt_at"],
        "2026-03-29T05:00:00.000Z"
    );
    world.wait(7 * 3600 - 141).await;
    assert_eq!(receiver.hits(), 0);
    world.wait(1).await;
    assert_eq!(receiver.hits(), 1);
}

#[tokio::test]
async fn what_waits_goes_by_the_hours_that_are_set_now() {
    let world = World::start().await;
    let (receiver, loud) = (receiver().await, receiver().await);
    world.hook(&receiver.url("/")).await;
    let body = json!({"kind": "webhook", "url": loud.url("/"), "ignores_quiet_hours": true});
    world.owner.add(&world.path("notice-channels"), body).await;
    world.quiet("12:30", "14:00").await;
    world.watch().await;
    world.goes_down().await;
    assert_eq!((receiver.hits(), loud.hits()), (0, 1));
    world.quiet("12:30", "13:30").await;
    world.wait(0).await;
    let waiting = world
        .deliveries("")
        .await
        .into_iter()
        .find(|it| it["state"] == "waiting")
        .unwrap();
    assert_eq!(waiting["next_attempt_at"], "2026-03-10T12:30:00.000Z");
    let none = json!({"from": null, "until": null});
    let set = world
        .owner
        .put(&world.path("quiet-hours"), none.clone())
        .await
        .expect_status(200);
    assert_eq!(set.json(), none);
    world.wait(0).await;
    assert_eq!((receiver.hits(), loud.hits()), (1, 1));
    for (body, pointers) in [
        (json!({"from": "22:00", "until": null}), vec!["/until"]),
        (json!({"from": "22:00", "until": "22:00"}), vec!["/until"]),
        (json!({"from": "25:00", "until": "7"}), vec!["/from", "/until"]),
        (json!({"from": "22:00"}), vec!["/until"]),
    ] {
        let refused = world
            .owner
            .put(&world.path("quiet-hours"), body)
            .await
            .expect_status(422);
        refused.expect_pointers(&pointers);
    }
}

#[tokio::test]
async fn another_try_waits_for_the_end_of_quiet_hours_too() {
    let world = World::start().await;
    let receiver = Web::start(PUBLIC_ADDRESS, |_| Reply::status(500, "", "")).await;
    world.hook(&receiver.url("/")).await;
    // The incident is told at 13:02:20; the second try would be at 13:02:50.
    world.watch().await;
    world.quiet("13:03", "14:00").await;
    world.goes_down().await;
    world.wait(30).await;
    assert_eq!(receiver.hits(), 2);
    world.wait(120).await;
    assert_eq!(receiver.hits(), 2);
    assert_eq!(
        world.deliveries("").await[0]["next_attempt_at"],
        "2026-03-10T13:00:00.000Z"
    );
    world.wait(3600).await;
    assert_eq!(receiver.hits(), 3);
}

#[tokio::test]
async fn nobody_is_told_of_maintenance() {
    let world = World::start().await;
    let receiver = receiver().await;
    let hook = world.hook(&receiver.url("/")).await;
    let secret = world.secret(&hook).await;
    let window =
        json!({"note": "Move to another host", "starts_at": "2026-03-10T12:00:30Z", "ends_at": "2026-03-10T12:10:00Z"});
    world.owner.add(&world.path("maintenance-windows"), window).await;
    world.watch().await;
    world.goes_down().await;
    world.after(200).await;
    assert_eq!((receiver.hits(), world.deliveries("").await.len()), (0, 0));
    // It lasts beyond the window: two failures after its end.
    world.after(300).await;
    world.after(70).await;
    assert_eq!(types(&receiver, &secret), ["incident.opened"]);
    world.comes_up().await;
    assert_eq!(types(&receiver, &secret), ["incident.opened", "incident.closed"]);
}
