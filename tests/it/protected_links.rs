//! Passwords, grants and expiry of share links (T1, T3, T5, T10, T11, T12, T24, T25).

use crate::authorisation_matrix::MATRIX;
use crate::support::{Actor, Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const PASSWORD: &str = "Grüße an alle 12";

struct Protected {
    app: TestApp,
    ann: Actor,
    site_id: String,
    link: Value,
}

impl Protected {
    async fn start() -> Self {
        let app = TestApp::start_with(|config| config.limits.resolve_per_minute = 10_000).await;
        let (ann, site_id) = app.owner_of("example.org").await;
        let link = ann
            .add_link_with(&site_id, json!({"name": "Client", "password": PASSWORD}))
            .await;
        Self {
            app,
            ann,
            site_id,
            link,
        }
    }

    fn client(&self) -> Actor {
        self.app.anonymous().with_token(self.link["token"].as_str().unwrap())
    }

    fn own(&self) -> String {
        format!(
            "/api/v1/sites/{}/share-links/{}",
            self.site_id,
            self.link["id"].as_str().unwrap()
        )
    }

    async fn unlock(&self, password: &str) -> Answer {
        self.client()
            .post("/api/v1/share/example.org/unlock", json!({"password": password}))
            .await
    }

    async fn granted(&self) -> Actor {
        let grant = self.unlock(PASSWORD).await.expect_status(200).json();
        self.app.anonymous().with_token(grant["grant"].as_str().unwrap())
    }

    async fn ask(&self, actor: &Actor) -> Answer {
        let query = json!({"metrics": ["visitors"], "date_range": "7d"});
        actor
            .post(&format!("/api/v1/sites/{}/query", self.site_id), query)
            .await
    }
}

#[tokio::test]
async fn t1_a_protected_link_says_nothing_before_it_is_unlocked() {
    let here = Protected::start().await;
    assert_eq!(here.link["protected"], true);
    let locked = here.client().get("/api/v1/share/example.org").await.expect_status(401);
    let body = locked.clone().expect_problem("password_required").text();
    assert_eq!(locked.header("www-authenticate"), Some("SharePassword"));
    for secret in [
        here.site_id.as_str(),
        "Europe/Berlin",
        "data:image",
        "favicon",
        "Client",
    ] {
        assert!(!body.contains(secret), "{body}");
    }
    let granted = here.granted().await;
    let site = granted.get("/api/v1/share/example.org").await.expect_status(200).json();
    assert_eq!(site.as_object().unwrap().len(), 4);
    assert_eq!(site["domain"], "example.org");
    here.ask(&granted).await.expect_status(200);
}

#[tokio::test]
async fn t5_no_route_of_a_protected_link_answers_without_its_grant() {
    let here = Protected::start().await;
    let token = here.link["token"].as_str().unwrap();
    // Whatever the matrix lets a recipient ask; whether the goal or the visit is there does not come up.
    let opened = MATRIX
        .iter()
        .filter(|row| matches!(row.3[3], 200 | 422) && row.2.contains("{site_id}"));
    let paths = opened.map(|row| row.2.split('?').next().unwrap().replace("{site_id}", &here.site_id));
    let mut data: Vec<String> = paths.map(|path| path.replace(['{', '}'], "")).collect();
    assert!(data.len() >= 15, "{data:?}");
    data.push("/api/v1/share/example.org".to_owned());
    let query = json!({"metrics": ["visitors"], "date_range": "7d", "queries": [{"metrics": ["visitors"], "date_range": "7d"}]});
    for path in &data {
        let doubled = path.replace("/api/v1/", "/api/v1//");
        let dotted = path.replace("/v1/", "/%2e/v1/");
        let forms = [
            path.clone(),
            format!("{path}.json"),
            format!("{path}.csv"),
            format!("{path}/"),
            doubled,
            dotted,
            format!("{path}?auth={token}"),
            format!("{path}?grant=1&password=x"),
        ];
        for form in forms {
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS] {
                let body = (method == Method::POST || method == Method::PUT).then(|| query.clone());
                let answer = here.client().send(method.clone(), &form, body).await;
                assert!(
                    matches!(answer.status, 401 | 403 | 404 | 405),
                    "{method} {form}: {}",
                    answer.status
                );
                for shown in ["results", "timezone", "favicon", "visitors\":", "\"data\":", "event:"] {
                    assert!(!answer.text().contains(shown), "{method} {form}: {}", answer.text());
                }
            }
        }
    }
}

