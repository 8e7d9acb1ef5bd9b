//! Segments, and links that are bound to one (T9).

use crate::support::{Actor, TestApp};
use serde_json::{Value, json};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn segments_of(site_id: &str) -> String {
    format!("/api/v1/sites/{site_id}/segments")
}

async fn visited(app: &TestApp, domain: &str, pages: &[&str]) {
    for page in pages {
        let event = json!({"n": "pageview", "u": format!("https://{domain}{page}"), "d": domain});
        let visitor = app.anonymous().with("user-agent", FIREFOX);
        visitor.post("/api/event", event).await.expect_status(202);
    }
    app.state.events.drained().await;
}

async fn ask(actor: &Actor, site_id: &str, change: Value) -> Value {
    let mut query = json!({"metrics": ["pageviews"], "date_range": "day"});
    for (name, value) in change.as_object().unwrap() {
        query[name] = value.clone();
    }
    let answer = actor.post(&format!("/api/v1/sites/{site_id}/query"), query).await;
    answer.expect_status(200).json()
}

#[tokio::test]
async fn a_segment_is_made_listed_changed_and_deleted() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let path = segments_of(&site_id);
    let filters = json!([
        ["is", "event:page", ["/pricing"]],
        ["or", [["is", "visit:country", ["DE"]], ["not", ["contains", "visit:source", ["Goo"], {"case_sensitive": false}]]]]
    ]);
    let body = json!({"name": " Pricing ", "filters": filters});
    let answer = ann.post(&path, body).await.expect_status(201);
    let segment = answer.json();
    let own = answer.header("location").unwrap().to_owned();
    assert_eq!(own, format!("{path}/{}", segment["id"].as_str().unwrap()));
    let expected = json!({
        "id": segment["id"], "name": "Pricing", "filters": filters, "share_links": [],
        "created_at": "2026-03-10T12:00:00.000Z", "updated_at": "2026-03-10T12:00:00.000Z"
    });
    assert_eq!(segment, expected);
    assert_eq!(ann.get(&own).await.expect_status(200).json(), expected);
    ann.add_segment(&site_id, "all of Austria", json!([["is", "visit:country", ["AT"]]]))
        .await;
    let listed = ann.get(&path).await.expect_status(200).json();
    let names = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|segment| segment["name"].clone());
    assert_eq!(names.collect::<Vec<_>>(), ["all of Austria", "Pricing"]);

    app.step(60);
    let changed = ann
        .patch(&own, json!({"name": "Prices"}))
        .await
        .expect_status(200)
        .json();
    assert_eq!((&changed["name"], &changed["filters"]), (&json!("Prices"), &filters));
    assert_eq!(changed["updated_at"], "2026-03-10T12:01:00.000Z");
    ann.delete(&own).await.expect_status(204);
    ann.delete(&own).await.expect_status(404);
    ann.get(&own).await.expect_status(404);
    ann.patch(&own, json!({"name": "x"})).await.expect_status(404);
}

