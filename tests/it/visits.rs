//! Visits, what happens now, and suggestions, over HTTP (T3, T9, T13, T36, T70).

use crate::support::{Actor, TestApp};
use serde_json::{Value, json};
use std::time::Duration;

/// Beyond this nothing that should happen within a second will.
const PATIENCE: Duration = Duration::from_secs(20);

fn at(path: &str) -> Value {
    json!({"u": format!("https://a.example{path}"), "r": "https://www.google.com/"})
}

async fn shop() -> (TestApp, Actor, String) {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("a.example").await;
    let bought =
        json!({"n": "Purchase", "p": {"plan": "pro", "size": "L"}, "$": {"amount": "10.50", "currency": "EUR"}});
    app.happen("a.example", None, &[at("/"), at("/pricing"), bought]).await;
    app.step(3600);
    app.happen("a.example", None, &[at("/blog")]).await;
    (app, ann, site_id)
}

async fn recipient(app: &TestApp, ann: &Actor, site_id: &str, filters: Value) -> (Actor, Value) {
    let segment = ann.add_segment(site_id, "Part", filters).await;
    let link = ann
        .add_link_with(site_id, json!({"name": "Client", "segment_id": segment["id"]}))
        .await;
    (app.anonymous().with_token(link["token"].as_str().unwrap()), link)
}

