//! Several sites in one portal.

use crate::support::{Actor, TestApp};
use futures_util::future::{join_all, join3};
use serde_json::{Value, json};

async fn domains(app: &TestApp, token: &Value) -> Vec<String> {
    let path = format!("/api/v1/portal/{}", token.as_str().unwrap());
    let view = app.anonymous().get(&path).await.expect_status(200).json();
    let sites = view["sites"].as_array().unwrap().clone();
    sites
        .iter()
        .map(|site| site["domain"].as_str().unwrap().to_owned())
        .collect()
}

async fn group(owner: &Actor, sites: Value) -> Value {
    let made = owner
        .post("/api/v1/portal-groups", json!({"name": "Client", "site_ids": sites}))
        .await;
    made.expect_status(201).json()
}

#[tokio::test]
async fn a_group_shows_its_sites_in_their_order_behind_one_token() {
    let app = TestApp::start().await;
    let (owner, first) = app.owner_of("a.example").await;
    let second = owner.add_site("b.example").await;
    let made = group(&owner, json!([second, first])).await;
    assert_eq!(
        (&made["name"], &made["enabled"], &made["token"]),
        (&json!("Client"), &json!(true), &json!(null))
    );
    let path = format!("/api/v1/portal-groups/{}", made["id"].as_str().unwrap());
    let given = owner
        .post(&format!("{path}/token"), json!({}))
        .await
        .expect_status(201)
        .json();
    assert_eq!(domains(&app, &given["token"]).await, ["b.example", "a.example"]);
    let view = app
        .anonymous()
        .get(&format!("/api/v1/portal/{}", given["token"].as_str().unwrap()))
        .await
        .json();
    assert_eq!(view["name"], "Client");

    let changed = json!({"name": "Client AG", "site_ids": [first]});
    let changed = owner.patch(&path, changed).await.expect_status(200).json();
    assert_eq!(
        (&changed["name"], &changed["token"]),
        (&json!("Client AG"), &given["token"])
    );
    assert_eq!(domains(&app, &given["token"]).await, ["a.example"]);
    owner.patch(&path, json!({"enabled": false})).await.expect_status(200);
    let token = given["token"].as_str().unwrap();
    app.anonymous()
        .get(&format!("/api/v1/portal/{token}"))
        .await
        .expect_status(404);
    owner.patch(&path, json!({"enabled": true})).await.expect_status(200);
    owner.delete(&format!("{path}/token")).await.expect_status(204);
    app.anonymous()
        .get(&format!("/api/v1/portal/{token}"))
        .await
        .expect_status(404);
    owner.delete(&path).await.expect_status(204);
    owner.get(&path).await.expect_status(404);
    assert_eq!(owner.get("/api/v1/portal-groups").await.json()["data"], json!([]));
}

#[tokio::test]
async fn a_group_holds_sites_of_its_account_alone() {
    let app = TestApp::start().await;
    let (owner, first) = app.owner_of("a.example").await;
    let (other, foreign) = app.owner_of("b.example").await;
    let refused = |sites: Value| owner.post("/api/v1/portal-groups", json!({"name": "Client", "site_ids": sites}));
    for (sites, pointer) in [
        (json!([]), "/site_ids".to_owned()),
        (json!([first, foreign]), "/site_ids/1".to_owned()),
        (json!([first, first]), "/site_ids/1".to_owned()),
        (json!(["site_none"]), "/site_ids/0".to_owned()),
    ] {
        refused(sites).await.expect_status(422).expect_pointers(&[&pointer]);
    }
    assert_eq!(
        owner.get("/api/v1/portal-groups").await.json()["data"],
        json!([]),
        "nothing is left of a refusal"
    );
    let made = group(&owner, json!([first])).await;
    let taken = owner
        .post(
            "/api/v1/portal-groups",
            json!({"name": " CLIENT ", "site_ids": [first]}),
        )
        .await;
    taken.expect_status(409).expect_problem("name_taken");
    let path = format!("/api/v1/portal-groups/{}", made["id"].as_str().unwrap());
    other.get(&path).await.expect_status(404);
    other.patch(&path, json!({"name": "Mine"})).await.expect_status(404);
    other.post(&format!("{path}/token"), json!({})).await.expect_status(404);
    other.delete(&path).await.expect_status(404);
}

/// T46's kin: what another account owns by now is in no portal of the former owner.
#[tokio::test]
async fn a_site_that_went_to_another_account_leaves_the_group() {
    let app = TestApp::start().await;
    let (owner, first) = app.owner_of("a.example").await;
    let second = owner.add_site("b.example").await;
    let other = app.owner("bob@example.net").await;
    let made = group(&owner, json!([first, second])).await;
    let token = format!("/api/v1/portal-groups/{}/token", made["id"].as_str().unwrap());
    let token = owner.post(&token, json!({})).await.expect_status(201).json()["token"].clone();
    let offer = owner
        .post(
            &format!("/api/v1/sites/{second}/transfer"),
            json!({"email": "bob@example.net"}),
        )
        .await;
    let offer = offer.expect_status(201).json();
    other.accept(&offer).await.expect_status(200);
    assert_eq!(domains(&app, &token).await, ["a.example"]);
    let list = owner.get("/api/v1/portal-groups").await.json();
    assert_eq!(list["data"][0]["site_ids"], json!([first]));
    owner.delete(&format!("/api/v1/sites/{first}")).await.expect_status(204);
    assert_eq!(domains(&app, &token).await, Vec::<String>::new());
}

/// None of several changes at once undoes another one.
#[tokio::test]
async fn a_group_that_is_turned_off_stays_off_whatever_else_changes() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let path = format!(
        "/api/v1/portal-groups/{}",
        group(&owner, json!([site_id])).await["id"].as_str().unwrap()
    );
    let given = owner.post(&format!("{path}/token"), json!({})).await.expect_status(201);
    let token = given.json()["token"].as_str().unwrap().to_owned();
    let framers = json!(["https://client.example"]);
    for round in 0..40 {
        let name = json!(format!("Round {round}"));
        let (off, named, framed) = join3(
            owner.patch(&path, json!({"enabled": false})),
            owner.patch(&path, json!({"name": name})),
            owner.patch(&path, json!({"frame_ancestors": framers})),
        )
        .await;
        for answer in [off, named, framed] {
            answer.expect_status(200);
        }
        // A minute later, so that dead tokens are no flood.
        app.step(60);
        app.anonymous()
            .get(&format!("/api/v1/portal/{token}"))
            .await
            .expect_status(404);
        let now = owner.get(&path).await.json();
        assert_eq!(
            (&now["name"], &now["frame_ancestors"]),
            (&name, &framers),
            "round {round}"
        );
        owner
            .patch(&path, json!({"enabled": true, "frame_ancestors": null}))
            .await
            .expect_status(200);
    }
}

#[tokio::test]
async fn groups_made_at_once_do_not_exceed_the_most() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let make = async |n: usize| {
        let body = json!({"name": format!("Group {n}"), "site_ids": [site_id]});
        owner.post("/api/v1/portal-groups", body).await.status
    };
    for n in 0..95 {
        assert_eq!(make(n).await, 201);
    }
    let made = join_all((95..120).map(make)).await;
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 5, "{made:?}");
}
