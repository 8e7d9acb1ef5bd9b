//! Limits of tokens (T20, T21, T23).

use crate::support::TestApp;
use futures_util::future::join_all;
use serde_json::json;

async fn app_with_link() -> (TestApp, String, String) {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let token = ann.add_link(&site_id, "Client").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    (app, site_id, token)
}

/// Steps between calls, in seconds; exactly 30 calls succeed in any 60 seconds.
#[tokio::test]
async fn t20_exactly_thirty_resolve_calls_pass_in_any_minute() {
    let steady = vec![2; 61];
    let burst = vec![0; 40];
    let edge = [vec![0; 1], vec![59; 1], vec![0; 40], vec![1; 1], vec![0; 40]].concat();
    for steps in [steady, burst, edge] {
        let (app, _, token) = app_with_link().await;
        let (right, wrong) = (
            app.anonymous().with_token(&token),
            app.anonymous().with_token("0123456789ab"),
        );
        let mut passed: Vec<u64> = Vec::new();
        let mut now = 0;
        for (n, step) in steps.iter().enumerate() {
            let actor = if n % 2 == 0 { &right } else { &wrong };
            let answer = actor.get("/api/v1/share/example.org").await;
            let recent = passed.iter().filter(|at| now - **at < 60).collect::<Vec<_>>();
            if recent.len() < 30 {
                assert!(
                    matches!(answer.status, 200 | 404),
                    "call {n} at {now}: {}",
                    answer.status
                );
                passed.push(now);
            } else {
                let answer = answer.expect_status(429).expect_problem("rate_limited");
                let wait = 60 - (now - *recent[recent.len() - 30]);
                assert_eq!(
                    answer.header("retry-after"),
                    Some(wait.to_string().as_str()),
                    "call {n} at {now}"
                );
            }
            app.step(*step);
            now += step;
        }
    }
}

#[tokio::test]
async fn t20_failed_tokens_count_on_every_call_that_carries_one() {
    let (app, site_id, token) = app_with_link().await;
    let (right, wrong) = (
        app.anonymous().with_token(&token),
        app.anonymous().with_token("0123456789ab"),
    );
    let query = json!({"metrics": ["visitors"], "date_range": "7d"});
    let path = format!("/api/v1/sites/{site_id}/query");
    for _ in 0..30 {
        wrong.post(&path, query.clone()).await.expect_status(404);
    }
    wrong
        .post(&path, query.clone())
        .await
        .expect_status(429)
        .expect_problem("rate_limited");
    // The limit is no oracle: a right token is refused like a wrong one.
    right.post(&path, query.clone()).await.expect_status(429);
    right.get("/api/v1/share/example.org").await.expect_status(429);
    app.step(60);
    for _ in 0..40 {
        right.post(&path, query.clone()).await.expect_status(200);
    }
}

