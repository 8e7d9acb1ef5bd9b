//! Share links for owners and recipients (T1, T2, T3, T14, T17, T19).

use crate::authorisation_matrix::MATRIX;
use crate::support::{Answer, TestApp};
use serde_json::{Value, json};

fn links_of(site_id: &str) -> String {
    format!("/api/v1/sites/{site_id}/share-links")
}

#[tokio::test]
async fn a_link_is_made_listed_renamed_and_revoked() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let path = links_of(&site_id);
    let empty = ann.get(&path).await.expect_status(200).json();
    assert_eq!(
        empty,
        json!({"data": [], "limit": 10, "next_cursor": null}),
        "off by default"
    );

    let answer = ann
        .post(&path, json!({"name": "  Client report "}))
        .await
        .expect_status(201);
    let link = answer.json();
    let token = link["token"].as_str().unwrap();
    assert!(
        token.len() == 12 && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
        "{token}"
    );
    let own = answer.header("location").unwrap().to_owned();
    assert_eq!(own, format!("{path}/{}", link["id"].as_str().unwrap()));
    assert_eq!(
        link,
        json!({
            "id": link["id"], "name": "Client report", "token": token,
            "url": app.url(&format!("/share/example.org?auth={token}")),
            "protected": false, "segment": null, "created_at": "2026-03-10T12:00:00.000Z",
            "opens": 0, "last_opened_at": null, "expires_at": null, "frame_ancestors": []
        })
    );
    assert_eq!(ann.get(&own).await.expect_status(200).json(), link);
    assert_eq!(ann.get(&path).await.json()["data"], json!([link]));

    let renamed = ann
        .patch(&own, json!({"name": "Board"}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(renamed["name"], "Board");
    assert_eq!(renamed["token"], token, "the token never changes");
    assert_eq!(ann.patch(&own, json!({})).await.expect_status(200).json(), renamed);

    ann.delete(&own).await.expect_status(204);
    for answer in [
        ann.delete(&own).await,
        ann.get(&own).await,
        ann.patch(&own, json!({"name": "Back"})).await,
    ] {
        answer.expect_status(404).expect_problem("not_found");
    }
    assert_eq!(ann.get(&path).await.json()["data"], json!([]));
}

#[tokio::test]
async fn t1_an_open_link_resolves_to_exactly_four_fields() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let token = ann.add_link(&site_id, "Client").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let client = app.anonymous().with_token(&token);
    let answer = client.get("/api/v1/share/example.org").await.expect_status(200);
    let site = answer.json();
    let favicon = ann.get(&format!("/api/v1/sites/{site_id}")).await.json()["favicon"].clone();
    let expected =
        json!({"site_id": site_id, "domain": "example.org", "timezone": "Europe/Berlin", "favicon": favicon});
    assert_eq!(site, expected);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let by_query = app
        .anonymous()
        .get(&format!("/api/v1/share/EXAMPLE.org?auth={token}"))
        .await;
    assert_eq!(by_query.expect_status(200).json(), expected);
}

#[tokio::test]
async fn opens_are_counted_without_storing_who() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let link = ann.add_link(&site_id, "Client").await;
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    app.step(60);
    client.get("/api/v1/share/example.org").await.expect_status(200);
    client.get("/api/v1/share/example.org").await.expect_status(200);
    client.get("/api/v1/share/example.net").await.expect_status(404);
    let listed = ann.get(&links_of(&site_id)).await.json()["data"][0].clone();
    assert_eq!(listed["opens"], 2);
    assert_eq!(listed["last_opened_at"], "2026-03-10T12:01:00.000Z");
}