#[tokio::test]
async fn visits_are_listed_and_told_event_by_event() {
    let (_app, ann, site_id) = shop().await;
    let path = format!("/api/v1/sites/{site_id}/visits");
    let list = ann
        .get(&format!("{path}?date_range=day"))
        .await
        .expect_status(200)
        .json();
    let visits = list["data"].as_array().unwrap();
    assert_eq!(visits.len(), 2);
    let mut first = visits[1].clone();
    let id = first.as_object_mut().unwrap().remove("id").unwrap();
    let id = id.as_str().unwrap();
    assert!(id.starts_with("vis_") && id.len() > 60, "{id}");
    assert_eq!(
        first,
        json!({
            "started_at": "2026-03-10T13:00:00+01:00", "duration_s": 2, "pageviews": 2, "events": 3, "bounce": false,
            "entry_page": "/", "exit_page": "/pricing", "source": "Google", "channel": "Organic Search",
            "referrer": "google.com", "utm_campaign": "", "country": "", "region": "", "city": "",
            "browser": "Firefox", "browser_version": "140.0", "os": "Linux", "os_version": "", "device": "Desktop"
        })
    );
    let details = ann.get(&format!("{path}/{id}")).await.expect_status(200).json();
    assert_eq!(details["visit"]["id"], id);
    assert_eq!(details["truncated"], false);
    let view = |second: u32, page: &str| {
        json!({"time": format!("2026-03-10T13:00:0{second}+01:00"), "name": "pageview", "hostname": "a.example",
               "path": page, "props": {}, "revenue": null})
    };
    assert_eq!(
        details["timeline"],
        json!([view(0, "/"), view(1, "/pricing"), {
            "time": "2026-03-10T13:00:02+01:00", "name": "Purchase", "hostname": "a.example", "path": "/",
            "props": {"plan": "pro", "size": "L"}, "revenue": {"value": "10.50", "currency": "EUR"}
        }])
    );
    // Page by page, and by what was seen.
    let page = ann.get(&format!("{path}?date_range=day&limit=1")).await.json();
    assert_eq!(page["data"][0]["entry_page"], "/blog");
    let next = format!(
        "{path}?date_range=day&limit=1&cursor={}",
        page["next_cursor"].as_str().unwrap()
    );
    let next = ann.get(&next).await.expect_status(200).json();
    assert_eq!(
        (&next["data"][0]["entry_page"], &next["next_cursor"]),
        (&json!("/"), &json!(null))
    );
    let filters = r#"[["is","event:props:plan",["pro"]]]"#;
    let filtered = ann
        .get(&format!("{path}?date_range=day&filters={filters}"))
        .await
        .expect_status(200)
        .json();
    assert_eq!(filtered["data"].as_array().unwrap().len(), 1);
    for (query, pointer) in [
        ("cursor=vis_abc", "?cursor"),
        ("limit=101", "?limit"),
        ("date_range=fortnight", "?date_range"),
        ("filters=[[1]]", "?filters"),
        (r#"filters=[["is","visit:planet",["x"]]]"#, "?filters"),
    ] {
        ann.get(&format!("{path}?{query}"))
            .await
            .expect_status(422)
            .expect_pointers(&[pointer]);
    }
}

#[tokio::test]
async fn t9_a_segment_bounds_visits_suggestions_and_now() {
    let (app, ann, site_id) = shop().await;
    let base = format!("/api/v1/sites/{site_id}");
    let listed = ann.get(&format!("{base}/visits?date_range=day")).await.json();
    let ids: Vec<&str> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|visit| visit["id"].as_str().unwrap())
        .collect();
    let (client, _) = recipient(&app, &ann, &site_id, json!([["is", "event:page", ["/pricing"]]])).await;
    let seen = client
        .get(&format!("{base}/visits?date_range=day"))
        .await
        .expect_status(200)
        .json();
    assert_eq!(seen["data"].as_array().unwrap().len(), 1);
    assert_eq!(seen["data"][0]["id"], ids[1]);
    client
        .get(&format!("{base}/visits/{}", ids[0]))
        .await
        .expect_status(404)
        .expect_problem("not_found");
    let details = client
        .get(&format!("{base}/visits/{}", ids[1]))
        .await
        .expect_status(200)
        .json();
    let pages: Vec<&str> = details["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["path"].as_str().unwrap())
        .collect();
    assert_eq!(pages, ["/pricing"]);
    let pages = format!("{base}/suggestions?dimension=event:page&date_range=day");
    assert_eq!(
        client.get(&pages).await.json(),
        json!({"data": [{"name": "/pricing", "visitors": 1}]})
    );
    assert_eq!(ann.get(&pages).await.json()["data"].as_array().unwrap().len(), 3);
    let keys = format!("{base}/suggestions?dimension=event:props&date_range=day");
    assert_eq!(client.get(&keys).await.json(), json!({"data": []}));
    let now = client.get(&format!("{base}/realtime")).await.expect_status(200).json();
    assert_eq!((&now["visitors"], &now["pages"]), (&json!(0), &json!([])));
    let wider = r#"[["or",[["is","event:page",["/blog"]],["is","event:page",["/pricing"]]]]]"#;
    let wider = client
        .get(&format!("{base}/realtime?filters={wider}"))
        .await
        .expect_status(200)
        .json();
    assert_eq!(wider["visitors"], 0);
}

#[tokio::test]
async fn suggestions_come_from_the_data_by_their_visitors() {
    let (_app, ann, site_id) = shop().await;
    let path = format!("/api/v1/sites/{site_id}/suggestions?date_range=day");
    let ask = async |query: &str| ann.get(&format!("{path}&{query}")).await.expect_status(200).json()["data"].clone();
    let one = |name: &str| json!({"name": name, "visitors": 1});
    assert_eq!(ask("dimension=event:page&search=PRI").await, json!([one("/pricing")]));
    assert_eq!(ask("dimension=event:props").await, json!([one("plan"), one("size")]));
    assert_eq!(ask("dimension=event:props&search=SI").await, json!([one("size")]));
    assert_eq!(
        ask("dimension=event:props:plan&limit=1")
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(ask("dimension=event:goal").await, json!([]));
    ann.add_goal(&site_id, json!({"event": "Purchase"})).await;
    assert_eq!(ask("dimension=event:goal").await, json!([one("Purchase")]));
    for hostile in ["'%20OR%201=1--", "%25", "$$", "read_text('/etc/passwd')", "%22;ATTACH"] {
        assert_eq!(
            ask(&format!("dimension=event:page&search={hostile}")).await,
            json!([]),
            "T70 {hostile}"
        );
        assert_eq!(
            ask(&format!("dimension=event:props&search={hostile}")).await,
            json!([]),
            "T70 {hostile}"
        );
    }
    for (query, pointer) in [
        ("", "?dimension"),
        ("dimension=visit:planet", "?dimension"),
        ("dimension=time:day", "?dimension"),
        ("dimension=event:page&search=%00", "?search"),
        ("dimension=event:page&limit=0", "?limit"),
    ] {
        ann.get(&format!("{path}&{query}"))
            .await
            .expect_status(422)
            .expect_pointers(&[pointer]);
    }
}

#[tokio::test]
async fn now_is_the_last_minutes() {
    let (app, ann, site_id) = shop().await;
    app.happen("a.example", None, &[at("/now"), at("/now")]).await;
    let now = ann
        .get(&format!("/api/v1/sites/{site_id}/realtime"))
        .await
        .expect_status(200)
        .json();
    let minutes: Vec<i64> = now["pageviews_by_minute"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_i64().unwrap())
        .collect();
    assert_eq!((minutes.len(), minutes.iter().sum::<i64>(), minutes[29]), (30, 3, 3));
    let one = |name: &str| json!([{"name": name, "visitors": 1}]);
    assert_eq!(now["visitors"], 1);
    assert_eq!((&now["sources"], &now["countries"]), (&one("Google"), &one("(none)")));
    app.step(301);
    let later = ann.get(&format!("/api/v1/sites/{site_id}/realtime")).await.json();
    assert_eq!((&later["visitors"], &later["pages"]), (&json!(0), &json!([])));
    assert_eq!(later["pageviews_by_minute"][24], 3);
}

/// Reads a stream until it says the word; its whole text so far.
async fn until(stream: &mut reqwest::Response, word: &str) -> String {
    let mut text = String::new();
    let read = async {
        while !text.contains(word) {
            match stream.chunk().await.unwrap() {
                Some(chunk) => text.push_str(&String::from_utf8_lossy(&chunk)),
                None => break,
            }
        }
    };
    tokio::time::timeout(PATIENCE, read).await.unwrap();
    text
}

#[tokio::test]
async fn t3_a_stream_says_what_is_new_and_ends_with_its_link() {
    let (app, ann, site_id) = shop().await;
    let link = ann.add_link(&site_id, "Client").await;
    let path = format!("/api/v1/sites/{site_id}/realtime/stream");
    let in_query = format!("{path}?auth={}", link["token"].as_str().unwrap());
    let mut stream = app.anonymous().open(&in_query).await;
    assert_eq!(stream.status(), 200);
    assert_eq!(stream.headers()["content-type"], "text/event-stream; charset=utf-8");
    let first = until(&mut stream, "\n\n").await;
    assert!(first.starts_with("event: realtime\ndata: {\"visitors\":1"), "{first}");
    app.happen("a.example", None, &[at("/new")]).await;
    let next = until(&mut stream, "/new").await;
    assert!(next.contains("\"name\":\"/new\""), "{next}");
    let revoke = format!("/api/v1/sites/{site_id}/share-links/{}", link["id"].as_str().unwrap());
    let begin = std::time::Instant::now();
    ann.delete(&revoke).await.expect_status(204);
    let last = until(&mut stream, "event: gone").await;
    assert!(last.ends_with("event: gone\ndata: {}\n\n"), "{last}");
    assert!(begin.elapsed() < Duration::from_millis(1500), "{:?}", begin.elapsed());
    assert_eq!(stream.chunk().await.unwrap(), None);
    assert_eq!(app.anonymous().open(&in_query).await.status(), 404);
}

#[tokio::test]
async fn t9_a_stream_follows_the_segment_of_its_link() {
    let (app, ann, site_id) = shop().await;
    app.happen("a.example", None, &[at("/pricing"), at("/secret")]).await;
    let (client, link) = recipient(&app, &ann, &site_id, json!([["contains", "event:page", ["/"]]])).await;
    let path = format!("/api/v1/sites/{site_id}/realtime/stream");
    let mut stream = client.open(&path).await;
    let first = until(&mut stream, "\n\n").await;
    assert!(first.contains("/secret"), "{first}");
    let segment = link["segment"]["id"].as_str().unwrap();
    let narrower = json!({"filters": [["is", "event:page", ["/pricing"]]]});
    ann.patch(&format!("/api/v1/sites/{site_id}/segments/{segment}"), narrower)
        .await
        .expect_status(200);
    app.happen("a.example", None, &[at("/secret")]).await;
    let next = until(&mut stream, "\n\n").await;
    assert!(next.contains("/pricing") && !next.contains("/secret"), "{next}");
}

#[tokio::test]
async fn t36_streams_are_for_our_own_pages_and_bounded() {
    let (_app, ann, site_id) = shop().await;
    let path = format!("/api/v1/sites/{site_id}/realtime/stream");
    for foreign in ["https://evil.example", "null"] {
        let refused = ann.with("origin", foreign).get(&path).await;
        refused.expect_status(403).expect_problem("forbidden");
    }
    let mut open = Vec::new();
    for _ in 0..20 {
        let stream = ann.open(&path).await;
        assert_eq!(stream.status(), 200);
        open.push(stream);
    }
    let refused = ann.get(&path).await.expect_status(429).expect_problem("rate_limited");
    assert_eq!(refused.header("retry-after"), Some("30"));
    open.clear();
    // The server notices that they are gone when it writes next.
    let freed = async {
        while ann.open(&path).await.status() != 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, freed).await.unwrap();
}
