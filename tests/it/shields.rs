//! Shields, the count of what was left out, and for how long events are kept (T55).

use crate::imports::{counts, import, tally, view};
use crate::ingest::rows;
use crate::support::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// An app that believes the tests' word for addresses and countries.
async fn start() -> TestApp {
    TestApp::start_with(|config| {
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        config.ingest.country_header = "x-country".to_owned();
    })
    .await
}

fn shields_of(site_id: &str) -> String {
    format!("/api/v1/sites/{site_id}/shields")
}

async fn shield(owner: &Actor, site_id: &str, kind: &str, value: &str) -> Value {
    let body = json!({"kind": kind, "value": value});
    let made = owner.post(&shields_of(site_id), body).await;
    made.expect_status(201).json()
}

/// A page view from an address and a country.
async fn send(app: &TestApp, address: &str, country: &str, url: &str, domains: &str) -> Answer {
    let visitor = app.anonymous().with("user-agent", FIREFOX);
    let visitor = visitor.with("x-forwarded-for", address).with("x-country", country);
    let event = json!({"n": "pageview", "u": url, "d": domains});
    visitor.post("/api/event", event).await.expect_status(202)
}

async fn expect_dropped(app: &TestApp, address: &str, country: &str, url: &str, word: Option<&str>) {
    let answer = send(app, address, country, url, "a.example").await;
    assert_eq!(answer.header("x-vitrine-dropped"), word, "{address} {country} {url}");
}

async fn dropped(owner: &Actor, site_id: &str, query: &str) -> Value {
    let answer = owner
        .get(&format!("/api/v1/sites/{site_id}/dropped-events{query}"))
        .await;
    let answer = answer.expect_status(200).json();
    let rows = answer["data"].as_array().unwrap().iter();
    rows.map(|row| json!([row["date"], row["reason"], row["events"]]))
        .collect()
}

async fn views(app: &TestApp, owner: &Actor, site_id: &str) -> Value {
    rows(app, owner, site_id, json!(["pageviews"]), json!([])).await[0][1][0].clone()
}

#[tokio::test]
async fn each_kind_of_shield_keeps_out_what_it_names() {
    let app = start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let page = "https://a.example/";
    expect_dropped(&app, "192.0.2.7", "DE", page, None).await;
    shield(&owner, &site_id, "ip", "192.0.2.0/24").await;
    shield(&owner, &site_id, "country", "fr").await;
    shield(&owner, &site_id, "page", "/admin/**").await;
    let host = shield(&owner, &site_id, "hostname", "*.a.example").await;
    shield(&owner, &site_id, "hostname", "a.example").await;
    for (address, country, url, word) in [
        ("192.0.2.7", "DE", page, Some("shield")),
        ("192.0.3.7", "DE", page, None),
        ("192.0.3.7", "FR", page, Some("shield")),
        ("192.0.3.7", "DE", "https://a.example/admin/users/7?x=1", Some("shield")),
        ("192.0.3.7", "DE", "https://a.example/administration", None),
        ("192.0.3.7", "DE", "https://shop.a.example/", None),
        ("192.0.3.7", "DE", "https://copy.test/", Some("hostname")),
        ("192.0.3.7", "DE", "https://notа.example/", Some("hostname")),
    ] {
        expect_dropped(&app, address, country, url, word).await;
    }
    assert_eq!(views(&app, &owner, &site_id).await, json!(4));
    let told = dropped(&owner, &site_id, "").await;
    let today = "2026-03-10";
    let expected = json!([
        [today, "country", 1],
        [today, "hostname", 2],
        [today, "ip", 1],
        [today, "page", 1]
    ]);
    assert_eq!(told, expected);

    let own = format!("{}/{}", shields_of(&site_id), host["id"].as_str().unwrap());
    owner.delete(&own).await.expect_status(204);
    owner.delete(&own).await.expect_status(404);
    expect_dropped(&app, "192.0.3.7", "DE", "https://shop.a.example/", Some("hostname")).await;
}

