//! The authorisation matrix: every operation of the API document, asked by everyone (T6, T30, T34).
//!
//! Bodies are `{}`: where a caller may do it, a body that lacks its fields answers 422.

use crate::authorisation_matrix::{MATRIX, SCOPES, scope_of};
use crate::support::{Actor, TestApp};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn t34_every_operation_answers_everyone_as_the_matrix_says() {
    let app = TestApp::start_with(|config| config.limits.resolve_per_minute = 10_000).await;
    for (n, (operation, method, template, expected)) in MATRIX.iter().enumerate() {
        for (who, status) in expected.iter().enumerate() {
            let domain = format!("s{n}-{who}.example");
            let (actor, path) = cast(&app, who, &domain, operation, template).await;
            let body = (*method != "GET").then(|| json!({}));
            let answer = actor.send(method.parse::<Method>().unwrap(), &path, body).await;
            assert_eq!(
                answer.status,
                *status,
                "{operation} asked by actor {who}: {}",
                answer.text()
            );
            if matches!(answer.status, 401 | 403 | 404) {
                assert_eq!(
                    answer.header("content-type"),
                    Some("application/problem+json"),
                    "{operation}"
                );
                for secret in ["owner@", &domain] {
                    let body = answer.text().replace(&path, "");
                    assert!(!body.contains(secret), "{operation} tells actor {who} {secret}: {body}");
                }
            }
        }
    }
}

/// A site of its own with a link and a key, and the actor who asks.
pub async fn cast(app: &TestApp, who: usize, domain: &str, operation: &str, template: &str) -> (Actor, String) {
    let (owner, site_id) = app.owner_of(domain).await;
    let link = owner.add_link(&site_id, "Client").await;
    let segment = owner
        .add_segment(&site_id, "Pricing", json!([["is", "event:page", ["/pricing"]]]))
        .await;
    let import = match template.contains("{import_id}") {
        true => crate::imports::import(&owner, &site_id, "", "no log\n").await,
        false => json!({"id": ""}),
    };
    // Two goals for the funnel, and one that nothing keeps.
    let signup = owner.add_goal(&site_id, json!({"event": "Signup"})).await;
    let thanks = owner.add_goal(&site_id, json!({"path": "/thanks"})).await;
    let goal = owner.add_goal(&site_id, json!({"path": "/pricing"})).await;
    let steps = json!({"name": "Buying", "steps": [signup, thanks]});
    let funnel = owner.add(&format!("/api/v1/sites/{site_id}/funnels"), steps).await;
    let note = json!({"date": "2026-03-01", "text": "Launch"});
    let annotation = owner.add(&format!("/api/v1/sites/{site_id}/annotations"), note).await;
    let shield = json!({"kind": "ip", "value": "192.0.2.1"});
    let shield = owner.add(&format!("/api/v1/sites/{site_id}/shields"), shield).await;
    let channel = match template.contains("{channel_id}") {
        true => off_channel(&owner, &site_id).await,
        false => String::new(),
    };
    let window = match template.contains("{window_id}") {
        true => {
            let window = json!({"starts_at": "2026-03-11T00:00:00Z", "ends_at": "2026-03-21T00:00:00Z"});
            owner
                .add(&format!("/api/v1/sites/{site_id}/maintenance-windows"), window)
                .await
        }
        false => String::new(),
    };
    let portal = owner.add_portal(&site_id).await;
    let group = json!({"name": "Client", "site_ids": [site_id]});
    let group = owner.add("/api/v1/portal-groups", group).await;
    let group_token = format!("/api/v1/portal-groups/{group}/token");
    owner.post(&group_token, json!({})).await.expect_status(201);
    let weak = SCOPES
        .into_iter()
        .filter(|scope| *scope != scope_of(operation))
        .collect::<Vec<_>>();
    let secret = owner.add_key(&weak, None).await;
    let key_id = owner.get("/api/v1/api-keys").await.json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let session_id = owner.get("/api/v1/me/sessions").await.json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let invitation = owner.invite(&site_id, None).await;
    let token = invitation["invite_url"].as_str().unwrap().rsplit('/').next().unwrap();
    let actor = match who {
        0 => app.anonymous(),
        1 => app.owner_of(&format!("other-{domain}")).await.0,
        2 => app.anonymous().with_key(&secret),
        3 => app.anonymous().with_token(link["token"].as_str().unwrap()),
        4 => app.viewer_of(&owner, &site_id, &format!("viewer@{domain}")).await,
        _ => owner.clone(),
    };
    let visit = match template.contains("{visit_id}") {
        true => app.visit(&owner, &site_id, domain).await,
        false => String::new(),
    };
    let path = template
        .replace("{visit_id}", &visit)
        .replace("{site_id}", &site_id)
        .replace("{link_id}", link["id"].as_str().unwrap())
        .replace("{import_id}", import["id"].as_str().unwrap())
        .replace("{segment_id}", segment["id"].as_str().unwrap())
        .replace("{shield_id}", &shield)
        .replace("{kind}", "uptime")
        .replace("{channel_id}", &channel)
        .replace("{window_id}", &window)
        .replace("{goal_id}", &goal)
        .replace("{funnel_id}", &funnel)
        .replace("{annotation_id}", &annotation)
        .replace("{key_id}", &key_id)
        .replace("{session_id}", &session_id)
        .replace("{member_id}", invitation["id"].as_str().unwrap())
        .replace("/portal/{token}", &format!("/portal/{portal}"))
        .replace("{group_id}", &group)
        .replace("{file}", "none.png")
        .replace("{token}", token)
        .replace("{domain}", domain);
    (actor, path)
}

/// A webhook that tells nothing, so that nothing is sent from a test of who may ask for it.
async fn off_channel(owner: &Actor, site_id: &str) -> String {
    let path = format!("/api/v1/sites/{site_id}/notice-channels");
    let hook = json!({"kind": "webhook", "url": "https://93.184.215.14/hook"});
    let id = owner.add(&path, hook).await;
    let off = owner.patch(&format!("{path}/{id}"), json!({"enabled": false})).await;
    off.expect_status(200);
    id
}

#[test]
fn t34_every_operation_of_the_document_has_a_row() {
    let config = api::config::Config::load(&api::config::Flags::default()).unwrap();
    let document = api::routes::openapi_yaml(&api::routes::Limits::new(&config.limits));
    let operations = document
        .lines()
        .filter_map(|line| line.trim().strip_prefix("operationId: "))
        .collect::<Vec<_>>();
    assert!(operations.len() > 20, "{operations:?}");
    let missing = operations
        .iter()
        .filter(|operation| MATRIX.iter().all(|row| row.0 != **operation));
    assert_eq!(
        missing.collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "operations without a row"
    );
    let stale = MATRIX
        .iter()
        .filter(|row| !operations.contains(&row.0))
        .map(|row| row.0);
    assert_eq!(
        stale.collect::<Vec<_>>(),
        Vec::<&str>::new(),
        "rows without an operation"
    );
}
