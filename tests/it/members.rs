//! Members, invitations and the transfer of a site.

use crate::support::{Actor, PASSWORD, TestApp};
use api::config::RegistrationPolicy;
use serde_json::{Value, json};

const WEEK_S: u64 = 7 * 86_400;

fn token(invitation: &Value) -> String {
    let url = invitation["invite_url"].as_str().unwrap();
    url.rsplit('/').next().unwrap().to_owned()
}

async fn members(owner: &Actor, site_id: &str) -> Vec<Value> {
    let list = owner.get(&format!("/api/v1/sites/{site_id}/members")).await;
    list.expect_status(200).json()["data"].as_array().unwrap().clone()
}

fn sign_up(email: &str, invitation: &str) -> Value {
    json!({"email": email, "password": PASSWORD, "name": "Bob", "invitation": invitation})
}

#[tokio::test]
async fn a_viewer_is_invited_by_link_sees_the_dashboard_and_is_removed() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    app.step(60);
    let invitation = ann.invite(&site_id, None).await;
    let token = token(&invitation);
    let expected = json!({
        "id": invitation["id"], "email": null, "name": null, "role": "viewer", "status": "invited",
        "invite_url": format!("http://{}/invitations/{token}", app.address),
        "created_at": "2026-03-10T12:01:00.000Z", "expires_at": "2026-03-17T12:01:00.000Z",
    });
    assert_eq!(invitation, expected);
    app.assert_stored_nowhere(&[&token]).await;
    let path = format!("/api/v1/invitations/{token}");
    let told = app.anonymous().get(&path).await.expect_status(200).json();
    let expected = json!({"domain": "example.org", "role": "viewer", "inviter": "Ann Owner", "email_bound": false});
    assert_eq!(told, expected);

    let bob = app.owner("bob@example.net").await;
    bob.get(&format!("/api/v1/sites/{site_id}")).await.expect_status(404);
    let site = bob.accept(&invitation).await.expect_status(200).json();
    assert_eq!((&site["id"], &site["role"]), (&json!(site_id), &json!("viewer")));
    assert_eq!(bob.get("/api/v1/sites").await.json()["data"], json!([site]));
    let query = json!({"metrics": ["visitors"], "date_range": "7d"});
    let ask = format!("/api/v1/sites/{site_id}/query");
    bob.post(&ask, query.clone()).await.expect_status(200);
    bob.get(&format!("/api/v1/sites/{site_id}/share-links"))
        .await
        .expect_status(403);

    let list = members(&ann, &site_id).await;
    let column = |name: &str| list.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!(column("role"), ["owner", "viewer"]);
    assert_eq!(column("email"), ["owner@example.org", "bob@example.net"]);
    assert_eq!(column("status"), ["active", "active"]);
    assert_eq!(column("invite_url"), [Value::Null, Value::Null]);
    let bobs = format!("/api/v1/sites/{site_id}/members/{}", bob.account_id().await);
    assert_eq!(ann.get(&bobs).await.expect_status(200).json(), list[1]);
    ann.delete(&bobs).await.expect_status(204);
    bob.post(&ask, query).await.expect_status(404);
    bob.get(&format!("/api/v1/sites/{site_id}")).await.expect_status(404);
    ann.get(&bobs).await.expect_status(404);
    ann.delete(&bobs).await.expect_status(404);
}

#[tokio::test]
async fn a_viewer_leaves_and_the_owner_stays() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let bob = app.viewer_of(&ann, &site_id, "bob@example.net").await;
    let path = format!("/api/v1/me/sites/{site_id}");
    bob.delete(&path).await.expect_status(204);
    bob.get(&format!("/api/v1/sites/{site_id}")).await.expect_status(404);
    bob.delete(&path).await.expect_status(404).expect_problem("not_found");
    ann.delete(&path).await.expect_status(409).expect_problem("conflict");
    assert_eq!(members(&ann, &site_id).await.len(), 1);
}

