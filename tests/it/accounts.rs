//! Accounts and sessions (T25, T27, T28, T32, T33, T37, T38).

use crate::support::{Actor, Answer, PASSWORD, TestApp};
use api::config::RegistrationPolicy;
use futures_util::future::join_all;
use serde_json::json;
use std::collections::BTreeMap;

fn account(email: &str) -> serde_json::Value {
    json!({"email": email, "password": PASSWORD, "name": "Ann"})
}

#[tokio::test]
async fn an_account_signs_up_signs_out_and_signs_in_again() {
    let app = TestApp::start().await;
    let ann = app.anonymous();
    let created = ann
        .post("/api/v1/accounts", account(" Ann@Example.org "))
        .await
        .expect_status(201)
        .json();
    assert_eq!(created["email"], "ann@example.org");
    assert_eq!(created["created_at"], "2026-03-10T12:00:00.000Z");
    assert_eq!(ann.get("/api/v1/me").await.expect_status(200).json(), created);
    ann.delete("/api/v1/session").await.expect_status(204);
    ann.get("/api/v1/me")
        .await
        .expect_status(401)
        .expect_problem("unauthenticated");
    let body = json!({"email": "ann@example.org", "password": PASSWORD});
    assert_eq!(
        ann.post("/api/v1/session", body).await.expect_status(200).json(),
        created
    );
    ann.get("/api/v1/me").await.expect_status(200);
}