#[tokio::test]
async fn wrong_segments_are_named_by_their_fields() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let path = segments_of(&site_id);
    let page = json!([["is", "event:page", ["/"]]]);
    for (body, pointer) in [
        (json!({"filters": page}), "/name"),
        (json!({"name": " ", "filters": page}), "/name"),
        (json!({"name": "x".repeat(61), "filters": page}), "/name"),
        (json!({"name": "x"}), "/filters"),
        (json!({"name": "x", "filters": []}), "/filters"),
        (json!({"name": "x", "filters": vec![page[0].clone(); 51]}), "/filters"),
        (
            json!({"name": "x", "filters": [["is", "visit:planet", ["/"]]]}),
            "/filters/0/1",
        ),
        (
            json!({"name": "x", "filters": [["matches", "event:page", ["("]]]}),
            "/filters/0/2/0",
        ),
        (
            json!({"name": "x", "filters": [["is", "time:day", ["x"]]]}),
            "/filters/0/1",
        ),
        (json!({"name": "x", "filters": page, "owner_id": "acc_1"}), "/owner_id"),
    ] {
        let answer = ann.post(&path, body.clone()).await.expect_status(422);
        answer.expect_problem("invalid").expect_pointers(&[pointer]);
    }
    ann.add_segment(&site_id, "Pages", page.clone()).await;
    let taken = ann.post(&path, json!({"name": " PAGES", "filters": page})).await;
    taken.expect_status(409).expect_problem("name_taken");
    assert_eq!(ann.get(&path).await.json()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn t9_a_link_shows_nothing_outside_of_its_segment() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    visited(&app, "example.org", &["/pricing", "/pricing", "/blog", "/"]).await;
    let filters = json!([["is", "event:page", ["/pricing"]]]);
    let segment = ann.add_segment(&site_id, "Pricing", filters.clone()).await;
    let body = json!({"name": "Client", "segment_id": segment["id"]});
    let link = ann.add_link_with(&site_id, body).await;
    assert_eq!(link["segment"], json!({"id": segment["id"], "name": "Pricing"}));
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());

    assert_eq!(
        ask(&ann, &site_id, json!({})).await["results"][0]["metrics"],
        json!([4])
    );
    let seen = ask(&client, &site_id, json!({})).await;
    assert_eq!(seen["results"][0]["metrics"], json!([2]));
    assert_eq!(seen["meta"]["segment"], json!({"name": "Pricing", "filters": filters}));
    assert_eq!(
        seen["query"]["filters"],
        json!([]),
        "what was asked is echoed, not what was added"
    );
    for widening in [
        json!([["is", "event:page", ["/blog"]]]),
        json!([["is_not", "event:page", ["/pricing"]]]),
        json!([["not", ["is", "event:page", ["/pricing"]]]]),
        json!([["and", [["is", "event:page", ["/", "/blog"]]]]]),
    ] {
        let seen = ask(&client, &site_id, json!({"filters": widening})).await;
        assert_eq!(seen["results"][0]["metrics"], json!([0]), "{widening}");
    }
    let either = json!([[
        "or",
        [["is", "event:page", ["/blog"]], ["is", "event:page", ["/pricing"]]]
    ]]);
    assert_eq!(
        ask(&client, &site_id, json!({"filters": either})).await["results"][0]["metrics"],
        json!([2])
    );
    let pages = ask(&client, &site_id, json!({"dimensions": ["event:page"]})).await;
    assert_eq!(pages["results"], json!([{"dimensions": ["/pricing"], "metrics": [2]}]));
    let batch = json!({"queries": [{"metrics": ["pageviews"], "date_range": "day"}]});
    let batch = client.post(&format!("/api/v1/sites/{site_id}/queries"), batch).await;
    assert_eq!(
        batch.expect_status(200).json()["results"][0]["results"][0]["metrics"],
        json!([2])
    );

    // A change of the segment holds for the next question; so does another segment, or none.
    let own = format!("{}/{}", segments_of(&site_id), segment["id"].as_str().unwrap());
    let blog = json!({"filters": [["is", "event:page", ["/blog"]]]});
    ann.patch(&own, blog).await.expect_status(200);
    assert_eq!(
        ask(&client, &site_id, json!({})).await["results"][0]["metrics"],
        json!([1])
    );
    let link_path = format!("/api/v1/sites/{site_id}/share-links/{}", link["id"].as_str().unwrap());
    ann.patch(&link_path, json!({"segment_id": null}))
        .await
        .expect_status(200);
    let seen = ask(&client, &site_id, json!({})).await;
    assert_eq!(
        (&seen["results"][0]["metrics"], seen["meta"].get("segment")),
        (&json!([4]), None)
    );
}