/// Calls at once are counted as calls one after the other, and right tokens pass however many come at once.
#[tokio::test]
async fn t20_wrong_tokens_at_once_are_no_more_tries_than_one_by_one() {
    let (app, site_id, token) = app_with_link().await;
    let query = json!({"metrics": ["visitors"], "date_range": "7d"});
    let path = format!("/api/v1/sites/{site_id}/query");
    let right = app.anonymous().with_token(&token);
    let answers = join_all((0..100).map(|_| right.post(&path, query.clone()))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let wrong = app.anonymous().with_token("0123456789ab");
    let body = || json!({"password": "a wrong one"});
    let unlock = "/api/v1/share/example.org/unlock";
    for round in 0..3 {
        let calls = (0..150).map(|_| async {
            match round {
                0 => wrong.post(&path, query.clone()).await,
                1 => wrong.get("/api/v1/portal/wrong").await,
                _ => wrong.post(unlock, body()).await,
            }
        });
        let answers = join_all(calls).await;
        let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((count(404), count(429)), (30, 120), "round {round}");
        app.step(60);
    }
    let app = TestApp::start_with(|config| config.limits.sign_in_per_minute = 20).await;
    let anyone = app.anonymous();
    let answers = join_all((0..60).map(|_| anyone.get("/api/v1/invitations/wrong"))).await;
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(refused, 40);
}

const FORWARDING: [&str; 6] = [
    "x-forwarded-for",
    "forwarded",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "x-client-ip",
];

#[tokio::test]
async fn t26_a_jump_of_the_wall_clock_neither_unlocks_nor_locks() {
    let (app, _, token) = app_with_link().await;
    let recipient = app.anonymous().with_token(&token);
    for _ in 0..30 {
        recipient.get("/api/v1/share/example.org").await.expect_status(200);
    }
    for jump in [3600, -7200, 3600] {
        app.jump(jump);
        let limited = recipient.get("/api/v1/share/example.org").await.expect_status(429);
        assert_eq!(limited.header("retry-after"), Some("60"), "after a jump of {jump} s");
    }
    app.jump(-3600);
    app.step(60);
    recipient.get("/api/v1/share/example.org").await.expect_status(200);
}

#[tokio::test]
async fn t21_a_peer_that_is_no_listed_proxy_has_one_address() {
    let (app, _, token) = app_with_link().await;
    let mut passed = 0;
    for n in 0..200 {
        let address = format!("203.0.113.{n}");
        let header = FORWARDING[n % FORWARDING.len()];
        let value = if header == "forwarded" {
            format!("for={address}")
        } else {
            address
        };
        let actor = app
            .anonymous()
            .with_token(&token)
            .with(header, &value)
            .with("user-agent", &format!("agent {n}"));
        passed += usize::from(actor.get("/api/v1/share/example.org").await.status == 200);
    }
    assert_eq!(passed, 30);
}

#[tokio::test]
async fn t21_behind_a_listed_proxy_the_right_most_foreign_hop_counts() {
    let app = TestApp::start_with(|config| {
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        config.limits.resolve_per_minute = 1;
    })
    .await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let token = ann.add_link(&site_id, "Client").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let resolve = |forwarded: &str| {
        let actor = app.anonymous().with_token(&token).with("x-forwarded-for", forwarded);
        async move { actor.get("/api/v1/share/example.org").await.status }
    };
    assert_eq!(resolve("198.51.100.1, 203.0.113.1").await, 200);
    assert_eq!(
        resolve("198.51.100.2, 203.0.113.1, 10.1.2.3").await,
        429,
        "the hop is the same, the spoof is not read"
    );
    assert_eq!(resolve("203.0.113.1:4711").await, 429, "ports don't count");
    assert_eq!(resolve("[2001:db8:1:2::1]:443").await, 200);
    assert_eq!(resolve("2001:db8:1:2:ffff::9").await, 429, "one /64 is one address");
    assert_eq!(resolve("2001:db8:1:3::1").await, 200);
    assert_eq!(
        resolve("::ffff:203.0.113.1").await,
        429,
        "a mapped address is the IPv4 address"
    );
    // Who is not named readably is one with everybody like that.
    assert_eq!(resolve("garbage").await, 200);
    assert_eq!(resolve("203.0.113.9, <script>").await, 429);
    assert_eq!(resolve(&"1.2.3.4, ".repeat(500)).await, 429);
}

#[tokio::test]
async fn t23_one_address_out_of_budget_leaves_another_alone() {
    let app = TestApp::start_with(|config| config.limits.resolve_per_minute = 2).await;
    let from = |last: u8| {
        let address = std::net::IpAddr::from([127, 0, 0, last]);
        let client = reqwest::Client::builder()
            .local_address(address)
            .no_proxy()
            .build()
            .unwrap();
        let url = app.url("/api/v1/share/example.org");
        async move { client.get(url).send().await.unwrap().status().as_u16() }
    };
    assert_eq!([from(2).await, from(2).await, from(2).await], [404, 404, 429]);
    assert_eq!(from(3).await, 404);
}

#[tokio::test]
async fn t23_sixty_four_sources_of_one_network_are_one_address() {
    let app = TestApp::start_with(|config| config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    let passed = |network: &'static str, sources: u32| {
        let app = &app;
        async move {
            let mut passed = 0;
            for n in 0..sources {
                let source = format!("{network}:{n:x}::{:x}", n + 7);
                let actor = app.anonymous().with("x-forwarded-for", &source);
                passed += usize::from(actor.get("/api/v1/share/example.org").await.status == 404);
            }
            passed
        }
    };
    assert_eq!(passed("2001:db8:1:2", 64).await, 30);
    assert_eq!(passed("2001:db8:1:3", 5).await, 5, "the network beside it");
}

#[tokio::test]
async fn t23_a_mapped_address_is_the_address() {
    let app = TestApp::start_with(|config| {
        config.listen = "[::]:0".parse().unwrap();
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        config.limits.resolve_per_minute = 2;
    })
    .await;
    let url = format!("http://127.0.0.1:{}/api/v1/share/example.org", app.address.port());
    let from = |last: u8, forwarded: &'static str| {
        let address = std::net::IpAddr::from([127, 0, 0, last]);
        let client = reqwest::Client::builder().local_address(address).no_proxy();
        let request = client.build().unwrap().get(&url).header("x-forwarded-for", forwarded);
        async move { request.send().await.unwrap().status().as_u16() }
    };
    // The socket of both families sees ::ffff:127.0.0.2, the proxy names it in either form.
    assert_eq!(from(2, "203.0.113.9").await, 404);
    assert_eq!(from(1, "::ffff:127.0.0.2").await, 404);
    assert_eq!(from(1, "127.0.0.2").await, 429);
    assert_eq!(from(2, "203.0.113.10").await, 429);
    assert_eq!(from(3, "203.0.113.9").await, 404);
}