#[tokio::test]
async fn what_was_left_out_is_counted_by_the_sites_days_and_survives_a_restart() {
    let app = start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let path = format!("/api/v1/sites/{site_id}");
    let moved = owner.patch(&path, json!({"timezone": "Pacific/Auckland"})).await;
    moved.expect_status(200);
    let robot = app.anonymous().with("user-agent", "curl/8.5.0");
    let event = || json!({"n": "pageview", "u": "https://a.example/", "d": "a.example"});
    for hours in [0, 0, 24, 48] {
        app.step(hours * 3600);
        robot.post("/api/event", event()).await.expect_status(202);
    }
    let key = owner.add_key(&["sites:read"], None).await;
    let app = app.restart().await;
    let owner = app.anonymous().with_key(&key);
    let all = json!([
        ["2026-03-14", "bot", 1],
        ["2026-03-12", "bot", 1],
        ["2026-03-11", "bot", 2]
    ]);
    assert_eq!(dropped(&owner, &site_id, "").await, all);
    let lately = json!([["2026-03-14", "bot", 1], ["2026-03-12", "bot", 1]]);
    assert_eq!(dropped(&owner, &site_id, "?days=3").await, lately);
    for wrong in ["0", "401", "x", "-1", ""] {
        let answer = owner
            .get(&format!("/api/v1/sites/{site_id}/dropped-events?days={wrong}"))
            .await;
        answer
            .expect_status(422)
            .expect_problem("invalid")
            .expect_pointers(&["?days"]);
    }
    // Nobody can ask for what is over a year old, so it goes.
    app.step(403 * 86_400);
    api::sites::retention::sweep(&app.state).await.unwrap();
    let rows = app.rows().await;
    assert_eq!(rows["dropped_events"], Vec::<String>::new());
}

#[tokio::test]
async fn a_shield_holds_for_its_own_site_alone() {
    let app = start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let other = owner.add_site("b.example").await;
    shield(&owner, &site_id, "ip", "192.0.2.7").await;
    let answer = send(&app, "192.0.2.7", "", "https://a.example/", "a.example,b.example").await;
    assert_eq!(answer.header("x-vitrine-dropped"), None, "one of the two counted it");
    assert_eq!(views(&app, &owner, &site_id).await, json!(0));
    assert_eq!(views(&app, &owner, &other).await, json!(1));
    assert_eq!(dropped(&owner, &other, "").await, json!([]));
    // The address is the owner's own word; the visitor's is stored nowhere.
    send(&app, "198.51.100.77", "", "https://a.example/", "a.example").await;
    app.state.events.drained().await;
    app.assert_stored_nowhere(&["198.51.100.77"]).await;
}

#[tokio::test]
async fn imported_logs_pass_the_same_shields() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    shield(&owner, &site_id, "ip", "198.51.100.7").await;
    shield(&owner, &site_id, "page", "/intern/*").await;
    let log = [
        view("198.51.100.7", "05/Mar/2026:10:00:00", "/"),
        view("198.51.100.8", "05/Mar/2026:10:00:00", "/"),
        view("198.51.100.8", "05/Mar/2026:10:00:01", "/intern/wiki"),
    ];
    let import = import(&owner, &site_id, "", log.concat()).await;
    assert_eq!(tally(&import), counts([("lines", 3), ("taken", 1), ("shields", 2)]));
}

#[tokio::test]
async fn wrong_shields_are_named_by_their_fields() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let path = shields_of(&site_id);
    for (body, pointer) in [
        (json!({"value": "192.0.2.1"}), "/kind"),
        (json!({"kind": "planet", "value": "Mars"}), "/kind"),
        (json!({"kind": "ip"}), "/value"),
        (json!({"kind": "ip", "value": ""}), "/value"),
        (json!({"kind": "ip", "value": "192.0.2.1/40"}), "/value"),
        (json!({"kind": "ip", "value": "example.org"}), "/value"),
        (json!({"kind": "country", "value": "Germany"}), "/value"),
        (json!({"kind": "page", "value": "admin"}), "/value"),
        (json!({"kind": "page", "value": "/\u{0}"}), "/value"),
        (
            json!({"kind": "page", "value": format!("/{}", "x".repeat(1000))}),
            "/value",
        ),
        (json!({"kind": "hostname", "value": "https://a.example"}), "/value"),
        (
            json!({"kind": "ip", "value": "192.0.2.1", "note": "x".repeat(61)}),
            "/note",
        ),
        (
            json!({"kind": "ip", "value": "192.0.2.1", "site_id": "other"}),
            "/site_id",
        ),
    ] {
        let answer = owner.post(&path, body).await.expect_status(422);
        answer.expect_problem("invalid").expect_pointers(&[pointer]);
    }
    let body = json!({"kind": "ip", "value": "2001:DB8::7", "note": " Office "});
    let made = owner.post(&path, body.clone()).await.expect_status(201).json();
    let expected = json!({"id": made["id"], "kind": "ip", "value": "2001:db8::7", "note": "Office",
        "created_at": "2026-03-10T12:00:00.000Z"});
    assert_eq!(made, expected);
    let again = owner.post(&path, body).await.expect_status(409);
    again.expect_problem("conflict");
    let listed = owner.get(&path).await.expect_status(200).json();
    assert_eq!(
        listed,
        json!({"data": [expected], "next_cursor": null, "your_address": "127.0.0.1"})
    );
    for n in 1..200 {
        shield(&owner, &site_id, "ip", &format!("203.0.113.{n}")).await;
    }
    let full = owner.post(&path, json!({"kind": "ip", "value": "192.0.2.1"})).await;
    full.expect_status(409).expect_problem("limit_reached");
}