#[tokio::test]
async fn t2_every_way_of_being_wrong_is_one_and_the_same_404() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let (bob, bobs_site) = app.owner_of("example.net").await;
    let revoked = ann.add_link(&site_id, "Old").await;
    ann.delete(&format!("{}/{}", links_of(&site_id), revoked["id"].as_str().unwrap()))
        .await
        .expect_status(204);
    let bobs = bob.add_link(&bobs_site, "Bob's").await;
    let long = "a".repeat(4000);
    let tokens = [
        "0123456789ab",
        "",
        "x",
        "0123456789AB",
        "../../etc/passwd",
        "' OR 1=1--",
        "🦀",
        long.as_str(),
        revoked["token"].as_str().unwrap(),
        bobs["token"].as_str().unwrap(),
    ];
    let shape = |answer: Answer| {
        let names = answer
            .headers
            .keys()
            .map(ToString::to_string)
            .collect::<std::collections::BTreeSet<_>>();
        assert_eq!(answer.status, 404, "{}", answer.text());
        (answer.body, names)
    };
    let expected = shape(app.anonymous().get("/api/v1/share/example.org").await);
    let problem: Value = serde_json::from_slice(&expected.0).unwrap();
    assert_eq!(problem["title"], "Share link not found or has been revoked");
    assert_eq!(problem["code"], "link_not_found");
    for token in tokens {
        let query = url_encode(token);
        let by_query = app
            .anonymous()
            .get(&format!("/api/v1/share/example.org?auth={query}"))
            .await;
        assert_eq!(shape(by_query), expected, "{token}");
    }
    for domain in ["unknown.example", "example.org.", "%00"] {
        let by_header = app
            .anonymous()
            .with_token("0123456789ab")
            .get(&format!("/api/v1/share/{domain}"))
            .await;
        assert_eq!(shape(by_header), expected, "{domain}");
    }
}

fn url_encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn t3_a_revoked_link_is_dead_on_every_call() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let link = ann.add_link(&site_id, "Client").await;
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    let query = json!({"metrics": ["visitors"], "date_range": "7d"});
    let data = [
        format!("/api/v1/sites/{site_id}/query"),
        format!("/api/v1/sites/{site_id}/queries"),
    ];
    client.get("/api/v1/share/example.org").await.expect_status(200);
    client.post(&data[0], query.clone()).await.expect_status(200);
    client
        .post(&data[1], json!({"queries": [query]}))
        .await
        .expect_status(200);
    ann.delete(&format!("{}/{}", links_of(&site_id), link["id"].as_str().unwrap()))
        .await
        .expect_status(204);
    client
        .get("/api/v1/share/example.org")
        .await
        .expect_status(404)
        .expect_problem("link_not_found");
    client
        .post(&data[0], query.clone())
        .await
        .expect_status(404)
        .expect_problem("link_not_found");
    client
        .post(&data[1], json!({"queries": [query]}))
        .await
        .expect_status(404)
        .expect_problem("link_not_found");
    let page = format!("/share/example.org?auth={}", link["token"].as_str().unwrap());
    let shell = app.anonymous().get(&page).await;
    assert!(
        matches!(shell.status, 404 | 503),
        "404, or 503 where the web app is not built"
    );
    // And so is whatever else the matrix lets a recipient ask.
    let opened = MATRIX
        .iter()
        .filter(|row| matches!(row.3[3], 200 | 422) && row.2.contains("{site_id}"));
    for (operation, method, path, _) in opened {
        let path = path.replace("{site_id}", &site_id).replace(['{', '}'], "");
        let body = (*method != "GET").then(|| json!({}));
        let answer = client.send(method.parse().unwrap(), &path, body).await;
        assert_eq!(answer.status, 404, "{operation}");
        answer.expect_problem("link_not_found");
    }
}

#[tokio::test]
async fn t6_a_link_reads_its_own_site_and_nothing_else() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let other_id = ann.add_site("example.net").await;
    let link = ann.add_link(&site_id, "Client").await;
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    let query = json!({"metrics": ["visitors"], "date_range": "7d"});
    let other = client
        .post(&format!("/api/v1/sites/{other_id}/query"), query.clone())
        .await;
    other.expect_status(404).expect_problem("link_not_found");
    let unknown = client.post("/api/v1/sites/site_0000000000000000/query", query).await;
    unknown.expect_status(404).expect_problem("link_not_found");
    client
        .get("/api/v1/share/example.net")
        .await
        .expect_status(404)
        .expect_problem("link_not_found");
}