#[tokio::test]
async fn t23_preflights_are_not_counted_and_a_refusal_keeps_its_cors_headers() {
    let app = TestApp::start_with(|config| {
        config.limits.events_burst = 3;
        config.limits.events_per_second = 1;
    })
    .await;
    let stranger = app.anonymous();
    let preflight = || stranger.send(reqwest::Method::OPTIONS, "/api/event", None);
    for _ in 0..20 {
        preflight().await.expect_status(204);
    }
    let mut refused = None;
    for n in 0..10 {
        let answer = stranger.post("/api/event", json!({})).await;
        if n < 3 {
            answer.expect_status(422);
        } else if answer.status == 429 {
            refused = Some(answer);
        }
    }
    let refused = refused.unwrap().expect_problem("rate_limited");
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
    assert_eq!(refused.header("access-control-allow-credentials"), None);
    assert_eq!(refused.header("retry-after"), Some("1"));
    preflight().await.expect_status(204);
    // Resolving a link has no preflight: it is for its own origin. Asking for one costs nothing either.
    for _ in 0..40 {
        let answer = stranger
            .send(reqwest::Method::OPTIONS, "/api/v1/share/example.org", None)
            .await;
        assert_eq!(answer.expect_status(405).header("access-control-allow-origin"), None);
    }
    for _ in 0..30 {
        stranger.get("/api/v1/share/example.org").await.expect_status(404);
    }
    stranger.get("/api/v1/share/example.org").await.expect_status(429);
}

#[tokio::test]
async fn the_general_limit_answers_429_with_the_true_wait() {
    let app = TestApp::start_with(|config| {
        config.limits.api_burst = 3;
        config.limits.api_per_second = 1;
    })
    .await;
    let stranger = app.anonymous();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let answer = stranger.get("/api/v1/me").await;
        if answer.status == 429 {
            assert_eq!(
                answer.clone().expect_problem("rate_limited").header("retry-after"),
                Some("1")
            );
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses[..3], [401; 3]);
    assert!(statuses.contains(&429), "{statuses:?}");
    app.anonymous().get("/healthz").await.expect_status(200);
}

/// Behind a proxy on the same machine the counters of the server are for nobody outside, whatever the header holds.
#[tokio::test]
async fn t21_no_forwarded_header_makes_a_request_the_proxys_own() {
    let app = TestApp::start_with(|config| config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    let status = async |forwarded: &[u8]| {
        let request = reqwest::Client::new().get(app.url("/metrics"));
        let value = reqwest::header::HeaderValue::from_bytes(forwarded).unwrap();
        let answer = request.header("x-forwarded-for", value).send().await.unwrap();
        answer.status().as_u16()
    };
    let long = "a".repeat(1100);
    for forwarded in [
        b"203.0.113.9".as_slice(),
        b"\xff, 203.0.113.9",
        format!("{long}, 203.0.113.9").as_bytes(),
        long.as_bytes(),
        b"unknown",
        b"203.0.113.9, \xff",
        b"",
    ] {
        assert_eq!(status(forwarded).await, 404, "{}", String::from_utf8_lossy(forwarded));
    }
    app.anonymous().get("/metrics").await.expect_status(200);
}