#[tokio::test]
async fn a_viewers_keys_read_what_the_viewer_reads() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let bob = app.viewer_of(&ann, &site_id, "bob@example.net").await;
    let scopes = ["stats:read", "sites:read", "sites:write", "links:read", "events:write"];
    let key = app.anonymous().with_key(&bob.add_key(&scopes, None).await);
    let query = json!({"metrics": ["visitors"], "date_range": "7d"});
    let ask = format!("/api/v1/sites/{site_id}/query");
    key.post(&ask, query.clone()).await.expect_status(200);
    key.get(&format!("/api/v1/sites/{site_id}/share-links"))
        .await
        .expect_status(403);
    key.delete(&format!("/api/v1/sites/{site_id}")).await.expect_status(403);
    let bound = json!({"name": "x", "scopes": ["stats:read"], "site_id": site_id});
    bob.post("/api/v1/api-keys", bound)
        .await
        .expect_problem("invalid")
        .expect_pointers(&["/site_id"]);
    ann.delete(&format!("/api/v1/sites/{site_id}/members/{}", bob.account_id().await))
        .await
        .expect_status(204);
    key.post(&ask, query).await.expect_status(404);
    assert_eq!(
        key.get("/api/v1/sites").await.expect_status(200).json()["data"],
        json!([])
    );
}

#[tokio::test]
async fn only_people_manage_members() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let key = app
        .anonymous()
        .with_key(&ann.add_key(&["sites:read", "sites:write"], None).await);
    let path = format!("/api/v1/sites/{site_id}/members");
    let id = ann.invite(&site_id, None).await["id"].as_str().unwrap().to_owned();
    key.get(&path).await.expect_status(403).expect_problem("forbidden");
    key.get(&format!("{path}/{id}")).await.expect_status(403);
    key.post(&path, json!({"role": "viewer"})).await.expect_status(403);
    key.delete(&format!("{path}/{id}")).await.expect_status(403);
    let transfer = format!("/api/v1/sites/{site_id}/transfer");
    key.post(&transfer, json!({"email": "bob@example.net"}))
        .await
        .expect_status(403);
    assert_eq!(members(&ann, &site_id).await.len(), 2);
}

#[tokio::test]
async fn an_invitation_to_an_address_is_for_its_account_alone() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let bob = app.owner("bob@example.net").await;
    let eve = app.owner("eve@example.com").await;
    app.step(1);
    let invitation = ann.invite(&site_id, Some(" BOB@Example.net ")).await;
    assert_eq!(invitation["email"], "bob@example.net");
    let path = format!("/api/v1/invitations/{}", token(&invitation));
    assert_eq!(eve.get(&path).await.expect_status(200).json()["email_bound"], true);
    eve.accept(&invitation)
        .await
        .expect_status(404)
        .expect_problem("invitation_not_found");
    let nobody = json!({"data": [], "next_cursor": null});
    assert_eq!(
        eve.get("/api/v1/me/invitations").await.expect_status(200).json(),
        nobody
    );

    let received = bob.get("/api/v1/me/invitations").await.expect_status(200).json();
    let expected = json!({"data": [{
        "id": invitation["id"], "token": token(&invitation), "domain": "example.org", "role": "viewer",
        "inviter": "Ann Owner", "created_at": invitation["created_at"], "expires_at": invitation["expires_at"],
    }], "next_cursor": null});
    assert_eq!(received, expected);
    let again = json!({"email": "bob@example.net", "role": "viewer"});
    let invite = format!("/api/v1/sites/{site_id}/members");
    ann.post(&invite, again.clone())
        .await
        .expect_status(409)
        .expect_problem("conflict");
    bob.accept(&invitation).await.expect_status(200);
    assert_eq!(bob.get("/api/v1/me/invitations").await.json(), nobody);
    bob.accept(&invitation).await.expect_problem("invitation_not_found");
    ann.post(&invite, again)
        .await
        .expect_status(409)
        .expect_problem("conflict");
}