#[tokio::test]
async fn t55_what_is_older_than_a_site_keeps_is_deleted() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let other = owner.add_site("b.example").await;
    let log = |domain: &str| {
        let days = [
            "01/Feb/2026:10:00:00",
            "07/Mar/2026:23:50:00",
            "08/Mar/2026:00:10:00",
            "09/Mar/2026:10:00:00",
        ];
        let lines = days.map(|time| view("198.51.100.7", time, "/"));
        (domain.to_owned(), lines.concat())
    };
    for (site, (_, lines)) in [(&site_id, log("a.example")), (&other, log("b.example"))] {
        assert_eq!(import(&owner, site, "", lines).await["status"], "done");
    }
    let path = format!("/api/v1/sites/{site_id}/retention");
    assert_eq!(owner.get(&path).await.expect_status(200).json(), json!({"days": null}));
    let by_day = async |app: &TestApp, owner: &Actor, site: &str| {
        let query = json!({"metrics": ["visitors", "pageviews"], "dimensions": ["time:day"], "date_range": ["2026-01-01", "2026-03-12"]});
        let answer = owner.post(&format!("/api/v1/sites/{site}/query"), query).await;
        app.state.events.drained().await;
        answer.expect_status(200).json()["results"].clone()
    };
    let before = by_day(&app, &owner, &site_id).await;
    assert_eq!(before.as_array().unwrap().len(), 4, "{before}");

    for (wrong, pointer) in [
        (json!({"days": 0}), "/days"),
        (json!({"days": 3651}), "/days"),
        (json!({"days": 1.5}), "/days"),
        (json!({}), "/days"),
        (json!({"days": 30, "months": 1}), "/months"),
    ] {
        let answer = owner.put(&path, wrong).await.expect_status(422);
        answer.expect_problem("invalid").expect_pointers(&[pointer]);
    }
    let kept = async |app: &TestApp, first: usize| {
        assert_eq!(
            by_day(app, &owner, &site_id).await,
            json!(before.as_array().unwrap()[first..])
        );
    };
    let answer = owner.put(&path, json!({"days": 3})).await.expect_status(200);
    assert_eq!(answer.json(), json!({"days": 3}));
    kept(&app, 1).await;
    assert_eq!(by_day(&app, &owner, &other).await, before);

    // The hour's sweep does the same as time goes on. A visit over midnight is gone with its day; the numbers of the day
    // that is kept stay.
    app.step(86_400);
    api::sites::retention::sweep(&app.state).await.unwrap();
    kept(&app, 2).await;
    assert_eq!(owner.get(&path).await.json(), json!({"days": 3}));
    // What is gone is gone for good, also when the site keeps everything again.
    owner.put(&path, json!({"days": null})).await.expect_status(200);
    let key = owner.add_key(&["stats:read"], None).await;
    let app = app.restart().await;
    let script = app.anonymous().with_key(&key);
    let rows = by_day(&app, &script, &site_id).await;
    assert_eq!(rows, json!(before.as_array().unwrap()[2..]));
}

#[tokio::test]
async fn who_changed_a_shield_or_what_is_kept_is_written_down() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let made = shield(&owner, &site_id, "ip", "192.0.2.1").await;
    owner
        .put(&format!("/api/v1/sites/{site_id}/retention"), json!({"days": 30}))
        .await
        .expect_status(200);
    let id = made["id"].as_str().unwrap();
    owner
        .delete(&format!("{}/{id}", shields_of(&site_id)))
        .await
        .expect_status(204);
    let audit = owner
        .get(&format!("/api/v1/sites/{site_id}/audit"))
        .await
        .expect_status(200)
        .json();
    let actions = audit["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap());
    let mut actions = actions.collect::<Vec<_>>();
    actions.sort_unstable();
    assert_eq!(
        actions,
        ["change_retention", "create_shield", "create_site", "delete_shield"]
    );
}
