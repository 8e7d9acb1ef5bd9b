//! `POST /api/event` and the tracker script (T50–T57).

use crate::support::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

pub fn visitor(app: &TestApp) -> Actor {
    app.anonymous()
        .with("user-agent", FIREFOX)
        .with("origin", "https://a.example")
}

pub fn pageview(path: &str) -> Value {
    json!({"n": "pageview", "u": format!("https://a.example{path}"), "d": "a.example"})
}

/// The rows of a question about today.
pub async fn rows(app: &TestApp, owner: &Actor, site_id: &str, metrics: Value, dimensions: Value) -> Value {
    app.state.events.drained().await;
    let query = json!({"metrics": metrics, "dimensions": dimensions, "date_range": "day"});
    let answer = owner
        .post(&format!("/api/v1/sites/{site_id}/query"), query)
        .await
        .expect_status(200)
        .json();
    let rows = answer["results"].as_array().unwrap().iter();
    rows.map(|row| json!([row["dimensions"], row["metrics"]])).collect()
}

pub fn expect_stored(answer: Answer) {
    let answer = answer.expect_status(202);
    assert_eq!(
        (answer.text().as_str(), answer.header("x-vitrine-dropped")),
        ("ok", None)
    );
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test]
async fn a_page_view_is_counted_with_what_it_tells() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let event = json!({"n": "pageview", "u": "https://www.a.example/x?utm_source=hn&utm_campaign=c&secret=1", "d": "a.example",
        "r": "https://news.ycombinator.com/item?id=7"});
    expect_stored(visitor(&app).post("/api/event", event).await);
    let dimensions = json!(["event:page", "visit:source", "visit:channel", "visit:utm_campaign"]);
    let told = rows(&app, &owner, &site_id, json!(["visitors", "pageviews"]), dimensions).await;
    assert_eq!(told, json!([[["/x", "Hacker News", "Organic Social", "c"], [1, 1]]]));
    let device = rows(
        &app,
        &owner,
        &site_id,
        json!(["visits"]),
        json!(["visit:browser", "visit:os", "visit:device"]),
    )
    .await;
    assert_eq!(device, json!([[["Firefox", "Linux", "Desktop"], [1]]]));
}

#[tokio::test]
async fn plausible_s_bodies_are_taken_as_text_and_as_json() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let sender = visitor(&app);
    let npm = r#"{"n":"pageview","v":36,"u":"https://a.example/spa#/route","d":"a.example","r":null,"h":1}"#;
    let custom =
        r#"{"n":"Signup","v":36,"u":"https://a.example/spa","d":"a.example","r":null,"p":{"plan":"pro"},"i":false}"#;
    let engagement =
        r#"{"n":"engagement","sd":42,"d":"a.example","u":"https://a.example/spa#/route","p":{},"e":5120,"v":36,"h":1}"#;
    let old = r#"{"n":"Download","u":"https://a.example/old","d":"a.example","r":"","w":1200,"h":0,"p":"{\"file\":\"a.pdf\"}"}"#;
    for (body, content_type) in [
        (npm, "text/plain"),
        (custom, "text/plain;charset=UTF-8"),
        (engagement, "text/plain"),
        (old, "application/json"),
    ] {
        let answer = sender
            .send_bytes(reqwest::Method::POST, "/api/event", content_type, body.into())
            .await;
        expect_stored(answer);
    }
    let pages = rows(
        &app,
        &owner,
        &site_id,
        json!(["events", "time_on_page", "scroll_depth"]),
        json!(["event:page"]),
    )
    .await;
    assert_eq!(
        pages,
        json!([
            [["/old"], [1, null, null]],
            [["/spa"], [1, null, null]],
            [["/spa#/route"], [1, 5.12, 42.0]]
        ])
    );
    let plans = rows(&app, &owner, &site_id, json!(["events"]), json!(["event:props:plan"])).await;
    assert_eq!(plans, json!([[["(none)"], [2]], [["pro"], [1]]]));
}

#[tokio::test]
async fn several_domains_get_the_event_each() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let other = owner.add_site("b.example").await;
    let event = json!({"n": "pageview", "u": "https://a.example/", "d": "a.example, unknown.example,B.example"});
    expect_stored(visitor(&app).post("/api/event", event).await);
    for site_id in [site_id, other] {
        assert_eq!(
            rows(&app, &owner, &site_id, json!(["pageviews"]), json!([])).await,
            json!([[[], [1]]])
        );
    }
}

