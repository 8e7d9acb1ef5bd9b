//! The transfer of a site, and what is done to its members at once.

use crate::support::{Actor, TestApp};
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn offer(owner: &Actor, site_id: &str, email: &str) -> Value {
    let path = format!("/api/v1/sites/{site_id}/transfer");
    owner
        .post(&path, json!({"email": email}))
        .await
        .expect_status(201)
        .json()
}

async fn role(actor: &Actor, site_id: &str) -> Value {
    let site = actor.get(&format!("/api/v1/sites/{site_id}")).await;
    site.expect_status(200).json()["role"].clone()
}

#[tokio::test]
async fn a_transfer_makes_the_new_owner_and_the_former_one_a_viewer() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let link = ann.add_link(&site_id, "Client").await;
    let scopes = ["sites:read", "sites:write", "links:read", "links:write", "stats:read"];
    let bound = app.anonymous().with_key(&ann.add_key(&scopes, Some(&site_id)).await);
    let sender = app
        .anonymous()
        .with_key(&ann.add_key(&["events:write"], Some(&site_id)).await);
    let sender = sender.with(
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    );
    let event = json!({"name": "pageview", "url": "https://example.org/", "domain": "example.org"});
    sender.post("/api/event", event.clone()).await.expect_status(202);
    let bob = app.viewer_of(&ann, &site_id, "bob@example.net").await;
    let open = ann.invite(&site_id, None).await;
    let offered = offer(&ann, &site_id, "Bob@example.net").await;
    assert_eq!(
        (&offered["role"], &offered["status"]),
        (&json!("owner"), &json!("invited"))
    );
    // Until it is accepted nothing has changed.
    assert_eq!(role(&ann, &site_id).await, "owner");
    assert_eq!(role(&bob, &site_id).await, "viewer");

    let site = bob.accept(&offered).await.expect_status(200).json();
    assert_eq!(site["role"], "owner");
    assert_eq!(role(&ann, &site_id).await, "viewer");
    let links = format!("/api/v1/sites/{site_id}/share-links");
    ann.get(&links).await.expect_status(403);
    ann.delete(&format!("/api/v1/sites/{site_id}")).await.expect_status(403);
    let members = format!("/api/v1/sites/{site_id}/members");
    ann.get(&members).await.expect_status(403);
    // Keys act with their account's role.
    bound.get(&format!("/api/v1/sites/{site_id}")).await.expect_status(200);
    bound.get(&links).await.expect_status(403);
    bound.post(&links, json!({"name": "Mine"})).await.expect_status(403);
    bound
        .patch(&format!("/api/v1/sites/{site_id}"), json!({"currency": "USD"}))
        .await
        .expect_status(403);
    sender.post("/api/event", event).await.expect_status(404);
    // Links stay alive and are the new owner's; so do open invitations.
    let listed = bob.get(&links).await.expect_status(200).json();
    assert_eq!(listed["data"][0]["token"], link["token"]);
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    client.get("/api/v1/share/example.org").await.expect_status(200);
    let rows = bob.get(&members).await.expect_status(200).json();
    let roles = rows["data"].as_array().unwrap().iter().map(|row| row["role"].clone());
    assert_eq!(roles.filter(|role| role == "owner").count(), 1);
    app.owner("eve@example.com")
        .await
        .accept(&open)
        .await
        .expect_status(200);
    // The former owner can be removed like any viewer, and leaving takes the site with nobody.
    bob.delete(&format!("{members}/{}", ann.account_id().await))
        .await
        .expect_status(204);
    ann.get(&format!("/api/v1/sites/{site_id}")).await.expect_status(404);
}

#[tokio::test]
async fn an_offer_replaces_the_one_before_and_can_be_withdrawn() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let [bob, eve] = [app.owner("bob@example.net").await, app.owner("eve@example.com").await];
    let own = json!({"email": "OWNER@example.org"});
    let path = format!("/api/v1/sites/{site_id}/transfer");
    ann.post(&path, own)
        .await
        .expect_problem("invalid")
        .expect_pointers(&["/email"]);
    ann.post(&path, json!({"email": "x"}))
        .await
        .expect_problem("invalid")
        .expect_pointers(&["/email"]);
    let first = offer(&ann, &site_id, "bob@example.net").await;
    let second = offer(&ann, &site_id, "eve@example.com").await;
    bob.accept(&first).await.expect_problem("invitation_not_found");
    bob.accept(&second).await.expect_problem("invitation_not_found");
    let id = second["id"].as_str().unwrap();
    ann.delete(&format!("/api/v1/sites/{site_id}/members/{id}"))
        .await
        .expect_status(204);
    eve.accept(&second).await.expect_problem("invitation_not_found");
    assert_eq!(role(&ann, &site_id).await, "owner");
    // An offer may go along with an invitation to view.
    ann.invite(&site_id, Some("eve@example.com")).await;
    let third = offer(&ann, &site_id, "eve@example.com").await;
    eve.accept(&third).await.expect_status(200);
    assert_eq!(role(&eve, &site_id).await, "owner");
}

#[tokio::test]
async fn a_link_for_one_makes_one_member_of_twenty() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let beside = app.start_beside().await;
    let mut guests = Vec::new();
    for n in 0..20 {
        let email = format!("guest{n}@example.net");
        app.owner(&email).await;
        let server = if n % 2 == 0 { &app } else { &beside };
        let guest = server.anonymous();
        guest.sign_in(&email).await.expect_status(200);
        guests.push(guest);
    }
    for round in 0..3 {
        let invitation = ann.invite(&site_id, None).await;
        let answers = join_all(guests.iter().map(|guest| guest.accept(&invitation))).await;
        let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!(count(200), 1, "round {round}");
        // Who is a member already is told so while the invitation lives.
        assert_eq!(count(200) + count(404) + count(409), 20, "round {round}");
    }
    let rows = ann.get(&format!("/api/v1/sites/{site_id}/members")).await.json();
    assert_eq!(rows["data"].as_array().unwrap().len(), 4, "{rows}");
}

/// The site is the new owner's, or it went with the account: never deleted from under the new owner.
#[tokio::test]
async fn a_site_is_transferred_or_leaves_with_its_owner() {
    for round in 0..10 {
        let app = TestApp::start().await;
        let (ann, site_id) = app.owner_of("example.org").await;
        let bob = app.owner("bob@example.net").await;
        let offered = offer(&ann, &site_id, "bob@example.net").await;
        let leave = ann.send(
            reqwest::Method::DELETE,
            "/api/v1/me",
            Some(json!({"password": crate::support::PASSWORD})),
        );
        let (accepted, left) = if round % 2 == 0 {
            futures_util::future::join(bob.accept(&offered), leave).await
        } else {
            let (left, accepted) = futures_util::future::join(leave, bob.accept(&offered)).await;
            (accepted, left)
        };
        left.expect_status(204);
        match accepted.status {
            200 => assert_eq!(role(&bob, &site_id).await, "owner", "round {round}"),
            _ => {
                accepted.expect_problem("invitation_not_found");
                bob.get(&format!("/api/v1/sites/{site_id}")).await.expect_status(404);
            }
        }
    }
}
