//! Lists come in pages, in their order, and a cursor is its own list's.

use crate::support::{Actor, TestApp};
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<String> {
    let rows = page["data"].as_array().unwrap().iter();
    rows.map(|row| {
        let id = row.get("id").unwrap_or(&row["kind"]);
        id.as_str().unwrap().to_owned()
    })
    .collect()
}

/// Walks a list by two rows; what a page was told beside its rows does not matter.
async fn walked(owner: &Actor, path: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut next = format!("{path}?limit=2");
    loop {
        let page = owner.get(&next).await.expect_status(200).json();
        let rows = ids(&page);
        assert!(rows.len() <= 2, "{path}: {page}");
        all.extend(rows);
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("{path}?limit=2&cursor={cursor}"),
            None => return all,
        }
    }
}

async fn filled() -> (TestApp, Actor, String) {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let site = format!("/api/v1/sites/{site_id}");
    let mut goals = Vec::new();
    // Names fall while creation times rise.
    for n in [4, 3, 2, 1, 0] {
        let add = async |list: &str, body: Value| {
            let made = owner.post(&format!("{site}/{list}"), body).await.expect_status(201);
            made.json()["id"].as_str().unwrap().to_owned()
        };
        let name = format!("Number {n}");
        goals.push(add("goals", json!({"name": name, "path": format!("/{n}")})).await);
        add(
            "segments",
            json!({"name": name, "filters": [["is", "event:page", ["/"]]]}),
        )
        .await;
        add("share-links", json!({"name": name})).await;
        add("shields", json!({"kind": "page", "value": format!("/{n}")})).await;
        add(
            "annotations",
            json!({"date": format!("2026-03-0{}", n + 1), "text": name}),
        )
        .await;
        add(
            "notice-channels",
            json!({"kind": "webhook", "url": format!("https://hooks.example.com/{n}")}),
        )
        .await;
        if let [.., one, other] = &goals[..] {
            add("funnels", json!({"name": name, "steps": [one, other]})).await;
        }
        let body = json!({"name": name, "site_ids": [site_id]});
        owner.post("/api/v1/portal-groups", body).await.expect_status(201);
    }
    (app, owner, site)
}

#[tokio::test]
async fn every_list_pages_in_its_order() {
    let (_app, owner, site) = filled().await;
    let lists = [
        "goals",
        "funnels",
        "segments",
        "share-links",
        "shields",
        "annotations",
        "notice-channels",
        "monitors",
    ];
    let mut paths: Vec<_> = lists.iter().map(|list| format!("{site}/{list}")).collect();
    paths.push("/api/v1/portal-groups".to_owned());
    for path in paths {
        let whole = owner.get(&format!("{path}?limit=100")).await.expect_status(200).json();
        assert_eq!(whole["next_cursor"], Value::Null);
        let whole = ids(&whole);
        assert!(whole.len() >= 4, "{path}: {whole:?}");
        assert_eq!(walked(&owner, &path).await, whole, "{path}");
        for (query, pointer) in [
            ("limit=101", "?limit"),
            ("limit=x", "?limit"),
            ("cursor=abc", "?cursor"),
        ] {
            let refused = owner.get(&format!("{path}?{query}")).await.expect_status(422);
            refused.expect_pointers(&[pointer]);
        }
    }
    let links = owner.get(&format!("{site}/share-links?limit=1")).await.json();
    assert_eq!(links["limit"], 10, "how many links a site may have");
}

#[tokio::test]
async fn a_page_goes_on_where_a_row_is_gone() {
    let (_app, owner, site) = filled().await;
    let path = format!("{site}/segments");
    let whole = ids(&owner.get(&path).await.json());
    let page = owner.get(&format!("{path}?limit=2")).await.json();
    owner.delete(&format!("{path}/{}", whole[1])).await.expect_status(204);
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = owner.get(&format!("{path}?cursor={cursor}")).await.expect_status(200);
    assert_eq!(ids(&rest.json()), whole[2..]);
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let (_app, owner, site) = filled().await;
    let audit = owner
        .get(&format!("{site}/audit?limit=1"))
        .await
        .expect_status(200)
        .json();
    let cursor = audit["next_cursor"].as_str().unwrap();
    owner
        .get(&format!("{site}/audit?cursor={cursor}"))
        .await
        .expect_status(200);
    for path in [
        "/api/v1/sites".to_owned(),
        "/api/v1/overview".to_owned(),
        format!("{site}/goals"),
        format!("{site}/members"),
    ] {
        let refused = owner.get(&format!("{path}?cursor={cursor}")).await.expect_status(422);
        refused.expect_problem("invalid").expect_pointers(&["?cursor"]);
    }
}