#[tokio::test]
async fn t28_a_session_has_a_new_id_each_time_and_dies_at_sign_out() {
    let app = TestApp::start_with(|config| config.base_url = "https://stats.example.org".to_owned()).await;
    let ann = app.anonymous().with("origin", "https://stats.example.org");
    let answer = ann
        .post("/api/v1/accounts", account("ann@example.org"))
        .await
        .expect_status(201);
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    for part in [
        "__Host-vitrine=",
        "HttpOnly",
        "Secure",
        "SameSite=Lax",
        "Path=/",
        "Max-Age=2592000",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(cookie.split(';').next().unwrap().len() <= 4096);
    let secret = |answer: &Answer| {
        let cookie = answer.header("set-cookie").unwrap();
        cookie.split([';', '=']).nth(1).unwrap().to_owned()
    };
    let first = secret(&answer);
    assert!(
        !answer.text().contains(&first),
        "the session's secret is in the cookie only"
    );

    let with = |secret: &str| ann.with("cookie", &format!("__Host-vitrine={secret}"));
    with(&first).get("/api/v1/me").await.expect_status(200);
    let body = json!({"email": "ann@example.org", "password": PASSWORD});
    let answer = with(&first).post("/api/v1/session", body).await.expect_status(200);
    let second = secret(&answer);
    assert_ne!(first, second, "a new sign-in has a new session");
    with(&first).get("/api/v1/me").await.expect_status(401);
    let with_session = with(&second);
    with_session.get("/api/v1/me").await.expect_status(200);
    let out = with_session.delete("/api/v1/session").await.expect_status(204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(
        out.header("clear-site-data"),
        Some("\"cache\", \"cookies\", \"storage\"")
    );
    with_session.get("/api/v1/me").await.expect_status(401);
}

#[tokio::test]
async fn a_session_ends_after_thirty_days() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    app.step(30 * 86_400 - 1);
    ann.get("/api/v1/me").await.expect_status(200);
    app.step(1);
    ann.get("/api/v1/me").await.expect_status(401);
}

#[tokio::test]
async fn t33_an_unknown_address_and_a_wrong_password_are_answered_alike() {
    let app = TestApp::start().await;
    app.owner("ann@example.org").await;
    let stranger = app.anonymous();
    let mut answers = Vec::new();
    for email in ["ann@example.org", "nobody@example.org", "not an address"] {
        let answer = stranger
            .post(
                "/api/v1/session",
                json!({"email": email, "password": "wrong wrong wrong"}),
            )
            .await;
        let mut body = answer.expect_problem("invalid_password").json();
        body["request_id"].take();
        answers.push(body);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn t33_the_twenty_first_attempt_in_a_minute_is_refused_and_no_account_is_locked() {
    let app = TestApp::start_with(|config| config.limits.sign_in_per_minute = 20).await;
    app.owner("ann@example.org").await;
    let stranger = app.anonymous();
    let wrong = json!({"email": "ann@example.org", "password": "wrong wrong wrong"});
    // The sign-up above counts too.
    for _ in 0..19 {
        stranger.post("/api/v1/session", wrong.clone()).await.expect_status(401);
    }
    let refused = stranger
        .post("/api/v1/session", wrong)
        .await
        .expect_status(429)
        .expect_problem("rate_limited");
    assert_eq!(refused.header("retry-after"), Some("60"));
    app.step(60);
    let right = json!({"email": "ann@example.org", "password": PASSWORD});
    stranger.post("/api/v1/session", right).await.expect_status(200);
}

#[tokio::test]
async fn t25_too_long_a_password_is_refused_without_hashing() {
    let app = TestApp::start().await;
    let stranger = app.anonymous();
    let long = "x".repeat(1025);
    let body = json!({"email": "a@example.org", "password": long});
    stranger
        .post("/api/v1/session", body)
        .await
        .expect_problem("invalid")
        .expect_pointers(&["/password"]);
    let body = json!({"email": "a@example.org", "password": long, "name": "A"});
    stranger
        .post("/api/v1/accounts", body)
        .await
        .expect_problem("invalid")
        .expect_pointers(&["/password"]);
}

#[tokio::test]
async fn t25_a_flood_of_sign_ins_is_bounded() {
    let app = TestApp::start().await;
    app.owner("ann@example.org").await;
    let stranger = app.anonymous();
    let wrong = json!({"email": "ann@example.org", "password": "wrong wrong wrong"});
    let flood = join_all((0..300).map(|_| stranger.post("/api/v1/session", wrong.clone())));
    let answers = flood.await;
    let busy = answers.iter().filter(|answer| answer.status == 503).collect::<Vec<_>>();
    assert!(answers.iter().all(|answer| matches!(answer.status, 401 | 503)));
    assert!(!busy.is_empty(), "the queue holds 18");
    for answer in busy {
        let answer = answer.clone().expect_problem("unavailable");
        assert_eq!(answer.header("retry-after"), Some("2"));
    }
}

#[tokio::test]
async fn t27_a_write_with_a_cookie_comes_from_our_own_pages() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let path = format!("/api/v1/sites/{site_id}");
    let foreign = [
        ann.with("origin", "https://evil.example"),
        ann.with("origin", "null"),
        ann.without("origin"),
        ann.with("sec-fetch-site", "cross-site"),
        ann.with("sec-fetch-site", "same-site"),
    ];
    for actor in &foreign {
        actor.delete(&path).await.expect_status(403).expect_problem("forbidden");
        actor.patch(&path, json!({"timezone": "UTC"})).await.expect_status(403);
    }
    let body = json!({"email": "ann@example.org", "password": PASSWORD});
    foreign[0].post("/api/v1/session", body).await.expect_status(403);
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let body = br#"{"timezone":"UTC"}"#.to_vec();
        ann.send_bytes(reqwest::Method::PATCH, &path, kind, body)
            .await
            .expect_problem("unsupported_media_type");
    }
    assert_eq!(
        ann.get(&path).await.expect_status(200).json()["timezone"],
        "Europe/Berlin"
    );
}

#[tokio::test]
async fn t32_a_new_password_ends_every_other_session() {
    let app = TestApp::start().await;
    let ann = app.owner("ann@example.org").await;
    let other = app.anonymous();
    other
        .post(
            "/api/v1/session",
            json!({"email": "ann@example.org", "password": PASSWORD}),
        )
        .await
        .expect_status(200);
    let wrong = json!({"current_password": "not the password", "new_password": "another long password"});
    ann.put("/api/v1/me/password", wrong)
        .await
        .expect_problem("invalid")
        .expect_pointers(&["/current_password"]);
    other.get("/api/v1/me").await.expect_status(200);
    let right = json!({"current_password": PASSWORD, "new_password": "another long password"});
    ann.put("/api/v1/me/password", right).await.expect_status(204);
    ann.get("/api/v1/me").await.expect_status(200);
    other.get("/api/v1/me").await.expect_status(401);
    let old = json!({"email": "ann@example.org", "password": PASSWORD});
    other.post("/api/v1/session", old).await.expect_status(401);
}

#[tokio::test]
async fn t32_a_deleted_account_takes_sessions_sites_keys_and_links_with_it() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let key = ann.add_key(&["sites:read"], None).await;
    let token = ann.add_link(&site_id, "Client").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let wrong = json!({"password": "not the password"});
    ann.send(reqwest::Method::DELETE, "/api/v1/me", Some(wrong))
        .await
        .expect_problem("invalid");
    let right = json!({"password": PASSWORD});
    ann.send(reqwest::Method::DELETE, "/api/v1/me", Some(right))
        .await
        .expect_status(204);
    ann.get("/api/v1/me").await.expect_status(401);
    ann.with_key(&key).get("/api/v1/sites").await.expect_status(401);
    ann.with_token(&token)
        .get("/api/v1/share/example.org")
        .await
        .expect_problem("link_not_found");
    app.owner("owner@example.org").await.add_site("example.org").await;
}