#[tokio::test]
async fn t10_a_password_that_cannot_be_taken_leaves_no_link() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let path = format!("/api/v1/sites/{site_id}/share-links");
    for password in [json!(""), json!("x".repeat(1025)), json!(5), json!(["a"])] {
        let answer = ann.post(&path, json!({"name": "Client", "password": password})).await;
        answer
            .expect_status(422)
            .expect_problem("invalid")
            .expect_pointers(&["/password"]);
    }
    app.execute("ALTER TABLE audit_log RENAME TO lost_log").await;
    ann.post(&path, json!({"name": "Client", "password": PASSWORD}))
        .await
        .expect_status(500);
    app.execute("ALTER TABLE lost_log RENAME TO audit_log").await;
    assert_eq!(ann.get(&path).await.json()["data"], json!([]), "no row, no open link");

    let here = Protected::start().await;
    here.ann
        .patch(&here.own(), json!({"password": "x".repeat(1025)}))
        .await
        .expect_status(422);
    here.app.execute("ALTER TABLE audit_log RENAME TO lost_log").await;
    here.ann
        .patch(&here.own(), json!({"password": null}))
        .await
        .expect_status(500);
    here.app.execute("ALTER TABLE lost_log RENAME TO audit_log").await;
    here.client().get("/api/v1/share/example.org").await.expect_status(401);
    here.unlock(PASSWORD).await.expect_status(200);
}

#[tokio::test]
async fn t11_a_password_is_compared_exactly() {
    let here = Protected::start().await;
    let right = here.unlock(PASSWORD).await.expect_status(200).json();
    assert_eq!(right["expires_at"], "2026-03-11T12:00:00.000Z");
    assert_eq!(right.as_object().unwrap().len(), 2);
    let decomposed = PASSWORD.replace('ü', "u\u{308}");
    let upper = PASSWORD.to_uppercase();
    for wrong in ["", "Grüße an alle 12 ", " Grüße an alle 12", &decomposed, &upper] {
        let answer = here.unlock(wrong).await.expect_status(401);
        let problem = answer.expect_problem("invalid_password").json();
        assert_eq!(problem["detail"], "Incorrect password. Please try again.");
        here.app.step(60);
    }
    here.unlock(&"x".repeat(1025))
        .await
        .expect_status(422)
        .expect_pointers(&["/password"]);
    for body in [
        json!({}),
        json!({"password": null}),
        json!({"password": "x", "domain": "y"}),
    ] {
        here.client()
            .post("/api/v1/share/example.org/unlock", body)
            .await
            .expect_status(422);
    }
    let open = here.ann.add_link(&here.site_id, "Open").await;
    let client = here.app.anonymous().with_token(open["token"].as_str().unwrap());
    let grant = client
        .post("/api/v1/share/example.org/unlock", json!({"password": ""}))
        .await;
    let grant = grant.expect_status(200).json()["grant"].as_str().unwrap().to_owned();
    here.ask(&here.app.anonymous().with_token(&grant))
        .await
        .expect_status(200);
    for (token, domain) in [
        ("0123456789ab", "example.org"),
        (here.link["token"].as_str().unwrap(), "example.net"),
    ] {
        let answer = here.app.anonymous().with_token(token);
        let answer = answer
            .post(&format!("/api/v1/share/{domain}/unlock"), json!({"password": PASSWORD}))
            .await;
        answer.expect_status(404).expect_problem("link_not_found");
    }
}

