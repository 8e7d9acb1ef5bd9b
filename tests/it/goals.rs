//! Goals, conversions, revenue and funnels over HTTP.

use crate::support::{Actor, TestApp};
use serde_json::{Value, json};

fn at(path: &str) -> Value {
    json!({"u": format!("https://a.example{path}")})
}

fn bought(plan: &str, amount: &str, currency: &str) -> Value {
    json!({"n": "Purchase", "p": {"plan": plan}, "$": {"amount": amount, "currency": currency}})
}

async fn shop() -> (TestApp, Actor, String) {
    let app = TestApp::start_with(|config| {
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    let (ann, site_id) = app.owner_of("a.example").await;
    (app, ann, site_id)
}

async fn ask(actor: &Actor, site_id: &str, change: Value) -> Value {
    let mut query = json!({"metrics": ["visitors"], "date_range": "day"});
    query
        .as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    let answer = actor.post(&format!("/api/v1/sites/{site_id}/query"), query).await;
    let rows = answer.expect_status(200).json()["results"].clone();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| json!([row["dimensions"], row["metrics"]])).collect()
}

#[tokio::test]
async fn a_goal_is_made_listed_changed_and_deleted() {
    let (app, ann, site_id) = shop().await;
    let path = format!("/api/v1/sites/{site_id}/goals");
    let body = json!({"event": " Purchase ", "props": {"plan": "pro"}, "currency": "EUR", "name": "Buy pro"});
    let answer = ann.post(&path, body).await.expect_status(201);
    let goal = answer.json();
    let own = answer.header("location").unwrap().to_owned();
    let expected = json!({
        "id": goal["id"], "name": "Buy pro", "path": null, "event": "Purchase", "props": {"plan": "pro"},
        "currency": "EUR", "created_at": "2026-03-10T12:00:00.000Z"
    });
    assert_eq!(goal, expected);
    assert_eq!(ann.get(&own).await.expect_status(200).json(), expected);
    let page = ann
        .post(&path, json!({"path": "/thanks"}))
        .await
        .expect_status(201)
        .json();
    assert_eq!(page["name"], "Visit /thanks");
    let taken = ann.post(&path, json!({"path": "/x", "name": "visit  /THANKS"})).await;
    taken.expect_status(409).expect_problem("name_taken");
    let changed = ann
        .patch(&own, json!({"name": "Pro", "currency": null}))
        .await
        .expect_status(200)
        .json();
    assert_eq!((&changed["name"], &changed["currency"]), (&json!("Pro"), &json!(null)));
    let link = ann.add_link(&site_id, "Client").await;
    let recipient = app.anonymous().with_token(link["token"].as_str().unwrap());
    let seen = recipient.get(&path).await.expect_status(200).json();
    assert_eq!(seen["data"].as_array().unwrap().len(), 2);
    ann.delete(&own).await.expect_status(204);
    ann.get(&own).await.expect_status(404);
}

#[tokio::test]
async fn wrong_goals_are_named_by_their_fields() {
    let (_app, ann, site_id) = shop().await;
    let path = format!("/api/v1/sites/{site_id}/goals");
    for (body, pointer) in [
        (json!({}), "/path"),
        (json!({"path": "thanks"}), "/path"),
        (json!({"path": "/a", "event": "b"}), "/event"),
        (json!({"path": "/a", "currency": "EUR"}), "/currency"),
        (json!({"path": "/a", "props": {"a": "b"}}), "/props"),
        (json!({"event": "pageview"}), "/event"),
        (json!({"event": "  "}), "/event"),
        (json!({"event": "a", "currency": "XXY"}), "/currency"),
        (json!({"event": "a", "props": {"": "b"}}), "/props"),
        (json!({"event": "a", "name": "x".repeat(121)}), "/name"),
        (json!({"event": "a", "id": "goal_1"}), "/id"),
    ] {
        let refused = ann
            .post(&path, body.clone())
            .await
            .expect_status(422)
            .expect_problem("invalid");
        refused.expect_pointers(&[pointer]);
    }
}

#[tokio::test]
async fn goals_hold_for_the_past_and_tell_conversions() {
    let (app, ann, site_id) = shop().await;
    app.happen(
        "a.example",
        Some("203.0.113.1"),
        &[at("/"), at("/shop/one"), bought("pro", "10.50", "EUR")],
    )
    .await;
    app.happen(
        "a.example",
        Some("203.0.113.2"),
        &[at("/"), bought("free", "0.005", "EUR"), bought("pro", "3", "USD")],
    )
    .await;
    app.happen("a.example", Some("203.0.113.3"), &[at("/shop/one"), at("/shop/two")])
        .await;
    app.happen("a.example", Some("203.0.113.4"), &[at("/")]).await;
    ann.add_goal(&site_id, json!({"event": "Purchase", "currency": "EUR"}))
        .await;
    ann.add_goal(
        &site_id,
        json!({"event": "Purchase", "name": "Pro", "props": {"plan": "pro"}, "currency": "USD"}),
    )
    .await;
    ann.add_goal(&site_id, json!({"path": "/shop/**"})).await;
    let goals = ask(
        &ann,
        &site_id,
        json!({
            "dimensions": ["event:goal"],
            "metrics": ["visitors", "events", "conversion_rate", "total_revenue", "average_revenue"],
            "order_by": [["event:goal", "asc"]]
        }),
    );
    let euro = |value: &str| json!({"value": value, "currency": "EUR"});
    let dollar = json!({"value": "3.00", "currency": "USD"});
    assert_eq!(
        goals.await,
        json!([
            [["Pro"], [2, 2, 50.0, dollar, dollar]],
            [["Purchase"], [2, 3, 50.0, euro("10.505"), euro("5.253")]],
            [["Visit /shop/**"], [2, 3, 50.0, null, null]],
        ])
    );
    // Everyone's pages, and how many of their visitors bought something there.
    let pages = ask(
        &ann,
        &site_id,
        json!({
            "dimensions": ["visit:entry_page"], "metrics": ["visitors", "conversion_rate", "group_conversion_rate"],
            "filters": [["is", "event:goal", ["Purchase"]]]
        }),
    );
    assert_eq!(pages.await, json!([[["/"], [2, 50.0, 66.67]]]));
    // Under a goal money counts in the goal's currency; amounts of two are never added.
    let filter = json!([["is", "event:goal", ["Purchase"]]]);
    let revenue = json!(["total_revenue", "average_revenue"]);
    for (filters, expected) in [
        (filter.clone(), json!([euro("10.505"), euro("5.253")])),
        (json!([["is", "event:goal", ["Pro"]]]), json!([dollar, dollar])),
        (json!([["is", "event:goal", ["Pro", "Purchase"]]]), json!([null, null])),
        (json!([["is", "event:name", ["Purchase"]]]), json!([null, null])),
        (json!([["and", filter]]), json!([euro("10.505"), euro("5.253")])),
        (
            json!([["or", [["is", "event:goal", ["Pro"]]]]]),
            json!([dollar, dollar]),
        ),
    ] {
        let whole = ask(&ann, &site_id, json!({"metrics": revenue, "filters": filters})).await;
        assert_eq!(whole, json!([[[], expected]]), "{filters}");
    }
    let segment = ann.add_segment(&site_id, "Buyers", filter.clone()).await;
    let bound = json!({"name": "Shop", "segment_id": segment["id"]});
    let link = ann.add_link_with(&site_id, bound).await;
    let recipient = app.anonymous().with_token(link["token"].as_str().unwrap());
    let whole = ask(&recipient, &site_id, json!({"metrics": revenue})).await;
    assert_eq!(whole, json!([[[], [euro("10.505"), euro("5.253")]]]));
    let currencies = ask(
        &ann,
        &site_id,
        json!({
            "metrics": ["total_revenue", "events"], "dimensions": ["event:currency"], "filters": filter
        }),
    );
    assert_eq!(
        currencies.await,
        json!([[["EUR"], [euro("10.505"), 2]], [["USD"], [dollar, 1]]])
    );
    // A page view reaches a goal at once for today's and yesterday's visitors.
    let hours = ask(
        &ann,
        &site_id,
        json!({
            "metrics": ["conversion_rate"], "dimensions": ["time:day"], "filters": [["is", "event:goal", ["Visit /shop/**"]]]
        }),
    );
    assert_eq!(hours.await, json!([[["2026-03-10"], [50.0]]]));
}

#[tokio::test]
async fn a_goal_that_is_named_elsewhere_stays() {
    let (_app, ann, site_id) = shop().await;
    let [one, two] = ["/one", "/two"].map(|path| json!({"path": path}));
    let (one, two) = (ann.add_goal(&site_id, one).await, ann.add_goal(&site_id, two).await);
    let goal = |id: &str| format!("/api/v1/sites/{site_id}/goals/{id}");
    let funnels = format!("/api/v1/sites/{site_id}/funnels");
    let funnel = ann.add(&funnels, json!({"name": "Way", "steps": [one, two]})).await;
    let kept = ann
        .delete(&goal(&one))
        .await
        .expect_status(409)
        .expect_problem("conflict");
    assert!(kept.text().contains("Way"), "{}", kept.text());
    ann.delete(&format!("{funnels}/{funnel}")).await.expect_status(204);
    let segment = ann
        .add_segment(
            &site_id,
            "Others",
            json!([["not", ["contains", "event:goal", ["/one"]]]]),
        )
        .await;
    for refused in [
        ann.delete(&goal(&one)).await,
        ann.patch(&goal(&one), json!({"name": "x"})).await,
    ] {
        let refused = refused.expect_status(409).expect_problem("conflict");
        assert!(refused.text().contains("Others"), "{}", refused.text());
    }
    ann.patch(&goal(&one), json!({"name": "Visit /one"}))
        .await
        .expect_status(200);
    ann.delete(&goal(&two)).await.expect_status(204);
    let segment_path = format!("/api/v1/sites/{site_id}/segments/{}", segment["id"].as_str().unwrap());
    ann.delete(&segment_path).await.expect_status(204);
    ann.delete(&goal(&one)).await.expect_status(204);
}

#[tokio::test]
async fn a_funnel_counts_visits_that_reach_its_steps_in_order() {
    let (app, ann, site_id) = shop().await;
    let steps = [at("/"), at("/shop/one"), bought("pro", "1", "EUR")];
    app.happen("a.example", Some("203.0.113.1"), &steps).await;
    // The same the other way round, and half of it.
    app.happen(
        "a.example",
        Some("203.0.113.2"),
        &[steps[2].clone(), at("/shop/one"), at("/")],
    )
    .await;
    app.happen("a.example", Some("203.0.113.3"), &[at("/"), at("/"), at("/shop/two")])
        .await;
    app.happen("a.example", Some("203.0.113.4"), &[at("/about")]).await;
    let goals = [
        json!({"path": "/"}),
        json!({"path": "/shop/*"}),
        json!({"event": "Purchase"}),
    ];
    let mut ids = Vec::new();
    for goal in goals {
        ids.push(ann.add_goal(&site_id, goal).await);
    }
    let path = format!("/api/v1/sites/{site_id}/funnels");
    let funnel = ann.add(&path, json!({"name": "Buying", "steps": ids})).await;
    let query = format!("{path}/{funnel}/query");
    let link = ann.add_link(&site_id, "Client").await;
    let recipient = app.anonymous().with_token(link["token"].as_str().unwrap());
    for actor in [&ann, &recipient] {
        let answer = actor
            .post(&query, json!({"date_range": "day"}))
            .await
            .expect_status(200)
            .json();
        let step = |name: &str, visitors: i64, entering: f64, previous: f64| json!({"name": name, "visitors": visitors, "of_entering": entering, "of_previous": previous});
        assert_eq!(
            answer,
            json!({"name": "Buying", "visitors": 4, "steps": [
                step("Visit /", 3, 100.0, 75.0), step("Visit /shop/*", 2, 66.67, 66.67), step("Purchase", 1, 33.33, 50.0)
            ]})
        );
    }
    let filtered = json!({"date_range": "day", "filters": [["is", "event:page", ["/shop/two"]]]});
    let answer = ann.post(&query, filtered).await.expect_status(200).json();
    assert_eq!(
        (&answer["visitors"], &answer["steps"][1]["visitors"]),
        (&json!(1), &json!(1))
    );
    // Under a goal, the visits that reached it are asked how far they came in order.
    let converted = json!({"date_range": "day", "filters": [["is", "event:goal", ["Purchase"]]]});
    let answer = ann.post(&query, converted).await.expect_status(200).json();
    let reached = answer["steps"].as_array().unwrap().iter().map(|step| &step["visitors"]);
    assert_eq!(reached.collect::<Vec<_>>(), [2, 1, 1]);
    assert_eq!(answer["visitors"], 2);
    let empty = ann
        .post(&query, json!({"date_range": ["2026-01-01", "2026-01-02"]}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(
        empty["steps"][2],
        json!({"name": "Purchase", "visitors": 0, "of_entering": null, "of_previous": null})
    );
    for (body, pointer) in [
        (json!({"name": "x", "steps": [ids[0]]}), "/steps"),
        (json!({"name": "x", "steps": [ids[0], ids[0]]}), "/steps/1"),
        (json!({"name": "x", "steps": [ids[0], "goal_x"]}), "/steps/1"),
    ] {
        ann.post(&path, body)
            .await
            .expect_status(422)
            .expect_pointers(&[pointer]);
    }
    let changed = json!({"steps": [ids[2], ids[1]]});
    let changed = ann
        .patch(&format!("{path}/{funnel}"), changed)
        .await
        .expect_status(200)
        .json();
    assert_eq!(changed["steps"][0]["name"], "Purchase");
    let answer = ann.post(&query, json!({"date_range": "day"})).await.json();
    assert_eq!(answer["steps"][1]["visitors"], 1);
}

#[tokio::test]
async fn hidden_annotations_are_for_members_alone() {
    let (app, ann, site_id) = shop().await;
    let path = format!("/api/v1/sites/{site_id}/annotations");
    let launch = ann.add(&path, json!({"date": "2026-03-01", "text": " Launch "})).await;
    let secret = ann
        .add(
            &path,
            json!({"date": "2026-02-01", "text": "Budget cut", "hidden": true}),
        )
        .await;
    let link = ann.add_link(&site_id, "Client").await;
    let recipient = app.anonymous().with_token(link["token"].as_str().unwrap());
    let viewer = app.viewer_of(&ann, &site_id, "vi@example.org").await;
    let texts = |answer: Value| {
        let data = answer["data"].as_array().unwrap().iter();
        data.map(|note| note["text"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(ann.get(&path).await.json()), ["Budget cut", "Launch"]);
    assert_eq!(texts(viewer.get(&path).await.json()), ["Budget cut", "Launch"]);
    assert_eq!(texts(recipient.get(&path).await.json()), ["Launch"]);
    assert_eq!(
        texts(ann.get(&format!("{path}?from=2026-02-02&to=2026-03-01")).await.json()),
        ["Launch"]
    );
    recipient.get(&format!("{path}/{secret}")).await.expect_status(404);
    recipient.get(&format!("{path}/{launch}")).await.expect_status(200);
    ann.patch(&format!("{path}/{launch}"), json!({"hidden": true}))
        .await
        .expect_status(200);
    assert!(texts(recipient.get(&path).await.json()).is_empty());
    for (body, pointer) in [
        (json!({"date": "2026-02-30", "text": "x"}), "/date"),
        (json!({"date": "2026-02-03", "text": " "}), "/text"),
        (json!({"date": "2026-02-03", "text": "x".repeat(201)}), "/text"),
    ] {
        ann.post(&path, body)
            .await
            .expect_status(422)
            .expect_pointers(&[pointer]);
    }
    ann.get(&format!("{path}?from=yesterday"))
        .await
        .expect_status(422)
        .expect_pointers(&["?from"]);
    ann.delete(&format!("{path}/{launch}")).await.expect_status(204);
}