/// Everything that an account can have: sessions, keys, sites with links and members, memberships, invitations.
async fn settle(app: &TestApp) -> (Actor, String) {
    let (ann, site_id) = app.owner_of("example.org").await;
    app.anonymous().sign_in("owner@example.org").await.expect_status(200);
    ann.add_key(&["sites:read"], None).await;
    ann.add_key(&["sites:read"], Some(&site_id)).await;
    ann.add_link(&site_id, "Client").await;
    app.viewer_of(&ann, &site_id, "bob@example.net").await;
    ann.invite(&site_id, Some("carl@example.com")).await;
    let offer = json!({"email": "dora@example.com"});
    let transfer = format!("/api/v1/sites/{site_id}/transfer");
    ann.post(&transfer, offer).await.expect_status(201);
    let (eve, other_id) = app.owner_of("example.com").await;
    ann.accept(&eve.invite(&other_id, None).await).await.expect_status(200);
    let password = json!({"password": PASSWORD});
    ann.post("/api/v1/me/totp", password).await.expect_status(200);
    (ann, site_id)
}

async fn leave(actor: &Actor) -> Answer {
    let body = json!({"password": PASSWORD});
    actor.send(reqwest::Method::DELETE, "/api/v1/me", Some(body)).await
}

#[tokio::test]
async fn t32_nothing_of_a_deleted_account_is_left_but_ids_in_the_audit_log() {
    let app = TestApp::start().await;
    let (ann, site_id) = settle(&app).await;
    let id = ann.account_id().await;
    let holding = |rows: &BTreeMap<String, Vec<String>>, word: &str| {
        let tables = rows
            .iter()
            .filter(|(_, rows)| rows.iter().any(|row| row.contains(word)));
        tables.map(|(table, _)| table.clone()).collect::<Vec<_>>()
    };
    let before = app.rows().await;
    let of_account = [
        "accounts",
        "api_keys",
        "audit_log",
        "invitations",
        "second_factors",
        "server_facts",
    ];
    let of_account = [&of_account[..], &["sessions", "site_members"]].concat();
    assert_eq!(holding(&before, &id), of_account);
    leave(&ann).await.expect_status(204);
    let after = app.rows().await;
    // Who was first stays written as long as anyone is there, so that nobody becomes the first again.
    assert_eq!(holding(&after, &id), ["audit_log", "server_facts"]);
    // A dead link's row keeps the hash of its token, so that it is never issued again.
    assert_eq!(holding(&after, &site_id), ["audit_log", "share_links"]);
    for word in ["owner@example.org", "carl@example.com", "dora@example.com", "Client"] {
        assert_eq!(holding(&after, word), Vec::<String>::new(), "{word}");
    }
    assert_eq!(holding(&after, "bob@example.net"), ["accounts"]);
}