#[tokio::test]
async fn t14_links_are_for_the_owner_alone() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let (bob, _) = app.owner_of("example.net").await;
    let link = ann.add_link(&site_id, "Client").await;
    let path = links_of(&site_id);
    app.anonymous().get(&path).await.expect_status(401);
    bob.get(&path).await.expect_status(404);
    app.anonymous()
        .with_token(link["token"].as_str().unwrap())
        .get(&path)
        .await
        .expect_status(404);
    let weak = app
        .anonymous()
        .with_key(&ann.add_key(&["stats:read", "sites:read", "links:write"], None).await);
    weak.get(&path).await.expect_status(403);
    let strong = app.anonymous().with_key(&ann.add_key(&["links:read"], None).await);
    assert_eq!(strong.get(&path).await.expect_status(200).json()["data"], json!([link]));
}

/// A key that only writes is told the tokens that it makes, and none that were there before.
#[tokio::test]
async fn t14_a_key_that_may_not_read_links_learns_no_token_by_writing() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let there = ann.add_link(&site_id, "There").await;
    ann.add_portal(&site_id).await;
    let key = async |scopes: &[&str]| app.anonymous().with_key(&ann.add_key(scopes, None).await);
    let (writes, both) = (key(&["links:write"]).await, key(&["links:read", "links:write"]).await);
    let link = format!("{}/{}", links_of(&site_id), there["id"].as_str().unwrap());
    let named = |name: &str| json!({"site_id": "example.org", "name": name});
    let portal = format!("/api/v1/sites/{site_id}/portal");
    let group = json!({"name": "Client", "site_ids": [site_id]});
    let group = writes
        .post("/api/v1/portal-groups", group)
        .await
        .expect_status(201)
        .json();
    let group = format!("/api/v1/portal-groups/{}", group["id"].as_str().unwrap());
    let renamed = json!({"name": "Clients"});
    writes.patch(&group, renamed.clone()).await.expect_status(200);
    let made = writes
        .post(&format!("{group}/token"), json!({}))
        .await
        .expect_status(201);
    assert!(made.json()["token"].is_string());

    for answer in [
        writes.patch(&link, json!({})).await,
        writes.put("/api/v1/sites/shared-links", named("There")).await,
        writes.put(&portal, json!({"enabled": true})).await,
        writes.patch(&group, renamed.clone()).await,
    ] {
        let refused = answer.expect_status(403).expect_problem("forbidden");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("links:read"), "{detail}");
    }
    let many = writes.post("/api/v1/portals", json!({"site_ids": [site_id]})).await;
    let many = many.expect_status(200).json();
    assert_eq!(many["results"][0]["problem"]["code"], "forbidden", "{many}");
    let found = writes.put("/api/v1/sites/shared-links", named("Made")).await;
    assert!(found.expect_status(200).json()["url"].is_string());

    assert_eq!(
        both.patch(&link, json!({})).await.expect_status(200).json()["token"],
        there["token"]
    );
    both.put(&portal, json!({"enabled": true})).await.expect_status(200);
    both.patch(&group, renamed).await.expect_status(200);
    writes.delete(&link).await.expect_status(204);
}

#[tokio::test]
async fn t14_the_owner_sees_every_link_that_opens() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    ann.add_link(&site_id, "Open").await;
    let protected = json!({"name": "Protected", "password": "twelve letters", "frame_ancestors": ["*"]});
    ann.add_link_with(&site_id, protected).await;
    ann.add_link_with(&site_id, json!({"name": "Ends", "expires_at": "2026-03-10T12:30:00Z"}))
        .await;
    let script = app.anonymous().with_key(&ann.add_key(&["links:write"], None).await);
    let found = script
        .put(
            "/api/v1/sites/shared-links",
            json!({"site_id": "example.org", "name": "Found"}),
        )
        .await;
    found.expect_status(200);
    app.step(60 * 60);
    let listed = ann.get(&links_of(&site_id)).await.json()["data"].clone();
    let names = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["name"].as_str().unwrap());
    let mut names = names.collect::<Vec<_>>();
    names.sort_unstable();
    assert_eq!(
        names,
        ["Ends", "Found", "Open", "Protected"],
        "an expired one can still be revoked"
    );
}