#[tokio::test]
async fn robots_are_left_out_and_told_so() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    for user_agent in [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "curl/8.5.0",
        "",
    ] {
        let answer = app
            .anonymous()
            .with("user-agent", user_agent)
            .post("/api/event", pageview("/"))
            .await;
        let answer = answer.expect_status(202);
        assert_eq!(answer.header("x-vitrine-dropped"), Some("bot"), "{user_agent}");
    }
    assert_eq!(
        rows(&app, &owner, &site_id, json!(["events"]), json!([])).await,
        json!([[[], [0]]])
    );
}

#[tokio::test]
async fn preflights_are_answered_for_a_day() {
    let app = TestApp::start().await;
    let answer = visitor(&app)
        .send(reqwest::Method::OPTIONS, "/api/event", None)
        .await
        .expect_status(204);
    let header = |name| answer.header(name);
    assert_eq!(header("access-control-allow-origin"), Some("*"));
    assert_eq!(header("access-control-max-age"), Some("86400"));
    assert!(header("access-control-allow-headers").unwrap().contains("Content-Type"));
}

#[tokio::test]
async fn t51_what_is_no_event_is_refused_with_cors() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let sender = visitor(&app);
    let with = |field: &str| format!(r#"{{"n":"pageview","u":"https://a.example/","d":"a.example",{field}}}"#);
    let unknown = r#"{"n":"pageview","u":"https://b.example/","d":"b.example"}"#.to_owned();
    for (body, status, code) in [
        (String::new(), 400, "bad_json"),
        ("{".into(), 400, "bad_json"),
        ("\u{feff}{}".into(), 400, "bad_json"),
        (format!("[{}]", vec!["{}"; 10_000].join(",")), 400, "bad_json"),
        (
            with(&format!(r#""p":{{"a":{}1{}}}"#, "[".repeat(1000), "]".repeat(1000))),
            400,
            "bad_json",
        ),
        (with(r#""e":1e999"#), 400, "bad_json"),
        (with(r#""e":NaN"#), 400, "bad_json"),
        (with(r#""r":"\ud800""#), 400, "bad_json"),
        (with(r#""name":"twice""#), 422, "invalid"),
        (with(r#""p":{"a":1,"a":2}"#), 422, "invalid"),
        (with(r#""$":{"amount":"1"}"#), 422, "invalid"),
        (with(r#""$":{"currency":"EUR"}"#), 422, "invalid"),
        (with(r#""$":{"amount":null,"currency":"EUR"}"#), 422, "invalid"),
        (with(r#""$":{"amount":null}"#), 422, "invalid"),
        (
            r#"{"n":"pageview","u":"javascript:alert(1)","d":"a.example"}"#.into(),
            422,
            "invalid",
        ),
        (r#"{"u":"https://a.example/","d":"a.example"}"#.into(), 422, "invalid"),
        (unknown, 404, "not_found"),
        (
            with(&format!(r#""p":{{"a":"{}"}}"#, "x".repeat(70_000))),
            413,
            "too_large",
        ),
    ] {
        let shown = body[..body.floor_char_boundary(80)].to_owned();
        let answer = sender
            .send_bytes(reqwest::Method::POST, "/api/event", "text/plain", body.into())
            .await;
        assert_eq!(answer.status, status, "{shown}: {}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{shown}");
        answer.expect_problem(code);
    }
    let invalid = sender
        .send_bytes(
            reqwest::Method::POST,
            "/api/event",
            "text/plain",
            b"{\"n\":\"\xff\"}".to_vec(),
        )
        .await;
    invalid.expect_status(400);
    let form = sender
        .send_bytes(
            reqwest::Method::POST,
            "/api/event",
            "application/x-www-form-urlencoded",
            b"n=1".to_vec(),
        )
        .await;
    form.expect_status(415).expect_problem("unsupported_media_type");
    assert_eq!(
        rows(&app, &owner, &site_id, json!(["events"]), json!([])).await,
        json!([[[], [0]]])
    );
}

#[tokio::test]
async fn t53_compressed_bodies_are_refused() {
    let app = TestApp::start().await;
    app.owner_of("a.example").await;
    for encoding in ["gzip", "br", "zstd", "gzip, gzip", "identity, gzip"] {
        let sender = visitor(&app).with("content-encoding", encoding);
        let answer = sender
            .send_bytes(reqwest::Method::POST, "/api/event", "text/plain", vec![0x1f; 1000])
            .await;
        let answer = answer.expect_status(415);
        assert_eq!(answer.header("accept-encoding"), Some("identity"), "{encoding}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
}

#[tokio::test]
async fn t52_only_a_script_with_a_key_may_speak_for_a_visitor() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let claimed = json!({"n": "pageview", "u": "https://a.example/", "d": "a.example", "ip": "203.0.113.9",
        "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
        "timestamp": "2026-03-09T12:00:00Z"});
    // Without a key it is ignored, and counted now, for the browser that asks.
    expect_stored(visitor(&app).post("/api/event", claimed.clone()).await);
    assert_eq!(
        rows(&app, &owner, &site_id, json!(["visits"]), json!(["visit:os"])).await,
        json!([[["Linux"], [1]]])
    );
    let key = owner.add_key(&["events:write"], None).await;
    let script = app.anonymous().with_key(&key);
    expect_stored(script.post("/api/event", claimed.clone()).await);
    app.state.events.drained().await;
    let query = json!({"metrics": ["visits"], "dimensions": ["visit:os"], "date_range": ["2026-03-09", "2026-03-09"]});
    let answer = owner
        .post(&format!("/api/v1/sites/{site_id}/query"), query)
        .await
        .json();
    assert_eq!(answer["results"][0]["dimensions"], json!(["iOS"]), "{answer}");
    for (timestamp, pointer) in [
        ("2026-03-10T12:05:01Z", "/timestamp"),
        ("2026-03-03T11:59:59Z", "/timestamp"),
        ("yesterday", "/timestamp"),
    ] {
        let mut event = claimed.clone();
        event["timestamp"] = json!(timestamp);
        let refused = script.post("/api/event", event).await.expect_status(422);
        refused.expect_pointers(&[pointer]);
    }
    // A key speaks for its own account's sites only, and for one site when it is bound to it.
    let stranger = app.owner("stranger@b.example").await;
    let foreign = stranger.add_key(&["events:write"], None).await;
    app.anonymous()
        .with_key(&foreign)
        .post("/api/event", claimed.clone())
        .await
        .expect_status(404);
    let other = owner.add_site("b.example").await;
    let bound = owner.add_key(&["events:write"], Some(&other)).await;
    app.anonymous()
        .with_key(&bound)
        .post("/api/event", claimed.clone())
        .await
        .expect_status(404);
    let weak = owner.add_key(&["stats:read"], None).await;
    app.anonymous()
        .with_key(&weak)
        .post("/api/event", claimed)
        .await
        .expect_status(403);
}

#[tokio::test]
async fn t55_nothing_stored_names_a_visitor_and_salts_go() {
    let app = TestApp::start_with(|config| config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let unusual = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 Zeppelin/7.31";
    let visitor = app
        .anonymous()
        .with("user-agent", unusual)
        .with("x-forwarded-for", "203.0.113.77");
    expect_stored(visitor.post("/api/event", pageview("/?token=s3cr3tvalue")).await);
    let props = json!({"n": "Click", "u": "https://a.example/", "d": "a.example", "p": {"url": "https://b.example/?auth=0a1b2c3d4e5f"}});
    expect_stored(visitor.post("/api/event", props).await);
    let secrets = ["203.0.113.77", "Zeppelin", "s3cr3tvalue", "0a1b2c3d4e5f"];
    app.assert_stored_nowhere(&secrets).await;
    app.state.events.drained().await;
    app.assert_stored_nowhere(&secrets).await;
    assert_eq!(salts(&app).await, 1);
    // Berlin's day ends at 23:00 UTC; half an hour later its salt is of no more use.
    app.step(11 * 3600 + 31 * 60);
    expect_stored(visitor.post("/api/event", pageview("/")).await);
    api::ingest::salts::keep_up(&app.state).await.unwrap();
    assert_eq!(salts(&app).await, 1, "the new day's");
    app.state.events.drained().await;
    let query = json!({"metrics": ["visitors"], "date_range": ["2026-03-10", "2026-03-11"]});
    let answer = owner
        .post(&format!("/api/v1/sites/{site_id}/query"), query)
        .await
        .json();
    assert_eq!(
        answer["results"][0]["metrics"],
        json!([2]),
        "one person is another visitor each day"
    );
}

async fn salts(app: &TestApp) -> i64 {
    let sql = "SELECT COUNT(*) FROM salts";
    let row: (i64,) = match &app.state.db {
        api::db::Db::Sqlite { writer, .. } => sqlx::query_as(sql).fetch_one(writer).await.unwrap(),
        api::db::Db::Postgres(pool, _) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    row.0
}

#[tokio::test]
async fn a_visit_goes_on_over_midnight_although_the_salt_changes() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    app.step(10 * 3600 + 50 * 60);
    expect_stored(visitor(&app).post("/api/event", pageview("/evening")).await);
    app.step(20 * 60);
    expect_stored(visitor(&app).post("/api/event", pageview("/night")).await);
    app.state.events.drained().await;
    let query = json!({"metrics": ["visitors", "visits", "pageviews"], "dimensions": ["time:day"], "date_range": ["2026-03-10", "2026-03-11"]});
    let answer = owner
        .post(&format!("/api/v1/sites/{site_id}/query"), query)
        .await
        .json();
    let days: Vec<_> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["metrics"].clone())
        .collect();
    assert_eq!(days, [json!([1, 1, 1]), json!([1, 0, 1])]);
}

#[tokio::test]
async fn t56_hostile_text_stays_text() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let script = "<script>alert(1)</script>";
    let event = json!({"n": script, "u": format!("https://a.example/{script}?utm_source={script}"), "d": "a.example",
        "r": "javascript:alert(1)", "p": {script: script}});
    expect_stored(visitor(&app).post("/api/event", event).await);
    let told = rows(
        &app,
        &owner,
        &site_id,
        json!(["events"]),
        json!(["event:name", "visit:source", "visit:referrer"]),
    )
    .await;
    assert_eq!(told, json!([[[script, script, "Direct / None"], [1]]]));
}

#[tokio::test]
async fn a_listed_proxy_tells_the_country_and_nobody_else() {
    let change = |trusted: bool| {
        move |config: &mut api::config::Config| {
            config.ingest.country_header = "CF-IPCountry".into();
            config.trusted_proxies = if trusted {
                vec!["127.0.0.1".parse().unwrap()]
            } else {
                Vec::new()
            };
        }
    };
    for (trusted, country) in [(true, "DE"), (false, "(none)")] {
        let app = TestApp::start_with(change(trusted)).await;
        let (owner, site_id) = app.owner_of("a.example").await;
        expect_stored(
            visitor(&app)
                .with("cf-ipcountry", "DE")
                .post("/api/event", pageview("/"))
                .await,
        );
        let told = rows(&app, &owner, &site_id, json!(["visits"]), json!(["visit:country"])).await;
        assert_eq!(told, json!([[[country], [1]]]));
    }
}

#[tokio::test]
async fn a_deleted_site_takes_no_more_events() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    expect_stored(visitor(&app).post("/api/event", pageview("/")).await);
    owner
        .delete(&format!("/api/v1/sites/{site_id}"))
        .await
        .expect_status(204);
    visitor(&app)
        .post("/api/event", pageview("/"))
        .await
        .expect_status(404)
        .expect_problem("not_found");
    let again = owner.add_site("a.example").await;
    expect_stored(visitor(&app).post("/api/event", pageview("/")).await);
    assert_eq!(
        rows(&app, &owner, &again, json!(["pageviews"]), json!([])).await,
        json!([[[], [1]]])
    );
}

#[tokio::test]
async fn the_script_is_the_same_for_everybody() {
    let app = TestApp::start().await;
    let plain = app.anonymous().get("/js/script.js").await.expect_status(200);
    assert_eq!(plain.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(
        plain.header("cache-control"),
        Some("public, max-age=3600, stale-while-revalidate=86400")
    );
    assert_eq!(plain.header("access-control-allow-origin"), Some("*"));
    assert_eq!(plain.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert!(plain.text().contains("vitrine_ignore"));
    let compressed = app
        .anonymous()
        .with("accept-encoding", "gzip, br")
        .get("/js/script.js")
        .await;
    assert_eq!(compressed.header("content-encoding"), Some("br"));
    assert!(compressed.body.len() <= 1024, "{} bytes", compressed.body.len());
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut &compressed.body[..], &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    let etag = plain.header("etag").unwrap().to_owned();
    let known = app.anonymous().with("if-none-match", &etag).get("/js/script.js").await;
    assert_eq!((known.status, known.body.len()), (304, 0));
}