#[tokio::test]
async fn t32_an_account_is_deleted_whole_or_not_at_all() {
    let app = TestApp::start().await;
    let (ann, _) = settle(&app).await;
    let before = app.rows().await;
    // The last statement of the transaction fails.
    app.execute("ALTER TABLE audit_log RENAME TO lost_log").await;
    leave(&ann).await.expect_status(500).expect_problem("internal");
    app.execute("ALTER TABLE lost_log RENAME TO audit_log").await;
    app.assert_unchanged(&before, "a deletion that fails").await;
    ann.get("/api/v1/me").await.expect_status(200);
    leave(&ann).await.expect_status(204);
    ann.get("/api/v1/me").await.expect_status(401);
}

#[tokio::test]
async fn t38_there_is_one_first_account_also_after_a_restart() {
    let first = |config: &mut api::config::Config| config.registration = RegistrationPolicy::First;
    let app = TestApp::start_with(first).await;
    let ann = app.owner("ann@example.org").await;
    let app = app.restart_with(first).await;
    let late = app
        .anonymous()
        .post("/api/v1/accounts", account("late@example.org"))
        .await;
    late.expect_status(403).expect_problem("forbidden");
    drop(ann);
    // When the last one has left, the server is as new.
    let ann = app.anonymous();
    ann.sign_in("ann@example.org").await.expect_status(200);
    leave(&ann).await.expect_status(204);
    app.anonymous()
        .post("/api/v1/accounts", account("new@example.org"))
        .await
        .expect_status(201);
}

#[tokio::test]
async fn t38_twenty_first_sign_ups_at_once_make_one_owner() {
    let app = TestApp::start_with(|config| config.registration = RegistrationPolicy::First).await;
    let open = app
        .anonymous()
        .get("/api/v1/registration")
        .await
        .expect_status(200)
        .json();
    assert_eq!(open, json!({"open": true, "first": true}));
    let actors = (0..20).map(|_| app.anonymous()).collect::<Vec<_>>();
    let posts = actors
        .iter()
        .enumerate()
        .map(|(n, actor)| actor.post("/api/v1/accounts", account(&format!("a{n}@example.org"))));
    let answers = join_all(posts).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    // The password queue holds eighteen: who finds it full is told to come back, and would find registration closed.
    let others = answers.iter().filter(|answer| answer.status != 201);
    others.for_each(|answer| assert!(matches!(answer.status, 403 | 503), "{}", answer.text()));
    let late = app
        .anonymous()
        .post("/api/v1/accounts", account("late@example.org"))
        .await;
    late.expect_status(403).expect_problem("forbidden");
    let open = app
        .anonymous()
        .get("/api/v1/registration")
        .await
        .expect_status(200)
        .json();
    assert_eq!(open, json!({"open": false, "first": false}));
}

#[tokio::test]
async fn registration_can_be_closed() {
    let app = TestApp::start_with(|config| config.registration = RegistrationPolicy::Closed).await;
    let answer = app
        .anonymous()
        .post("/api/v1/accounts", account("ann@example.org"))
        .await;
    answer.expect_status(403).expect_problem("forbidden");
}

#[tokio::test]
async fn a_taken_address_is_a_conflict() {
    let app = TestApp::start().await;
    app.owner("ann@example.org").await;
    let again = app
        .anonymous()
        .post("/api/v1/accounts", account("ANN@example.org"))
        .await;
    again.expect_status(409).expect_problem("conflict");
}

#[tokio::test]
async fn t37_wrong_fields_are_named_together() {
    let app = TestApp::start().await;
    let stranger = app.anonymous();
    let body = json!({"email": "nobody", "password": "short", "name": "  "});
    let answer = stranger.post("/api/v1/accounts", body).await;
    answer
        .expect_status(422)
        .expect_problem("invalid")
        .expect_pointers(&["/email", "/password", "/name"]);
    for (body, pointer) in [
        (
            json!({"email": "a@example.org", "password": PASSWORD, "name": "A", "is_admin": true}),
            "/is_admin",
        ),
        (json!({"email": "a@example.org", "password": PASSWORD}), "/name"),
        (json!({"email": 1, "password": PASSWORD, "name": "A"}), "/email"),
    ] {
        let answer = stranger.post("/api/v1/accounts", body).await;
        answer
            .expect_status(422)
            .expect_problem("invalid")
            .expect_pointers(&[pointer]);
    }
}
