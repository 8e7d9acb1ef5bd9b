//! Writes by those who may not: every operation with a body that would do something, and every row of the metadata
//! before and after (T6, T27, T30, T37).

use crate::authorisation::cast;
use crate::authorisation_matrix::{MATRIX, SCOPES};
use crate::support::{Actor, Answer, PASSWORD, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A body with which the operation would do something; `None` where it takes none.
fn body_of(operation: &str) -> Option<Value> {
    Some(match operation {
        "create_account" => json!({"email": "new@example.net", "password": PASSWORD, "name": "New"}),
        "create_session" => json!({"email": "nobody@example.net", "password": PASSWORD}),
        "change_password" => json!({"current_password": PASSWORD, "new_password": "another long password"}),
        "delete_account" | "set_up_totp" | "turn_off_totp" | "renew_recovery_codes" => json!({"password": PASSWORD}),
        "turn_on_totp" => json!({"code": "123456"}),
        "create_site" => json!({"domain": "new.example"}),
        "update_site" => json!({"currency": "USD"}),
        "invite_member" => json!({"role": "viewer"}),
        "transfer_site" => json!({"email": "new@example.net"}),
        "create_share_link" => json!({"name": "New"}),
        "update_share_link" => json!({"name": "Other"}),
        "query_site" => json!({"metrics": ["visitors"], "date_range": "7d"}),
        "query_as_plausible" => json!({"site_id": "x.example", "metrics": ["visitors"], "date_range": "7d"}),
        "query_site_batch" => json!({"queries": [{"metrics": ["visitors"], "date_range": "7d"}]}),
        "find_or_create_share_link" => json!({"site_id": "s.example", "name": "New"}),
        "create_segment" => json!({"name": "New", "filters": [["is", "event:page", ["/"]]]}),
        "update_segment" => json!({"name": "Other"}),
        // Any bytes are a file.
        "create_import" => json!({"a": "file"}),
        "create_goal" => json!({"event": "New"}),
        "update_goal" | "update_funnel" => json!({"name": "Other"}),
        "create_funnel" => json!({"name": "New", "steps": ["goal_1", "goal_2"]}),
        "query_funnel" => json!({"date_range": "7d"}),
        "create_annotation" => json!({"date": "2026-03-02", "text": "New"}),
        "update_annotation" => json!({"text": "Other"}),
        "create_shield" => json!({"kind": "ip", "value": "192.0.2.9"}),
        "set_retention" => json!({"days": 30}),
        // Off, so that nothing is checked while rows are compared.
        "set_monitor" => json!({"enabled": false, "interval_s": 120}),
        "create_maintenance_window" => json!({"starts_at": "2026-03-11T00:00:00Z", "ends_at": "2026-03-21T00:00:00Z"}),
        "update_maintenance_window" => json!({"note": "Other"}),
        // An address that is public, and that nothing is sent to here.
        "create_notice_channel" => json!({"kind": "webhook", "url": "https://93.184.215.14/new"}),
        "update_notice_channel" => json!({"ignores_quiet_hours": true}),
        "confirm_notice_channel" => json!({"code": "abcd-efgh"}),
        "set_quiet_hours" => json!({"from": "22:00", "until": "07:00"}),
        "set_portal" => json!({"enabled": true}),
        "create_portal_group" => json!({"name": "New", "site_ids": ["site_1"]}),
        "update_portal_group" => json!({"name": "Other"}),
        "create_portals" => json!({"site_ids": ["site_1"]}),
        "create_share_links" => json!({"site_ids": ["site_1"], "name": "New"}),
        "set_branding" => json!({"company_name": "New"}),
        "set_logo" => json!({"no": "picture"}),
        "set_brand_domain" => json!({"domain": "reports.example.net"}),
        "create_api_key" => json!({"name": "new", "scopes": ["sites:read"]}),
        "create_event" => json!({"name": "pageview", "url": "https://x.example/", "domain": "x.example"}),
        "run_monitor"
        | "create_portal_token"
        | "revoke_portal_token"
        | "create_portal_group_token"
        | "revoke_portal_group_token"
        | "delete_portal_group"
        | "delete_logo"
        | "delete_brand_domain"
        | "verify_brand_domain"
        | "delete_session"
        | "end_session"
        | "end_other_sessions"
        | "leave_site"
        | "accept_invitation"
        | "remove_member"
        | "reset_site"
        | "delete_site"
        | "revoke_share_link"
        | "delete_shield"
        | "delete_segment"
        | "delete_goal"
        | "delete_import"
        | "delete_funnel"
        | "delete_annotation"
        | "delete_maintenance_window"
        | "delete_notice_channel"
        | "send_confirmation_code"
        | "test_notice_channel"
        | "revoke_api_key" => return None,
        operation => panic!("say what body {operation} takes"),
    })
}

/// Operations that change something: not the reads, and not what is asked with POST.
fn writes() -> impl Iterator<Item = (&'static str, Method, &'static str)> {
    let unsafe_rows = MATRIX.iter().filter(|row| !matches!(row.1, "GET" | "OPTIONS"));
    let writes = unsafe_rows.filter(|row| {
        !matches!(
            row.0,
            "query_site" | "query_as_plausible" | "query_site_batch" | "query_funnel" | "unlock_share_link"
        )
    });
    writes.map(|row| (row.0, row.1.parse().unwrap(), row.2))
}

/// Those of them that a key to the door opens: not signing up or in, and not collecting.
fn guarded_writes() -> impl Iterator<Item = (&'static str, Method, &'static str)> {
    writes().filter(|row| !matches!(row.0, "create_account" | "create_session" | "create_event"))
}

async fn send(actor: &Actor, operation: &str, method: &Method, path: &str) -> Answer {
    actor.send(method.clone(), path, body_of(operation)).await
}

#[tokio::test]
async fn t6_a_share_token_writes_nothing() {
    let app = TestApp::start().await;
    let mut count = 0;
    for (operation, method, template) in guarded_writes() {
        let domain = format!("s{count}.example");
        let (recipient, path) = cast(&app, 3, &domain, operation, template).await;
        let before = app.rows().await;
        let token = recipient.sends("authorization").unwrap().split_once(' ').unwrap().1;
        let in_query = format!("{path}?auth={token}");
        let bare = recipient.without("authorization");
        for (actor, path) in [
            (&recipient, path.clone()),
            (&bare, in_query.clone()),
            (&recipient, in_query),
            (&recipient, format!("{path}?embed=true&as_user=1")),
        ] {
            let answer = send(actor, operation, &method, &path).await;
            assert!(
                matches!(answer.status, 401 | 403 | 405),
                "{operation}: {}",
                answer.text()
            );
        }
        app.assert_unchanged(&before, operation).await;
        count += 1;
    }
    assert!(count > 20, "{count} operations");
}

#[tokio::test]
async fn t27_another_sites_page_changes_nothing() {
    let app = TestApp::start().await;
    for (n, (operation, method, template)) in writes().filter(|row| row.0 != "create_event").enumerate() {
        let (owner, path) = cast(&app, 5, &format!("s{n}.example"), operation, template).await;
        // A session that is opened late notes its use: not even that happens.
        app.step(61);
        // What an earlier operation began has ended, and what the server does each minute is done.
        crate::imports::at_rest(&app).await;
        api::ingest::salts::keep_up(&app.state).await.unwrap();
        let before = app.rows().await;
        let mut foreign = vec![
            owner.with("origin", "https://evil.example"),
            owner.with("origin", "null"),
            owner.with("sec-fetch-site", "cross-site"),
            owner.with("sec-fetch-site", "same-site"),
            owner.with("origin", &format!("https://{}.evil.example", app.address)),
        ];
        let is_open = matches!(operation, "create_account" | "create_session");
        if !is_open {
            foreign.push(owner.without("origin"));
        }
        for actor in &foreign {
            let answer = send(actor, operation, &method, &path).await.expect_status(403);
            answer.expect_problem("forbidden");
        }
        app.assert_unchanged(&before, operation).await;
        // Clients of Plausible's path send forms, a file has any type; the origin guards them like the rest.
        let takes_forms = matches!(operation, "find_or_create_share_link" | "create_import");
        if let (Some(body), false) = (body_of(operation), takes_forms) {
            let kinds = [
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "",
            ];
            for kind in kinds {
                let body = serde_json::to_vec(&body).unwrap();
                let answer = owner.send_bytes(method.clone(), &path, kind, body).await;
                answer.expect_status(415).expect_problem("unsupported_media_type");
            }
        }
        // The same request from our own page is taken: what was refused above was not refused for something else.
        let answer = send(&owner, operation, &method, &path).await;
        let is_taken = matches!(answer.status, 200..=299 | 409)
            || matches!(
                operation,
                "create_session"
                    | "find_or_create_share_link"
                    | "create_funnel"
                    | "create_portal_group"
                    | "set_logo"
                    | "delete_logo"
                    | "delete_brand_domain"
                    | "verify_brand_domain"
            );
        assert!(is_taken, "{operation}: {}", answer.text());
    }
}

#[tokio::test]
async fn t27_a_read_changes_nothing() {
    let app = TestApp::start().await;
    for (n, row) in MATRIX.iter().filter(|row| row.1 == "GET").enumerate() {
        let (owner, path) = cast(&app, 5, &format!("s{n}.example"), row.0, row.2).await;
        let before = app.rows().await;
        let answer = owner.get(&path).await;
        assert!(matches!(answer.status, 200 | 404), "{}: {}", row.0, answer.text());
        app.assert_unchanged(&before, row.0).await;
    }
}

#[tokio::test]
async fn t30_every_id_of_another_tenant_is_like_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let ids = [
        "{site_id}",
        "{link_id}",
        "{segment_id}",
        "{import_id}",
        "{channel_id}",
        "{window_id}",
        "{key_id}",
        "{session_id}",
        "{member_id}",
    ];
    let with_ids = MATRIX.iter().filter(|row| ids.iter().any(|id| row.2.contains(id)));
    for (n, (operation, method, template, _)) in with_ids.enumerate() {
        let (other, path) = cast(&app, 1, &format!("s{n}.example"), operation, template).await;
        let own_site = other.get("/api/v1/sites").await.json()["data"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let theirs = |at: &str| path.split('/').zip(template.split('/')).find(|(_, word)| *word == at);
        let mut paths = vec![path.clone()];
        if let (Some((site_id, _)), true) = (theirs("{site_id}"), template.matches("_id}").count() > 1) {
            // Their link on the caller's own site.
            paths.push(path.replace(site_id, &own_site));
        }
        let method = method.parse::<Method>().unwrap();
        let body = (method != Method::GET).then(|| body_of(operation)).flatten();
        let key = app.anonymous().with_key(&other.add_key(&SCOPES, None).await);
        key.get("/api/v1/sites").await.expect_status(200);
        let before = app.rows().await;
        for path in paths {
            let random = path.split('/').map(|part| match part.split_once('_') {
                Some((prefix, _)) if part != own_site && part.len() > 16 => format!("{prefix}_zzzzzzzzzzzzzzzz"),
                _ => part.to_owned(),
            });
            let random = random.collect::<Vec<_>>().join("/");
            assert_ne!(path, random);
            for actor in [&other, &key] {
                let found = actor.send(method.clone(), &path, body.clone()).await;
                let missing = actor.send(method.clone(), &random, body.clone()).await;
                // Where only people may act, a key learns that, whatever the id.
                let is_hidden = found.status == 404 || matches!(found.status, 401 | 403) && std::ptr::eq(actor, &key);
                assert!(is_hidden, "{operation} {path}: {}", found.text());
                assert_eq!(told(&found), told(&missing), "{operation} {path}");
            }
        }
        app.assert_unchanged(&before, operation).await;
    }
}

/// What an answer tells, but for its own path and id.
fn told(answer: &Answer) -> (u16, Value, BTreeSet<String>) {
    let mut body = answer.json();
    body["instance"].take();
    body["request_id"].take();
    // Whether the connection is kept depends on how much of the body had arrived.
    let names = answer.headers.keys().map(ToString::to_string);
    (answer.status, body, names.filter(|name| name != "connection").collect())
}

/// PostgreSQL takes no NUL in a text: an id with one is an id that does not exist, on both stores.
#[tokio::test]
async fn t30_an_id_that_no_store_can_hold_does_not_exist() {
    let app = TestApp::start().await;
    let ids = [
        "{site_id}",
        "{link_id}",
        "{segment_id}",
        "{import_id}",
        "{channel_id}",
        "{window_id}",
        "{key_id}",
        "{session_id}",
        "{member_id}",
    ];
    let with_ids = MATRIX.iter().filter(|row| ids.iter().any(|id| row.2.contains(id)));
    for (n, (operation, method, template, _)) in with_ids.enumerate() {
        let (owner, path) = cast(&app, 5, &format!("s{n}.example"), operation, template).await;
        let last = path
            .split('/')
            .zip(template.split('/'))
            .filter(|(_, word)| ids.contains(word))
            .last()
            .unwrap()
            .0;
        for odd in [
            "%00",
            "a%00b",
            "%F0%9F%92%A9",
            "'--",
            "%25",
            "..%2F..",
            &"x".repeat(4000),
        ] {
            let path = path.replace(last, odd);
            let body = (*method != "GET").then(|| body_of(operation)).flatten();
            let answer = owner.send(method.parse().unwrap(), &path, body).await;
            answer.expect_status(404).expect_problem("not_found");
        }
    }
    let stranger = app.anonymous();
    let body = json!({"email": "ann\u{0}@example.org", "password": PASSWORD});
    stranger
        .post("/api/v1/session", body)
        .await
        .expect_problem("invalid_password");
    let ann = app.owner("ann@example.org").await;
    let body = json!({"name": "x", "scopes": ["sites:read"], "site_id": "a\u{0}b"});
    let refused = ann.post("/api/v1/api-keys", body).await;
    assert!(matches!(refused.status, 404 | 422), "{}", refused.text());
    let event = json!({"name": "pageview", "url": "https://x.example/", "domain": "a\u{0}b"});
    let browser = ann.with(
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    );
    let refused = browser.post("/api/event", event).await;
    assert!(matches!(refused.status, 404 | 422), "{}", refused.text());
}

#[tokio::test]
async fn t37_no_operation_takes_a_field_that_it_does_not_know() {
    let app = TestApp::start().await;
    // Clients of Plausible's two paths may send more than we know.
    let ours = writes().filter(|row| {
        !matches!(
            row.0,
            "create_event" | "find_or_create_share_link" | "create_import" | "set_logo"
        )
    });
    for (n, (operation, method, template)) in ours.enumerate() {
        let Some(body) = body_of(operation) else { continue };
        let (owner, path) = cast(&app, 5, &format!("s{n}.example"), operation, template).await;
        let before = app.rows().await;
        for field in [
            "owner_id",
            "is_admin",
            "created_at",
            "id",
            "token",
            "totp",
            "account_id",
        ] {
            let mut body = body.clone();
            body[field] = json!("acc_0000000000000000");
            let answer = owner.send(method.clone(), &path, Some(body)).await;
            answer
                .expect_problem("invalid")
                .expect_pointers(&[&format!("/{field}")]);
        }
        app.assert_unchanged(&before, operation).await;
    }
}