#[tokio::test]
async fn t17_names_follow_their_rules() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let other_id = ann.add_site("example.net").await;
    let path = links_of(&site_id);
    ann.add_link(&site_id, "Client A").await;
    for name in ["Client A", "client a", "  CLIENT  A  "] {
        let taken = ann.post(&path, json!({"name": name})).await;
        let taken = taken.expect_status(409).expect_problem("name_taken").json();
        assert_eq!(taken["detail"], "A link with this name already exists");
    }
    ann.add_link(&other_id, "Client A").await;
    for name in ["Vitrine", "PORTAL", "client portal"] {
        let reserved = ann
            .post(&path, json!({"name": name}))
            .await
            .expect_status(422)
            .expect_problem("name_reserved");
        assert_eq!(
            reserved.json()["title"],
            "This name is reserved. Please choose another one"
        );
    }
    let markup = "<img src=x onerror=alert(1)>";
    assert_eq!(ann.add_link(&site_id, markup).await["name"], markup);
    for (body, pointer) in [
        (json!({"name": ""}), "/name"),
        (json!({"name": "x".repeat(61)}), "/name"),
        (json!({"name": "a\u{7}b"}), "/name"),
        (json!({}), "/name"),
        (json!({"name": "x", "token": "0123456789ab"}), "/token"),
        (json!({"name": "x", "slug": "mine"}), "/slug"),
    ] {
        ann.post(&path, body)
            .await
            .expect_status(422)
            .expect_problem("invalid")
            .expect_pointers(&[pointer]);
    }
    let second = ann.add_link(&site_id, "Second").await;
    let own = format!("{path}/{}", second["id"].as_str().unwrap());
    ann.patch(&own, json!({"name": "client A"}))
        .await
        .expect_problem("name_taken");
    ann.patch(&own, json!({"name": "SECOND"})).await.expect_status(200);
    ann.patch(&own, json!({"name": null}))
        .await
        .expect_problem("invalid")
        .expect_pointers(&["/name"]);
    ann.patch(&own, json!({"token": "0123456789ab"}))
        .await
        .expect_problem("invalid")
        .expect_pointers(&["/token"]);
}

#[tokio::test]
async fn t17_a_revoked_link_frees_its_slot_and_its_name() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let path = links_of(&site_id);
    let mut last = Value::Null;
    for n in 1..=10 {
        last = ann.add_link(&site_id, &format!("Link {n}")).await;
    }
    let full = ann.post(&path, json!({"name": "Eleventh"})).await.expect_status(409);
    full.expect_problem("limit_reached");
    ann.delete(&format!("{path}/{}", last["id"].as_str().unwrap()))
        .await
        .expect_status(204);
    let again = ann.add_link(&site_id, "Link 10").await;
    assert_ne!(again["token"], last["token"]);
}

#[tokio::test]
async fn t19_tokens_are_random_and_stored_nowhere_in_plain_text() {
    let tokens = (0..200_000)
        .map(|_| api::kit::secret::text(12, &api::kit::secret::HEX))
        .collect::<Vec<_>>();
    let distinct = tokens.iter().collect::<std::collections::HashSet<_>>();
    assert_eq!(distinct.len(), tokens.len());
    let mut counts = [0_f64; 16];
    for byte in tokens.iter().flat_map(|token| token.bytes()) {
        counts[(byte as char).to_digit(16).unwrap() as usize] += 1.0;
    }
    let expected = tokens.len() as f64 * 12.0 / 16.0;
    let chi_squared = counts
        .iter()
        .map(|count| (count - expected).powi(2) / expected)
        .sum::<f64>();
    // 15 degrees of freedom: above 60 once in three million runs.
    assert!(chi_squared < 60.0, "{chi_squared}");

    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let token = ann.add_link(&site_id, "Client").await["token"]
        .as_str()
        .unwrap()
        .to_owned();
    app.anonymous()
        .with_token(&token)
        .get("/api/v1/share/example.org")
        .await
        .expect_status(200);
    app.assert_stored_nowhere(&[&token, "correct horse battery"]).await;
}
