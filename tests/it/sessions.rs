//! Where an account is signed in (T28, T32).

use crate::support::{Actor, TestApp};
use serde_json::Value;

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

async fn sessions(actor: &Actor) -> Vec<Value> {
    let list = actor.get("/api/v1/me/sessions").await.expect_status(200).json();
    list["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn sessions_are_listed_in_words_newest_first() {
    let app = TestApp::start().await;
    app.owner("ann@example.org").await;
    app.owner("bob@example.net").await;
    app.step(61);
    let firefox = app.anonymous().with("user-agent", FIREFOX);
    firefox.sign_in("ann@example.org").await.expect_status(200);
    app.step(90);
    let phone = app.anonymous().with("user-agent", SAFARI);
    phone.sign_in("ann@example.org").await.expect_status(200);

    let list = sessions(&phone).await;
    let column = |name: &str| list.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!(
        column("user_agent"),
        [
            Value::from("Safari on iOS"),
            Value::from("Firefox on Windows"),
            Value::Null
        ]
    );
    assert_eq!(column("current"), [true, false, false]);
    assert_eq!(list[0]["created_at"], "2026-03-10T12:02:31.000Z");
    assert_eq!(list[0]["last_used_at"], list[0]["created_at"]);
    for row in &list {
        assert_eq!(row.as_object().unwrap().len(), 5, "{row}");
        assert!(row["id"].as_str().unwrap().starts_with("ses_"), "{row}");
    }
    app.assert_stored_nowhere(&["Gecko", "140.0", "rv:140"]).await;
    let page = phone.get("/api/v1/me/sessions?limit=2").await.expect_status(200).json();
    let next = page["next_cursor"].as_str().unwrap();
    let rest = phone.get(&format!("/api/v1/me/sessions?limit=2&cursor={next}")).await;
    let rest = rest.expect_status(200).json();
    assert_eq!(rest["data"].as_array().unwrap()[..], list[2..]);
    assert_eq!(rest["next_cursor"], Value::Null);
}

#[tokio::test]
async fn the_last_use_is_kept_to_the_minute() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let other = app.anonymous();
    other.sign_in("ann@example.org").await.expect_status(200);
    let used = || async {
        let list = sessions(&other).await;
        let theirs = list.into_iter().find(|row| row["current"] == false).unwrap();
        theirs["last_used_at"].as_str().unwrap().to_owned()
    };
    app.step(59);
    ann.get("/api/v1/me").await.expect_status(200);
    assert_eq!(used().await, "2026-03-10T12:00:00.000Z");
    app.step(66);
    assert_eq!(used().await, "2026-03-10T12:00:00.000Z", "it was not used since");
    ann.get("/api/v1/me").await.expect_status(200);
    assert_eq!(used().await, "2026-03-10T12:02:00.000Z", "at five seconds past");
}

#[tokio::test]
async fn an_ended_session_is_refused_by_the_next_request() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let [phone, tablet] = [app.anonymous(), app.anonymous()];
    for actor in [&phone, &tablet] {
        actor.sign_in("ann@example.org").await.expect_status(200);
    }
    let bob = app.owner("bob@example.net").await;
    let id = sessions(&phone)
        .await
        .into_iter()
        .find(|row| row["current"] == true)
        .unwrap();
    let path = format!("/api/v1/me/sessions/{}", id["id"].as_str().unwrap());
    bob.delete(&path).await.expect_status(404).expect_problem("not_found");
    phone.get("/api/v1/me").await.expect_status(200);
    ann.delete(&path).await.expect_status(204);
    phone.get("/api/v1/me").await.expect_status(401);
    ann.delete(&path).await.expect_status(404);
    ann.delete("/api/v1/me/sessions").await.expect_status(204);
    tablet.get("/api/v1/me").await.expect_status(401);
    assert_eq!(sessions(&ann).await.len(), 1);
    bob.get("/api/v1/me").await.expect_status(200);
}

#[tokio::test]
async fn a_session_that_is_over_is_not_listed() {
    let app = TestApp::start().await;
    app.owner("ann@example.org").await;
    app.step(29 * 86_400);
    let ann = app.anonymous();
    ann.sign_in("ann@example.org").await.expect_status(200);
    assert_eq!(sessions(&ann).await.len(), 2);
    app.step(86_400);
    assert_eq!(sessions(&ann).await.len(), 1);
}
