//! Maintenance windows: made, changed, ended.

use crate::monitors::{after, checks, start, watch};
use crate::support::peers::{Dns, PUBLIC_ADDRESS, Reply, Web};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[tokio::test]
async fn a_window_is_made_changed_and_deleted() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let windows = format!("/api/v1/sites/{site_id}/maintenance-windows");
    let body =
        json!({"note": " Upgrade ", "starts_at": "2026-03-10T23:00:00+01:00", "ends_at": "2026-03-11T01:00:00Z"});
    let made = owner.post(&windows, body).await.expect_status(201);
    let window = made.json();
    let id = window["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), Some(format!("{windows}/{id}").as_str()));
    let expected = json!({"id": id, "note": "Upgrade", "starts_at": "2026-03-10T22:00:00.000Z", "ends_at": "2026-03-11T01:00:00.000Z"});
    assert_eq!(window, expected);
    let path = format!("{windows}/{id}");
    assert_eq!(owner.get(&path).await.expect_status(200).json(), expected);
    let later = owner
        .patch(&path, json!({"ends_at": "2026-03-11T02:00:00Z", "note": null}))
        .await;
    let later = later.expect_status(200).json();
    assert_eq!(
        json!([later["note"], later["ends_at"]]),
        json!(["", "2026-03-11T02:00:00.000Z"])
    );

    for (body, pointers) in [
        (
            json!({"starts_at": "x", "ends_at": "2026-03-11"}),
            vec!["/starts_at", "/ends_at"],
        ),
        (
            json!({"starts_at": "2026-03-11T00:00:00Z", "ends_at": "2026-03-11T00:00:00Z"}),
            vec!["/ends_at"],
        ),
        (
            json!({"starts_at": "2026-03-11T00:00:00Z", "ends_at": "2026-04-11T00:00:01Z"}),
            vec!["/ends_at"],
        ),
        (
            json!({"starts_at": "2026-03-09T00:00:00Z", "ends_at": "2026-03-10T12:00:00Z"}),
            vec!["/ends_at"],
        ),
        (
            json!({"starts_at": "-009999-01-02T00:00:00Z", "ends_at": "9999-12-30T00:00:00Z"}),
            vec!["/starts_at", "/ends_at"],
        ),
        (
            json!({"note": "x".repeat(201), "starts_at": "2026-03-11T00:00:00Z", "ends_at": "2026-03-12T00:00:00Z"}),
            vec!["/note"],
        ),
        (
            json!({"note": "a\nb", "starts_at": "2026-03-11T00:00:00Z", "ends_at": "2026-03-12T00:00:00Z"}),
            vec!["/note"],
        ),
    ] {
        let refused = owner.post(&windows, body.clone()).await.expect_status(422);
        refused.expect_problem("invalid").expect_pointers(&pointers);
    }
    for (body, pointers) in [
        (json!({"ends_at": "2026-03-10T22:00:00Z"}), vec!["/ends_at"]),
        (json!({"starts_at": null}), vec!["/starts_at"]),
    ] {
        owner
            .patch(&path, body)
            .await
            .expect_status(422)
            .expect_pointers(&pointers);
    }
    let second = json!({"starts_at": "2026-03-12T00:00:00Z", "ends_at": "2026-03-13T00:00:00Z"});
    let second = owner.add(&windows, second).await;
    let first_page = owner.get(&format!("{windows}?limit=1")).await.expect_status(200).json();
    assert_eq!(first_page["data"][0]["id"], json!(second));
    let cursor = first_page["next_cursor"].as_str().unwrap();
    let next = owner.get(&format!("{windows}?limit=1&cursor={cursor}")).await.json();
    assert_eq!(json!([next["data"][0]["id"], next["next_cursor"]]), json!([id, null]));
    owner.delete(&path).await.expect_status(204);
    owner.delete(&path).await.expect_status(404).expect_problem("not_found");
}

