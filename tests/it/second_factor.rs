//! The second factor: codes of an authenticator, recovery codes, and no way around either.

use crate::support::{Actor, Answer, PASSWORD, TestApp};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

const EMAIL: &str = "ann@example.org";

/// What the authenticator that scanned the secret shows now.
fn shown(app: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let authenticator = Builder::new().with_secret(secret).build().unwrap();
    authenticator.generate(app.clock.now().as_second() as u64).to_string()
}

async fn confirmed(actor: &Actor, method: Method, path: &str) -> Answer {
    let body = json!({"password": PASSWORD});
    actor.send(method, path, Some(body)).await
}

/// Turns the second factor on; answers the secret and the recovery codes.
async fn turn_on(app: &TestApp, actor: &Actor) -> (String, Vec<String>) {
    let setup = confirmed(actor, Method::POST, "/api/v1/me/totp")
        .await
        .expect_status(200);
    let secret = setup.json()["secret"].as_str().unwrap().to_owned();
    let body = json!({"code": shown(app, &secret)});
    let codes = actor.put("/api/v1/me/totp", body).await.expect_status(200).json();
    (secret, texts(&codes))
}

fn texts(codes: &Value) -> Vec<String> {
    let codes = codes["recovery_codes"].as_array().unwrap();
    codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

async fn sign_in(app: &TestApp, code: Option<&str>) -> Answer {
    let body = json!({"email": EMAIL, "password": PASSWORD, "code": code});
    app.anonymous().post("/api/v1/session", body).await
}

#[tokio::test]
async fn signing_in_asks_for_a_code_once_the_second_factor_is_on() {
    let app = TestApp::start().await;
    let ann = app.owner(EMAIL).await;
    let setup = confirmed(&ann, Method::POST, "/api/v1/me/totp")
        .await
        .expect_status(200)
        .json();
    let secret = setup["secret"].as_str().unwrap();
    let url = format!("otpauth://totp/Vitrine:ann%40example.org?secret={secret}&issuer=Vitrine");
    assert_eq!(setup["otpauth_url"], url);
    assert!(setup["qr"].as_str().unwrap().starts_with("data:image/svg+xml;base64,"));
    assert_eq!(ann.get("/api/v1/me").await.json()["totp"], false);
    sign_in(&app, None).await.expect_status(200);
    // A second secret takes the place of the first, which nobody confirmed.
    let (newer, recovery) = turn_on(&app, &ann).await;
    assert_ne!(newer, secret);
    assert_eq!(ann.get("/api/v1/me").await.json()["totp"], true);

    let refused = sign_in(&app, None).await.expect_status(401);
    assert_eq!(refused.header("set-cookie"), None);
    refused.expect_problem("second_factor_required");
    let wrong = json!({"email": EMAIL, "password": "not the password", "code": shown(&app, &newer)});
    let answer = app.anonymous().post("/api/v1/session", wrong).await;
    answer.expect_problem("invalid_password");
    app.step(30);
    sign_in(&app, Some(&shown(&app, secret)))
        .await
        .expect_problem("invalid_code");
    let account = sign_in(&app, Some(&shown(&app, &newer)))
        .await
        .expect_status(200)
        .json();
    assert_eq!(account["totp"], true);
    app.assert_stored_nowhere(&[&newer, &recovery[0], &recovery[0].replace('-', "")])
        .await;
}

#[tokio::test]
async fn a_code_is_good_once_and_for_a_minute_and_a_half() {
    let app = TestApp::start().await;
    let ann = app.owner(EMAIL).await;
    let (secret, _) = turn_on(&app, &ann).await;
    let at_start = shown(&app, &secret);
    sign_in(&app, Some(&at_start)).await.expect_problem("invalid_code");
    app.step(60);
    let code = shown(&app, &secret);
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    sign_in(&app, Some(&spaced)).await.expect_status(200);
    sign_in(&app, Some(&code)).await.expect_problem("invalid_code");
    app.step(30);
    // The code of the step before is older than the one that was taken.
    sign_in(&app, Some(&code)).await.expect_problem("invalid_code");
    let late = shown(&app, &secret);
    app.step(30);
    sign_in(&app, Some(&late)).await.expect_status(200);
    app.step(120);
    let old = shown(&app, &secret);
    app.step(60);
    sign_in(&app, Some(&old)).await.expect_problem("invalid_code");
}

#[tokio::test]
async fn a_code_sent_many_times_at_once_signs_in_once() {
    let app = TestApp::start().await;
    let ann = app.owner(EMAIL).await;
    let (secret, recovery) = turn_on(&app, &ann).await;
    app.step(60);
    for code in [shown(&app, &secret), recovery[3].clone()] {
        let answers = join_all((0..5).map(|_| sign_in(&app, Some(&code)))).await;
        let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((count(200), count(401)), (1, 4), "{code}");
        app.step(60);
    }
}

#[tokio::test]
async fn recovery_codes_renewed_many_times_at_once_are_ten() {
    let app = TestApp::start().await;
    let ann = app.owner(EMAIL).await;
    turn_on(&app, &ann).await;
    let renewals = (0..8).map(|_| confirmed(&ann, Method::POST, "/api/v1/me/totp/recovery-codes"));
    let answers = join_all(renewals).await;
    answers.into_iter().for_each(|answer| drop(answer.expect_status(200)));
    assert_eq!(app.rows().await["recovery_codes"].len(), 10);
}

#[tokio::test]
async fn a_recovery_code_signs_in_once() {
    let app = TestApp::start().await;
    let ann = app.owner(EMAIL).await;
    let (_, recovery) = turn_on(&app, &ann).await;
    assert_eq!(recovery.len(), 10);
    assert!(
        recovery
            .iter()
            .all(|code| code.len() == 11 && code.as_bytes()[5] == b'-')
    );
    sign_in(&app, Some(&recovery[0].to_uppercase()))
        .await
        .expect_status(200);
    sign_in(&app, Some(&recovery[0])).await.expect_problem("invalid_code");
    sign_in(&app, Some(&recovery[1].replace('-', "")))
        .await
        .expect_status(200);

    let renewed = confirmed(&ann, Method::POST, "/api/v1/me/totp/recovery-codes").await;
    let renewed = texts(&renewed.expect_status(200).json());
    app.step(60);
    sign_in(&app, Some(&recovery[2])).await.expect_problem("invalid_code");
    sign_in(&app, Some(&renewed[2])).await.expect_status(200);
    // Codes are an account's own.
    let bob = app.owner("bob@example.net").await;
    turn_on(&app, &bob).await;
    let body = json!({"email": "bob@example.net", "password": PASSWORD, "code": renewed[3]});
    let answer = app.anonymous().post("/api/v1/session", body).await;
    answer.expect_problem("invalid_code");
}

#[tokio::test]
async fn codes_are_counted_before_they_are_looked_at() {
    let app = TestApp::start_with(|config| config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    let ann = app.owner(EMAIL).await;
    let (secret, _) = turn_on(&app, &ann).await;
    app.step(60);
    let try_from = |address: String, code: String| {
        let actor = app.anonymous().with("x-forwarded-for", &address);
        let body = json!({"email": EMAIL, "password": PASSWORD, "code": code});
        async move { actor.post("/api/v1/session", body).await }
    };
    for _ in 0..5 {
        let answer = try_from("203.0.113.1".to_owned(), "000000".to_owned()).await;
        answer.expect_problem("invalid_code");
    }
    let right = shown(&app, &secret);
    let refused = try_from("203.0.113.1".to_owned(), right.clone())
        .await
        .expect_status(429);
    assert_eq!(refused.expect_problem("rate_limited").header("retry-after"), Some("60"));
    // Without a code nothing is tried, and another address has tries of its own, up to twenty an account.
    let none = json!({"email": EMAIL, "password": PASSWORD});
    let answer = app
        .anonymous()
        .with("x-forwarded-for", "203.0.113.1")
        .post("/api/v1/session", none)
        .await;
    answer.expect_problem("second_factor_required");
    for n in 0..15 {
        let answer = try_from(format!("198.51.100.{n}"), "000000".to_owned()).await;
        answer.expect_problem("invalid_code");
    }
    try_from("198.51.100.99".to_owned(), right.clone())
        .await
        .expect_status(429);
    app.step(60);
    let right = shown(&app, &secret);
    try_from("203.0.113.1".to_owned(), right).await.expect_status(200);
}

#[tokio::test]
async fn the_second_factor_is_turned_on_and_off_with_proof() {
    let app = TestApp::start().await;
    let ann = app.owner(EMAIL).await;
    let wrong = || Some(json!({"password": "not the password"}));
    for (method, path) in [
        (Method::POST, "/api/v1/me/totp"),
        (Method::DELETE, "/api/v1/me/totp"),
        (Method::POST, "/api/v1/me/totp/recovery-codes"),
    ] {
        let answer = ann.send(method, path, wrong()).await;
        answer.expect_problem("invalid").expect_pointers(&["/password"]);
    }
    let early = ann.put("/api/v1/me/totp", json!({"code": "123456"})).await;
    early.expect_status(409).expect_problem("conflict");
    for (method, path) in [
        (Method::DELETE, "/api/v1/me/totp"),
        (Method::POST, "/api/v1/me/totp/recovery-codes"),
    ] {
        confirmed(&ann, method, path).await.expect_problem("conflict");
    }
    confirmed(&ann, Method::POST, "/api/v1/me/totp")
        .await
        .expect_status(200);
    confirmed(&ann, Method::POST, "/api/v1/me/totp/recovery-codes")
        .await
        .expect_problem("conflict");
    let answer = ann.put("/api/v1/me/totp", json!({"code": "12345"})).await;
    answer.expect_problem("invalid").expect_pointers(&["/code"]);
    assert_eq!(ann.get("/api/v1/me").await.json()["totp"], false);

    turn_on(&app, &ann).await;
    confirmed(&ann, Method::POST, "/api/v1/me/totp")
        .await
        .expect_problem("conflict");
    ann.put("/api/v1/me/totp", json!({"code": "123456"}))
        .await
        .expect_problem("conflict");
    confirmed(&ann, Method::DELETE, "/api/v1/me/totp")
        .await
        .expect_status(204);
    assert_eq!(ann.get("/api/v1/me").await.json()["totp"], false);
    sign_in(&app, None).await.expect_status(200);
    // On again, with nothing left of the old one.
    app.step(60);
    let (secret, _) = turn_on(&app, &ann).await;
    app.step(30);
    sign_in(&app, Some(&shown(&app, &secret))).await.expect_status(200);
}

#[tokio::test]
async fn a_restart_forgets_no_code_that_was_taken() {
    let app = TestApp::start().await;
    let ann = app.owner(EMAIL).await;
    let (secret, recovery) = turn_on(&app, &ann).await;
    let code = shown(&app, &secret);
    let app = app.restart().await;
    sign_in(&app, Some(&code)).await.expect_problem("invalid_code");
    sign_in(&app, Some(&recovery[9])).await.expect_status(200);
}