#[tokio::test]
async fn t11_another_password_or_segment_ends_every_grant() {
    let here = Protected::start().await;
    let page = json!([["is", "event:page", ["/"]]]);
    let segment = here.ann.add_segment(&here.site_id, "Home", page).await["id"].clone();
    for (change, ends) in [
        (json!({"name": "Renamed"}), false),
        (
            json!({"expires_at": "2027-01-01T00:00:00Z", "frame_ancestors": ["*"]}),
            false,
        ),
        (json!({"segment_id": segment}), true),
        (json!({"segment_id": segment}), false),
        (json!({"segment_id": null}), true),
        (json!({"password": PASSWORD}), true),
    ] {
        let granted = here.granted().await;
        here.ann.patch(&here.own(), change.clone()).await.expect_status(200);
        let answer = here.ask(&granted).await;
        match ends {
            true => drop(answer.expect_status(401).expect_problem("password_required")),
            false => drop(answer.expect_status(200)),
        }
    }
    let granted = here.granted().await;
    here.ann
        .patch(&here.own(), json!({"password": "another one, longer"}))
        .await
        .expect_status(200);
    here.ask(&granted).await.expect_status(401);
    here.unlock(PASSWORD).await.expect_status(401);
    here.unlock("another one, longer").await.expect_status(200);
    let opened = here
        .ann
        .patch(&here.own(), json!({"password": null}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(
        (&opened["protected"], &opened["token"]),
        (&json!(false), &here.link["token"])
    );
    here.ask(&here.client()).await.expect_status(200);
}

#[tokio::test]
async fn t12_a_grant_is_good_for_its_link_and_its_day() {
    let here = Protected::start().await;
    let grant = here.unlock(PASSWORD).await.json()["grant"].as_str().unwrap().to_owned();
    let (_, other_id) = here.app.owner_of("example.net").await;
    let with = |grant: &str| here.app.anonymous().with_token(grant);
    let query = json!({"metrics": ["visitors"], "date_range": "7d"});
    let foreign = with(&grant)
        .post(&format!("/api/v1/sites/{other_id}/query"), query)
        .await;
    foreign.expect_status(401).expect_problem("password_required");
    with(&grant).get("/api/v1/share/example.net").await.expect_status(401);
    let last = if grant.ends_with('A') { "B" } else { "A" };
    let flipped = format!("{}{last}", &grant[..grant.len() - 1]);
    let upper = grant.to_uppercase();
    let long = format!("vg_{}", "A".repeat(4000));
    for tampered in [
        flipped.as_str(),
        "vg_",
        "vg_AAAA",
        &grant[..grant.len() / 2],
        &long,
        "vg_eyJhbGciOiJub25lIn0.e30.",
    ] {
        let answer = here.ask(&with(tampered)).await;
        answer.expect_status(401).expect_problem("password_required");
    }
    here.ask(&with(&upper)).await.expect_status(404);
    here.app.step(24 * 60 * 60 - 1);
    here.ask(&with(&grant)).await.expect_status(200);
    here.app.step(1);
    here.ask(&with(&grant))
        .await
        .expect_status(401)
        .expect_problem("password_required");
}

#[tokio::test]
async fn t3_a_revoked_link_is_dead_for_its_grants_too() {
    let here = Protected::start().await;
    let granted = here.granted().await;
    here.ask(&granted).await.expect_status(200);
    here.ann.delete(&here.own()).await.expect_status(204);
    here.ask(&granted)
        .await
        .expect_status(404)
        .expect_problem("link_not_found");
    granted
        .get("/api/v1/share/example.org")
        .await
        .expect_status(404)
        .expect_problem("link_not_found");
    here.unlock(PASSWORD)
        .await
        .expect_status(404)
        .expect_problem("link_not_found");
}

#[tokio::test]
async fn an_expired_link_is_dead_and_keeps_its_slot() {
    let here = Protected::start().await;
    let links = format!("/api/v1/sites/{}/share-links", here.site_id);
    for wrong in ["2026-03-10T12:00:00Z", "yesterday", "2026-03-11"] {
        let answer = here
            .ann
            .post(&links, json!({"name": "Late", "expires_at": wrong}))
            .await;
        answer.expect_status(422).expect_pointers(&["/expires_at"]);
    }
    let changed = here
        .ann
        .patch(&here.own(), json!({"expires_at": "2026-03-10T14:00:00+01:00"}))
        .await;
    assert_eq!(
        changed.expect_status(200).json()["expires_at"],
        "2026-03-10T13:00:00.000Z"
    );
    let grant = here.unlock(PASSWORD).await.expect_status(200).json();
    assert_eq!(
        grant["expires_at"], "2026-03-10T13:00:00.000Z",
        "no grant outlives its link"
    );
    let granted = here.app.anonymous().with_token(grant["grant"].as_str().unwrap());
    here.app.step(3599);
    here.ask(&granted).await.expect_status(200);
    here.app.step(1);
    here.ask(&granted)
        .await
        .expect_status(404)
        .expect_problem("link_not_found");
    here.client().get("/api/v1/share/example.org").await.expect_status(404);
    here.unlock(PASSWORD).await.expect_status(404);
    let listed = here.ann.get(&links).await.json()["data"][0].clone();
    assert_eq!(listed["expires_at"], "2026-03-10T13:00:00.000Z");
    here.ann
        .patch(&here.own(), json!({"expires_at": null}))
        .await
        .expect_status(200);
    here.client().get("/api/v1/share/example.org").await.expect_status(401);
}

#[tokio::test]
async fn t24_guesses_are_counted_by_link_and_address() {
    let here = Protected::start().await;
    for _ in 0..5 {
        here.unlock("wrong").await.expect_status(401);
    }
    let limited = here
        .unlock("wrong")
        .await
        .expect_status(429)
        .expect_problem("rate_limited");
    assert_eq!(limited.header("retry-after"), Some("60"));
    here.unlock(PASSWORD).await.expect_status(429);
    let open = here
        .ann
        .add_link_with(&here.site_id, json!({"name": "Other", "password": PASSWORD}))
        .await;
    let other = here.app.anonymous().with_token(open["token"].as_str().unwrap());
    let path = "/api/v1/share/example.org/unlock";
    other.post(path, json!({"password": "wrong"})).await.expect_status(401);
    here.app.step(60);
    for _ in 0..20 {
        here.unlock(PASSWORD).await.expect_status(200);
    }
}

#[tokio::test]
async fn t24_rotating_addresses_do_not_help_and_holders_of_a_grant_go_on() {
    let app = TestApp::start_with(|config| {
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        config.limits.resolve_per_minute = 10_000;
    })
    .await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let link = ann
        .add_link_with(&site_id, json!({"name": "Client", "password": PASSWORD}))
        .await;
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    let path = "/api/v1/share/example.org/unlock";
    let grant = client
        .post(path, json!({"password": PASSWORD}))
        .await
        .expect_status(200)
        .json();
    for n in 0..60 {
        let from = client.with("x-forwarded-for", &format!("198.51.100.{n}"));
        from.post(path, json!({"password": "wrong"})).await.expect_status(401);
    }
    let next = client.with("x-forwarded-for", "198.51.100.200");
    let limited = next.post(path, json!({"password": PASSWORD})).await.expect_status(429);
    assert_eq!(limited.header("retry-after"), Some("3600"));
    let granted = app.anonymous().with_token(grant["grant"].as_str().unwrap());
    granted.get("/api/v1/share/example.org").await.expect_status(200);
    app.step(3600);
    next.post(path, json!({"password": PASSWORD})).await.expect_status(200);
}

#[tokio::test]
async fn t25_a_tampered_hash_opens_nothing() {
    let here = Protected::start().await;
    let greedy = "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$Tm90IGEgaGFzaCBvZiBhbnl0aGluZyBhdCBhbGwhISE";
    here.app
        .execute(&format!("UPDATE share_links SET password_hash = '{greedy}'"))
        .await;
    here.unlock(PASSWORD).await.expect_status(401);
}