#[tokio::test]
async fn a_site_has_a_hundred_windows_that_are_not_over() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let windows = format!("/api/v1/sites/{site_id}/maintenance-windows");
    let body = json!({"starts_at": "2026-03-11T00:00:00Z", "ends_at": "2026-03-11T01:00:00Z"});
    for _ in 0..100 {
        owner.post(&windows, body.clone()).await.expect_status(201);
    }
    let refused = owner.post(&windows, body.clone()).await.expect_status(409);
    refused.expect_problem("limit_reached");
    app.step(86_400);
    owner
        .post(
            &windows,
            json!({"starts_at": "2026-03-12T00:00:00Z", "ends_at": "2026-03-13T01:00:00Z"}),
        )
        .await
        .expect_status(201);
}

#[tokio::test]
async fn checks_within_a_window_do_not_count() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let web = Web::start(PUBLIC_ADDRESS, |_| Reply::status(500, "", "")).await;
    let windows = format!("/api/v1/sites/{site_id}/maintenance-windows");
    let body = json!({"starts_at": "2026-03-10T12:00:00Z", "ends_at": "2026-03-10T13:00:00Z"});
    let id = owner.add(&windows, body).await;
    watch(&owner, &site_id, "uptime", json!({"url": web.url("/")})).await;
    after(&app, 0).await;
    after(&app, 70).await;
    let marks = |made: &[serde_json::Value]| {
        made.iter()
            .map(|check| check["maintenance"] == true)
            .collect::<Vec<_>>()
    };
    assert_eq!(marks(&checks(&owner, &site_id, "uptime").await), [true, true]);
    let uptime = owner.get(&format!("/api/v1/sites/{site_id}/uptime")).await.json();
    assert_eq!(uptime["percentage"], json!(null));
    // It ends early.
    owner
        .patch(&format!("{windows}/{id}"), json!({"ends_at": "2026-03-10T12:01:10Z"}))
        .await
        .expect_status(200);
    after(&app, 70).await;
    assert_eq!(marks(&checks(&owner, &site_id, "uptime").await), [false, true, true]);
}

#[tokio::test]
async fn what_is_found_within_a_window_changes_neither_score_nor_findings() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let broken = Arc::new(AtomicBool::new(false));
    let is_broken = broken.clone();
    let web = Web::start(PUBLIC_ADDRESS, move |request| {
        match request.split(' ').nth(1).unwrap() {
            "/" => Reply::ok("<a href=/fine>fine</a>"),
            "/fine" if is_broken.load(Ordering::SeqCst) => Reply::status(503, "", ""),
            "/fine" => Reply::ok("fine"),
            _ => Reply::status(404, "", ""),
        }
    })
    .await;
    watch(&owner, &site_id, "links", json!({"url": web.url("/")})).await;
    after(&app, 0).await;
    let score = async || owner.get(&format!("/api/v1/sites/{site_id}/health")).await.json()["score"].clone();
    let findings = format!("/api/v1/sites/{site_id}/link-findings");
    assert_eq!(score().await["value"], 100);
    let body = json!({"starts_at": "2026-03-10T12:00:00Z", "ends_at": "2026-03-10T13:00:00Z"});
    owner
        .add(&format!("/api/v1/sites/{site_id}/maintenance-windows"), body)
        .await;
    broken.store(true, Ordering::SeqCst);
    let run = format!("/api/v1/sites/{site_id}/monitors/links/run");
    owner.post(&run, json!({})).await;
    after(&app, 1).await;
    let made = checks(&owner, &site_id, "links").await;
    assert_eq!(
        (made.len(), &made[0]["maintenance"], &made[0]["outcome"]),
        (2, &json!(true), &json!("warning"))
    );
    assert_eq!(score().await["value"], 100);
    assert_eq!(owner.get(&findings).await.json()["data"], json!([]));
    // The same after the window counts.
    app.step(3600);
    owner.post(&run, json!({})).await;
    after(&app, 1).await;
    assert_ne!(score().await["value"], 100);
    assert_eq!(owner.get(&findings).await.json()["data"][0]["status"], 503);
}
