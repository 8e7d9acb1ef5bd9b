//! Where an account is signed in (T28, T32).

use crate::support::{Actor, Answer, PASSWORD, TestApp};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

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

/// Signs in many times at once while a change is made. Whatever began before the change may have come through; once it was answered,
/// nothing comes any more.
async fn sign_in_during(app: &TestApp, ann: &Actor, change: impl Future<Output = Answer>) -> (Vec<Value>, Vec<Actor>) {
    let actors = (0..12).map(|_| app.anonymous()).collect::<Vec<_>>();
    let change = async {
        change.await;
        sessions(ann).await
    };
    let (at_once, _) = join(
        change,
        join_all(actors.iter().map(|actor| actor.sign_in("ann@example.org"))),
    )
    .await;
    (at_once, actors)
}

#[tokio::test]
async fn t32_a_sign_in_under_way_does_not_outlive_the_password() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    for round in 0..5 {
        let change = |from: String, to: String| {
            let body = json!({"current_password": from, "new_password": to});
            ann.put("/api/v1/me/password", body)
        };
        let (old, new) = (PASSWORD.to_owned(), format!("{PASSWORD} {round}"));
        let (at_once, actors) = sign_in_during(&app, &ann, change(old.clone(), new.clone())).await;
        assert_eq!(at_once.len(), 1, "round {round}");
        assert_eq!(sessions(&ann).await.len(), 1, "round {round}");
        for actor in actors {
            actor.get("/api/v1/me").await.expect_status(401);
        }
        change(new, old).await.expect_status(204);
    }
}

#[tokio::test]
async fn t32_of_two_changes_of_one_password_one_counts() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let thief = app.anonymous();
    thief.sign_in("ann@example.org").await.expect_status(200);
    let change = |actor: &Actor, to: &str| {
        let body = json!({"current_password": PASSWORD, "new_password": to});
        let actor = actor.clone();
        async move { actor.put("/api/v1/me/password", body).await.status }
    };
    let (ours, theirs) = join(
        change(&ann, "another password"),
        change(&thief, "a password of a thief"),
    )
    .await;
    assert_eq!(
        [ours, theirs].iter().filter(|status| **status == 204).count(),
        1,
        "{ours} {theirs}"
    );
}

#[tokio::test]
async fn t32_a_sign_in_under_way_does_not_pass_by_a_second_factor_that_was_turned_on() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    for round in 0..5 {
        let setup = ann.post("/api/v1/me/totp", json!({"password": PASSWORD})).await;
        let secret = setup.expect_status(200).json()["secret"].as_str().unwrap().to_owned();
        let secret = Secret::try_from_base32(&secret).unwrap();
        let authenticator = Builder::new().with_secret(secret).build().unwrap();
        let code = authenticator.generate(app.clock.now().as_second() as u64).to_string();
        let turn_on = async {
            ann.put("/api/v1/me/totp", json!({"code": code}))
                .await
                .expect_status(200)
        };
        let (at_once, _) = sign_in_during(&app, &ann, turn_on).await;
        assert_eq!(sessions(&ann).await.len(), at_once.len(), "round {round}");
        ann.send(
            reqwest::Method::DELETE,
            "/api/v1/me/totp",
            Some(json!({"password": PASSWORD})),
        )
        .await
        .expect_status(204);
        app.step(60);
    }
}