#[tokio::test]
async fn t9_a_segment_in_use_stays() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let other_id = ann.add_site("example.net").await;
    let page = json!([["is", "event:page", ["/"]]]);
    let segment = ann.add_segment(&site_id, "Home", page.clone()).await;
    let foreign = ann.add_segment(&other_id, "Home", page).await;
    let links = format!("/api/v1/sites/{site_id}/share-links");
    for id in [&foreign["id"], &json!("seg_0000000000000000"), &json!("")] {
        let answer = ann.post(&links, json!({"name": "Client", "segment_id": id})).await;
        answer.expect_status(422).expect_pointers(&["/segment_id"]);
    }
    let link = ann
        .add_link_with(&site_id, json!({"name": "Client", "segment_id": segment["id"]}))
        .await;
    // Of the same instant, either could come first.
    app.step(1);
    ann.add_link_with(&site_id, json!({"name": "Board", "segment_id": segment["id"]}))
        .await;
    let own = format!("{}/{}", segments_of(&site_id), segment["id"].as_str().unwrap());
    let used = ann.get(&own).await.json()["share_links"].clone();
    assert_eq!(used[0], json!({"id": link["id"], "name": "Client"}));
    let refused = ann
        .delete(&own)
        .await
        .expect_status(409)
        .expect_problem("segment_in_use")
        .json();
    assert_eq!(refused["detail"], "These share links use the segment: Client, Board");
    let viewer = app.viewer_of(&ann, &site_id, "viewer@example.org").await;
    assert_eq!(
        viewer.get(&own).await.expect_status(200).json()["share_links"],
        json!([]),
        "no links for viewers"
    );
    let script = app.anonymous().with_key(&ann.add_key(&["sites:read"], None).await);
    assert_eq!(
        script.get(&own).await.expect_status(200).json()["share_links"],
        json!([]),
        "nor for keys without links:read"
    );

    ann.delete(&format!("{links}/{}", link["id"].as_str().unwrap()))
        .await
        .expect_status(204);
    ann.delete(&own).await.expect_status(409);
    let board = ann.get(&links).await.json()["data"][0]["id"].clone();
    ann.patch(
        &format!("{links}/{}", board.as_str().unwrap()),
        json!({"segment_id": null}),
    )
    .await
    .expect_status(200);
    ann.delete(&own).await.expect_status(204);
    // A site goes with its segments and the links that are bound to them.
    let segment = ann
        .add_segment(&site_id, "Again", json!([["is", "event:page", ["/"]]]))
        .await;
    ann.add_link_with(&site_id, json!({"name": "Last", "segment_id": segment["id"]}))
        .await;
    ann.delete(&format!("/api/v1/sites/{site_id}")).await.expect_status(204);
}

#[tokio::test]
async fn t9_metrics_without_meaning_in_the_segment_are_refused() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let segment = ann
        .add_segment(&site_id, "Bought", json!([["is", "event:name", ["Purchase"]]]))
        .await;
    let link = ann
        .add_link_with(&site_id, json!({"name": "Client", "segment_id": segment["id"]}))
        .await;
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    let query = json!({"metrics": ["time_on_page"], "date_range": "day", "dimensions": ["event:page"]});
    let path = format!("/api/v1/sites/{site_id}/query");
    ann.post(&path, query.clone()).await.expect_status(200);
    client
        .post(&path, query)
        .await
        .expect_status(422)
        .expect_pointers(&["/metrics/0"]);
}

/// What the engine does not know is refused when it is given, not when a recipient asks.
#[tokio::test]
async fn patterns_that_the_engine_refuses_are_not_kept() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let path = format!("/api/v1/sites/{site_id}/segments");
    for pattern in ["a**", "(?x) a b", r"a{1001}"] {
        let filters = json!([
            ["is", "event:page", ["/"]],
            ["not", ["matches", "event:page", ["^/", pattern]]]
        ]);
        let given = json!({"name": "Odd", "filters": filters});
        let refused = ann.post(&path, given).await.expect_status(422);
        refused.expect_pointers(&["/filters/1/1/2/1"]);
    }
    let good = json!([["matches", "event:page", ["^/blog/\\d+$"]]]);
    let segment = ann.add_segment(&site_id, "Good", good).await;
    let own = format!("{path}/{}", segment["id"].as_str().unwrap());
    let odd = json!({"filters": [["matches", "event:page", ["a**"]]]});
    let refused = ann.patch(&own, odd).await.expect_status(422);
    refused.expect_pointers(&["/filters/0/2/0"]);
}

#[tokio::test]
async fn t9_all_time_of_a_segment_begins_with_what_the_segment_has() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    app.happen("example.org", None, &[json!({"u": "https://example.org/"})])
        .await;
    app.step(3 * 86_400);
    app.happen("example.org", None, &[json!({"u": "https://example.org/new"})])
        .await;
    let query = json!({"metrics": ["visitors"], "date_range": "all"});
    let path = format!("/api/v1/sites/{site_id}/query");
    for (pages, began) in [
        (json!(["/"]), "2026-03-10"),
        (json!(["/new"]), "2026-03-13"),
        (json!(["/none"]), "2026-03-13"),
    ] {
        let filters = json!([["is", "event:page", pages]]);
        let segment = ann.add_segment(&site_id, &pages.to_string(), filters).await;
        let bound = json!({"name": pages.to_string(), "segment_id": segment["id"]});
        let link = ann.add_link_with(&site_id, bound).await;
        let client = app.anonymous().with_token(link["token"].as_str().unwrap());
        let answer = client.post(&path, query.clone()).await.expect_status(200).json();
        let from = answer["query"]["date_range"][0].as_str().unwrap();
        assert_eq!(&from[..10], began, "{pages}");
    }
}