#[tokio::test]
async fn a_member_has_no_invitation_left_that_would_do_nothing() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let bob = app.owner("bob@example.net").await;
    let by_link = ann.invite(&site_id, None).await;
    let by_address = ann.invite(&site_id, Some("bob@example.net")).await;
    bob.accept(&by_link).await.expect_status(200);
    assert_eq!(bob.get("/api/v1/me/invitations").await.json()["data"], json!([]));
    bob.accept(&by_address).await.expect_problem("invitation_not_found");
    assert_eq!(members(&ann, &site_id).await.len(), 2);
}

/// Nobody verifies addresses, so whoever takes one after the invitation needs its link.
#[tokio::test]
async fn an_account_younger_than_an_invitation_is_not_shown_it() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let invitation = ann.invite(&site_id, Some("bob@example.net")).await;
    app.step(1);
    let bob = app.owner("bob@example.net").await;
    assert_eq!(bob.get("/api/v1/me/invitations").await.json()["data"], json!([]));
    bob.accept(&invitation).await.expect_status(200);
}

#[tokio::test]
async fn every_dead_invitation_is_one_and_the_same_404() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let bob = app.owner("bob@example.net").await;
    let used = ann.invite(&site_id, None).await;
    app.owner("eve@example.com")
        .await
        .accept(&used)
        .await
        .expect_status(200);
    let withdrawn = ann.invite(&site_id, None).await;
    let path = format!("/api/v1/sites/{site_id}/members/{}", withdrawn["id"].as_str().unwrap());
    assert_eq!(ann.get(&path).await.expect_status(200).json(), withdrawn);
    ann.delete(&path).await.expect_status(204);
    ann.delete(&path).await.expect_status(404);
    let other = ann.add_site("example.com").await;
    let orphan = ann.invite(&other, None).await;
    ann.delete(&format!("/api/v1/sites/{other}")).await.expect_status(204);
    let foreign = ann.invite(&site_id, Some("carl@example.com")).await;
    let expired = ann.invite(&site_id, None).await;
    app.step(WEEK_S - 1);
    let last_second = format!("/api/v1/invitations/{}", token(&expired));
    bob.get(&last_second).await.expect_status(200);
    let accept = |token: &str| format!("/api/v1/invitations/{token}/accept");
    let foreign = bob.post(&accept(&token(&foreign)), json!({})).await;
    app.step(1);
    assert_eq!(members(&ann, &site_id).await.len(), 2, "the owner and eve");

    let mut answers = vec![foreign];
    for dead in [&used, &withdrawn, &orphan, &expired].map(token) {
        answers.push(bob.get(&format!("/api/v1/invitations/{dead}")).await);
        answers.push(bob.post(&accept(&dead), json!({})).await);
    }
    for unknown in ["0", "%00", "%27--", "..%2f..", &"x".repeat(5000)] {
        answers.push(bob.get(&format!("/api/v1/invitations/{unknown}")).await);
    }
    for answer in &answers {
        let answer = answer.clone().expect_status(404).expect_problem("invitation_not_found");
        assert_eq!(answer.body, answers[0].body);
    }
}

#[tokio::test]
async fn an_address_that_keeps_failing_is_refused() {
    let app = TestApp::start_with(|config| config.limits.sign_in_per_minute = 5).await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let invitation = ann.invite(&site_id, None).await;
    let bob = app.owner("bob@example.net").await;
    app.step(60);
    let wrong = "/api/v1/invitations/00000000000000000000000000000000";
    for _ in 0..2 {
        bob.get(wrong).await.expect_status(404);
        bob.post(&format!("{wrong}/accept"), json!({})).await.expect_status(404);
    }
    let body = sign_up("carl@example.com", "00000000000000000000000000000000");
    app.anonymous().post("/api/v1/accounts", body).await.expect_status(404);
    // The limit is no oracle: a right token is refused like a wrong one.
    bob.get(wrong).await.expect_status(429).expect_problem("rate_limited");
    bob.accept(&invitation).await.expect_status(429);
    app.step(60);
    bob.accept(&invitation).await.expect_status(200);
}

