//! Plausible's Stats API v2: its documented examples, asked as its clients ask and answered in its shape.

use crate::support::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const PATH: &str = "/api/v2/query";

fn at(path: &str) -> Value {
    json!({"u": format!("https://dummy.site{path}")})
}

fn bought(amount: &str, currency: &str) -> Value {
    json!({"n": "Purchase", "$": {"amount": amount, "currency": currency}, "p": {"is_customer": "true"}})
}

/// A site with a few visits, and a script that may read it.
async fn dummy() -> (TestApp, Actor, Actor, String) {
    let app = TestApp::start_with(|config| {
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        config.ingest.country_header = "x-country".to_owned();
    })
    .await;
    let (owner, site_id) = app.owner_of("dummy.site").await;
    for (address, country, events) in [
        ("203.0.113.1", "IT", vec![at("/"), at("/pricing")]),
        (
            "203.0.113.2",
            "IT",
            vec![at("/?utm_medium=social&utm_source=twitter"), bought("10.50", "USD")],
        ),
        ("203.0.113.3", "DE", vec![at("/blog"), bought("1234.5", "USD")]),
        ("203.0.113.4", "", vec![at("/")]),
    ] {
        for event in events {
            let mut event = event;
            let visitor = app
                .anonymous()
                .with("user-agent", FIREFOX)
                .with("x-forwarded-for", address);
            event["d"] = json!("dummy.site");
            for (name, value) in [("n", json!("pageview")), ("u", json!("https://dummy.site/"))] {
                if event.get(name).is_none() {
                    event[name] = value;
                }
            }
            let sent = visitor.with("x-country", country).post("/api/event", event).await;
            sent.expect_status(202);
        }
    }
    app.state.events.drained().await;
    let script = app.anonymous().with_key(&owner.add_key(&["stats:read"], None).await);
    (app, owner, script, site_id)
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn ask(script: &Actor, change: Value) -> Value {
    asked(script, change).await.expect_status(200).json()
}

async fn asked(script: &Actor, change: Value) -> Answer {
    let mut query = json!({"site_id": "dummy.site", "metrics": ["visitors"], "date_range": "day"});
    query
        .as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    script.post(PATH, query).await
}

async fn rows(script: &Actor, change: Value) -> Value {
    ask(script, change).await["results"].clone()
}

#[tokio::test]
async fn the_first_request_of_the_documentation_has_the_documented_answer() {
    let (_app, _owner, script, _) = dummy().await;
    let answer = ask(
        &script,
        json!({"metrics": ["visitors", "events"], "date_range": ["2026-03-09", "2026-03-10"]}),
    )
    .await;
    let expected = json!({
        "results": [{"dimensions": [], "metrics": [4, 7]}],
        "meta": {},
        "query": {
            "site_id": "dummy.site", "metrics": ["visitors", "events"],
            "date_range": ["2026-03-09T00:00:00+01:00", "2026-03-10T23:59:59+01:00"],
            "filters": [], "dimensions": [], "order_by": [["visitors", "desc"]], "include": {},
            "pagination": {"limit": 10000, "offset": 0}
        }
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn places_go_by_their_names() {
    let (_app, _owner, script, _) = dummy().await;
    let filter = json!([["is_not", "visit:country_name", [""]]]);
    let asked = json!({"metrics": ["visitors", "pageviews", "bounce_rate"], "filters": filter,
        "dimensions": ["visit:country_name", "visit:city_name"]});
    let answer = ask(&script, asked).await;
    let expected = json!([
        {"dimensions": ["Italy", "(not set)"], "metrics": [2, 3, 0]},
        {"dimensions": ["Germany", "(not set)"], "metrics": [1, 1, 0]}
    ]);
    assert_eq!(answer["results"], expected);
    assert_eq!(
        answer["query"]["dimensions"],
        json!(["visit:country_name", "visit:city_name"])
    );
    assert_eq!(answer["query"]["filters"], filter);
    assert_eq!(answer["query"]["order_by"], json!([["visitors", "desc"]]));
    for (filter, visitors) in [
        (json!(["is", "visit:country_name", ["Italy", "Germany"]]), 3),
        (json!(["is", "visit:country_name", ["italy"]]), 0),
        (
            json!(["is", "visit:country_name", ["italy"], {"case_sensitive": false}]),
            2,
        ),
        (json!(["is", "visit:country_name", ["(not set)"]]), 1),
        (json!(["is_not", "visit:country_name", ["Italy"]]), 2),
        (json!(["contains", "visit:country_name", ["erman", "Atlantis"]]), 1),
        (json!(["contains_not", "visit:country_name", ["Atlantis"]]), 4),
        (json!(["matches", "visit:country_name", ["^(Ital|Germ)"]]), 3),
        (json!(["is", "visit:country", ["IT"]]), 2),
        (
            json!([
                "not",
                [
                    "or",
                    [
                        ["is", "visit:country_name", ["Italy"]],
                        ["is", "visit:utm_source", ["(not set)"]]
                    ]
                ]
            ]),
            0,
        ),
        (
            json!([
                "and",
                [
                    ["is", "visit:country_name", ["Italy"]],
                    ["is", "visit:utm_source", ["twitter"]]
                ]
            ]),
            1,
        ),
    ] {
        let answer = rows(&script, json!({"filters": [filter]})).await;
        assert_eq!(answer[0]["metrics"], json!([visitors]), "{filter}");
    }
}

#[tokio::test]
async fn time_goes_by_local_labels() {
    let (_app, _owner, script, _) = dummy().await;
    let answer = ask(
        &script,
        json!({"dimensions": ["time:hour"], "include": {"time_labels": true}}),
    )
    .await;
    assert_eq!(
        answer["results"],
        json!([{"dimensions": ["2026-03-10 13:00:00"], "metrics": [4]}])
    );
    let labels = answer["meta"]["time_labels"].as_array().unwrap();
    assert_eq!((labels.len(), &labels[23]), (24, &json!("2026-03-10 23:00:00")));
    assert_eq!(
        answer["query"]["order_by"],
        json!([["time:hour", "asc"], ["visitors", "desc"]])
    );
    let days = ask(
        &script,
        json!({"date_range": ["2026-03-08", "2026-03-10"], "dimensions": ["time"]}),
    )
    .await;
    assert_eq!(days["results"][0]["dimensions"], json!(["2026-03-10"]));
    assert_eq!(days["query"]["dimensions"], json!(["time:day"]));
}

#[tokio::test]
async fn pages_of_rows_are_counted_and_properties_are_dimensions() {
    let (_app, _owner, script, _) = dummy().await;
    let page = json!({"metrics": ["visitors", "events", "pageviews"], "dimensions": ["visit:utm_medium", "visit:utm_source"],
        "include": {"total_rows": true}, "pagination": {"offset": 0, "limit": 1}});
    let answer = ask(&script, page).await;
    assert_eq!(
        answer["results"],
        json!([{"dimensions": ["(not set)", "(not set)"], "metrics": [3, 5, 4]}])
    );
    assert_eq!(answer["meta"], json!({"total_rows": 2}));
    let props = json!({"dimensions": ["event:props:is_customer"], "order_by": [["event:props:is_customer", "asc"]]});
    let answer = ask(&script, props).await;
    let expected = json!([
        {"dimensions": ["(none)"], "metrics": [4]},
        {"dimensions": ["true"], "metrics": [2]}
    ]);
    assert_eq!(answer["results"], expected);
    assert_eq!(answer["query"]["order_by"], json!([["event:props:is_customer", "asc"]]));
}

#[tokio::test]
async fn what_else_was_done_in_a_visit_is_asked() {
    let (_app, owner, script, site_id) = dummy().await;
    owner.add_goal(&site_id, json!({"event": "Purchase"})).await;
    let goal = json!(["is", "event:goal", ["Purchase"]]);
    for (done, visitors) in [
        (json!(["has_done", ["is", "event:page", ["/blog"]]]), 1),
        (json!(["has_not_done", ["is", "event:page", ["/blog"]]]), 1),
        (json!(["has_done", ["is", "event:page", ["/pricing"]]]), 0),
        (json!(["has_done", ["is", "visit:country_name", ["Germany"]]]), 1),
    ] {
        let answer = rows(&script, json!({"filters": [goal, done]})).await;
        assert_eq!(answer[0]["metrics"], json!([visitors]), "{done}");
    }
    let visits = rows(
        &script,
        json!({"metrics": ["visits"], "filters": [["has_not_done", ["is", "event:name", ["Purchase"]]]]}),
    )
    .await;
    assert_eq!(visits[0]["metrics"], json!([2]));
}

#[tokio::test]
async fn segments_are_filters() {
    let (app, owner, script, site_id) = dummy().await;
    let italy = owner
        .add_segment(&site_id, "Italy", json!([["is", "visit:country", ["IT"]]]))
        .await;
    let answer = rows(&script, json!({"filters": [["is", "segment", [italy["id"]]]]})).await;
    assert_eq!(answer[0]["metrics"], json!([2]));
    for wrong in [json!("seg_none"), json!(2)] {
        let refused = asked(&script, json!({"filters": [["is", "segment", [wrong]]]})).await;
        refused.expect_status(422).expect_pointers(&["/filters/0/2/0"]);
    }
    // Another site's segment is none.
    let (other, other_id) = app.owner_of("other.site").await;
    let foreign = other
        .add_segment(&other_id, "All", json!([["is", "visit:country", ["IT"]]]))
        .await;
    let refused = asked(&script, json!({"filters": [["is", "segment", [foreign["id"]]]]})).await;
    refused.expect_status(422);
}

#[tokio::test]
async fn revenue_is_told_to_programs_and_to_people() {
    let (_app, owner, script, site_id) = dummy().await;
    owner
        .add_goal(&site_id, json!({"event": "Purchase", "currency": "USD"}))
        .await;
    owner.add_goal(&site_id, json!({"path": "/pricing"})).await;
    let asked =
        json!({"metrics": ["total_revenue"], "dimensions": ["event:goal"], "order_by": [["event:goal", "asc"]]});
    let expected = json!([
        {"dimensions": ["Purchase"], "metrics": [
            {"value": 1245.0, "currency": "USD", "short": "$1.2K", "long": "$1,245.00"}
        ]},
        {"dimensions": ["Visit /pricing"], "metrics": [null]}
    ]);
    assert_eq!(rows(&script, asked).await, expected);
    let pages = json!({"metrics": ["total_revenue"], "filters": [["is", "event:goal", ["Visit /pricing"]]]});
    let answer = ask(&script, pages).await;
    assert_eq!(answer["results"][0]["metrics"], json!([null]));
    assert_eq!(
        answer["meta"]["metric_warnings"]["total_revenue"]["code"],
        "no_revenue_goals_matching"
    );
    owner
        .add_goal(
            &site_id,
            json!({"event": "Purchase", "name": "In euros", "currency": "EUR"}),
        )
        .await;
    let both = json!({"metrics": ["average_revenue"], "filters": [["is", "event:goal", ["Purchase", "In euros"]]]});
    let answer = ask(&script, both).await;
    assert_eq!(
        answer["meta"]["metric_warnings"]["average_revenue"]["code"],
        "no_single_revenue_currency"
    );
}

#[tokio::test]
async fn imported_days_are_counted_in_when_asked() {
    let (_app, _owner, script, _) = dummy().await;
    let answer = ask(&script, json!({"include": {"imports": true}})).await;
    assert_eq!(
        answer["meta"],
        json!({"imports_included": false, "imports_skip_reason": "no_imported_data"})
    );
    assert_eq!(answer["query"]["include"], json!({"imports": true}));
}

#[tokio::test]
async fn wrong_questions_are_refused_and_other_sites_are_not_there() {
    let (app, owner, script, _) = dummy().await;
    for (change, pointer) in [
        (json!({"site_id": 1}), "/site_id"),
        (json!({"dimensions": ["visit:planet"]}), "/dimensions/0"),
        (
            json!({"filters": [["is", "visit:planet_name", ["Mars"]]]}),
            "/filters/0",
        ),
        (json!({"filters": [["is", "visit:city", [4_347_778]]]}), "/filters/0/2"),
        (
            json!({"filters": [["matches", "visit:country_name", ["("]]]}),
            "/filters/0/2",
        ),
        (json!({"order_by": [["visitors", "up"]]}), "/order_by/0/1"),
        (json!({"include": {"everything": true}}), "/include/everything"),
        (json!({"owner": "me"}), "/owner"),
    ] {
        let refused = asked(&script, change.clone()).await;
        refused
            .expect_status(422)
            .expect_problem("invalid")
            .expect_pointers(&[pointer]);
    }
    let mut deep = json!(["is", "event:page", ["/"]]);
    for _ in 0..40 {
        deep = json!(["not", deep]);
    }
    asked(&script, json!({"filters": [deep]})).await.expect_status(422);
    let (other, _) = app.owner_of("other.site").await;
    for (actor, domain) in [(&script, "other.site"), (&script, "no.site"), (&other, "dummy.site")] {
        asked(actor, json!({"site_id": domain}))
            .await
            .expect_status(404)
            .expect_problem("not_found");
    }
    let site = owner.get("/api/v1/sites").await.json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let elsewhere = owner.add_site("second.site").await;
    let bound = app
        .anonymous()
        .with_key(&owner.add_key(&["stats:read"], Some(&elsewhere)).await);
    asked(&bound, json!({})).await.expect_status(404);
    let link = owner.add_link(&site, "Client").await;
    let recipient = app.anonymous().with_token(link["token"].as_str().unwrap());
    asked(&recipient, json!({})).await.expect_status(403);
}
