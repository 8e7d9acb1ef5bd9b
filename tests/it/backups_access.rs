//! What a restored backup lets see where the replaced server has narrowed it since (T85).

use crate::support::Program;
use serde_json::{Value, json};
use tempfile::TempDir;

fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_a_segment_that_was_narrowed_and_a_channel_that_was_removed_do_not_come_back() {
    let (program, elsewhere, folder) = (
        Program::with_event_file(),
        Program::with_event_file(),
        TempDir::new().unwrap(),
    );
    let running = program.start().await;
    let owner = running.actor();
    let body = json!({"email": "ann@example.org", "password": crate::support::PASSWORD, "name": "Ann"});
    owner.post("/api/v1/accounts", body).await.expect_status(201);
    let site_id = owner.add_site("example.org").await;
    let site = format!("/api/v1/sites/{site_id}");
    let add = async |path: &str, body: Value| {
        owner
            .post(&format!("{site}/{path}"), body)
            .await
            .expect_status(201)
            .json()
    };
    let goal = add("goals", json!({"name": "Order", "path": "/**"})).await;
    let mut segments = Vec::new();
    for (name, filter) in [
        ("Same", json!(["contains", "event:page", ["/same"]])),
        ("Narrowed", json!(["contains", "event:page", ["/"]])),
        ("By goal", json!(["is", "event:goal", ["Order"]])),
    ] {
        let segment = add("segments", json!({"name": name, "filters": [filter]})).await;
        segments.push(id(&segment));
        add("share-links", json!({"name": name, "segment_id": segment["id"]})).await;
    }
    let hook = add(
        "notice-channels",
        json!({"kind": "webhook", "url": "https://hooks.example.com/a"}),
    )
    .await;
    add(
        "notice-channels",
        json!({"kind": "webhook", "url": "https://hooks.example.com/b"}),
    )
    .await;
    let backup = folder.path().join("backup");
    let backup = backup.to_str().unwrap();
    program.run_command(&["backup", backup, "--with-key"]).await;

    let filter = async |segment: &str, filter: Value| {
        let path = format!("{site}/segments/{segment}");
        owner
            .patch(&path, json!({ "filters": [filter] }))
            .await
            .expect_status(200);
    };
    filter(&segments[1], json!(["is", "event:page", ["/only-this"]])).await;
    // A goal can't be changed, but another one can take its name and place.
    filter(&segments[2], json!(["is", "event:page", ["/"]])).await;
    owner
        .delete(&format!("{site}/goals/{}", id(&goal)))
        .await
        .expect_status(204);
    add("goals", json!({"name": "Order", "path": "/thanks"})).await;
    filter(&segments[2], json!(["is", "event:goal", ["Order"]])).await;
    owner
        .delete(&format!("{site}/notice-channels/{}", id(&hook)))
        .await
        .expect_status(204);

    let since = program.data();
    let text = elsewhere
        .run_command(&["restore", backup, "--replaces", since.to_str().unwrap()])
        .await;
    for ended in [
        "\"Narrowed\"",
        "\"By goal\"",
        "webhook that is told of incidents of example.org",
    ] {
        assert!(text.contains(ended), "{ended}: {text}");
    }
    assert!(!text.contains("\"Same\""), "{text}");
    let restored = elsewhere.start().await;
    let ann = restored.actor();
    ann.sign_in("ann@example.org").await.expect_status(200);
    let left = ann.get(&format!("{site}/share-links")).await.expect_status(200).json();
    let names: Vec<_> = left["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| &link["name"])
        .collect();
    assert_eq!(names, [&json!("Same")]);
    let channels = ann
        .get(&format!("{site}/notice-channels"))
        .await
        .expect_status(200)
        .json();
    assert_eq!(channels["data"].as_array().map(Vec::len), Some(1), "{channels}");
    restored.terminate().await;
    running.terminate().await;
}