#[tokio::test]
async fn an_invitation_signs_up_where_registration_is_closed() {
    let app = TestApp::start_with(|config| config.registration = RegistrationPolicy::First).await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let invitation = ann.invite(&site_id, None).await;
    let bound = ann.invite(&site_id, Some("carl@example.com")).await;
    let bob = app.anonymous();
    let up = |email: &str, token: &str| sign_up(email, token);
    bob.post(
        "/api/v1/accounts",
        json!({"email": "bob@example.net", "password": PASSWORD, "name": "Bob"}),
    )
    .await
    .expect_status(403);
    let dead = bob.post("/api/v1/accounts", up("bob@example.net", "0")).await;
    dead.expect_status(404).expect_problem("invitation_not_found");
    // Who has no invitation is not told which addresses are taken.
    let dead = bob.post("/api/v1/accounts", up("owner@example.org", "0")).await;
    dead.expect_problem("invitation_not_found");
    let foreign = bob
        .post("/api/v1/accounts", up("bob@example.net", &token(&bound)))
        .await;
    foreign.expect_problem("invitation_not_found");
    let taken = bob
        .post("/api/v1/accounts", up("owner@example.org", &token(&invitation)))
        .await;
    taken.expect_problem("conflict");
    bob.post("/api/v1/accounts", up("bob@example.net", &token(&invitation)))
        .await
        .expect_status(201);
    let seen = bob
        .get(&format!("/api/v1/sites/{site_id}"))
        .await
        .expect_status(200)
        .json();
    assert_eq!(seen["role"], "viewer");
    let again = app
        .anonymous()
        .post("/api/v1/accounts", up("eve@example.com", &token(&invitation)))
        .await;
    again.expect_problem("invitation_not_found");
    let carl = app.anonymous();
    carl.post("/api/v1/accounts", up("Carl@example.com", &token(&bound)))
        .await
        .expect_status(201);
    assert_eq!(members(&ann, &site_id).await.len(), 3);
}

#[tokio::test]
async fn a_member_uses_no_invitation_up() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let invitation = ann.invite(&site_id, None).await;
    let bob = app.viewer_of(&ann, &site_id, "bob@example.net").await;
    ann.accept(&invitation)
        .await
        .expect_status(409)
        .expect_problem("conflict");
    bob.accept(&invitation)
        .await
        .expect_status(409)
        .expect_problem("conflict");
    app.owner("eve@example.com")
        .await
        .accept(&invitation)
        .await
        .expect_status(200);
    let owner = format!("/api/v1/sites/{site_id}/members/{}", ann.account_id().await);
    ann.delete(&owner).await.expect_status(409).expect_problem("conflict");
    assert_eq!(ann.get(&owner).await.expect_status(200).json()["role"], "owner");
}

#[tokio::test]
async fn wrong_fields_of_an_invitation_are_named_and_their_number_is_bounded() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let path = format!("/api/v1/sites/{site_id}/members");
    for (body, pointer) in [
        (json!({"role": "owner"}), "/role"),
        (json!({"role": "admin"}), "/role"),
        (json!({"email": "bob@example.net"}), "/role"),
        (json!({"role": "viewer", "email": "bob"}), "/email"),
        (json!({"role": "viewer", "token": "mine"}), "/token"),
        (
            json!({"role": "viewer", "expires_at": "2030-01-01T00:00:00Z"}),
            "/expires_at",
        ),
    ] {
        ann.post(&path, body)
            .await
            .expect_problem("invalid")
            .expect_pointers(&[pointer]);
    }
    for _ in 1..100 {
        ann.invite(&site_id, None).await;
    }
    let full = ann.post(&path, json!({"role": "viewer"})).await;
    full.expect_status(409).expect_problem("limit_reached");
    let first = ann.get(&format!("{path}?limit=60")).await.expect_status(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = ann
        .get(&format!("{path}?limit=60&cursor={cursor}"))
        .await
        .expect_status(200)
        .json();
    assert_eq!(rest["data"].as_array().unwrap().len(), 40);
    assert_eq!(rest["next_cursor"], Value::Null);
    app.step(WEEK_S);
    ann.post(&path, json!({"role": "viewer"})).await.expect_status(201);
}
