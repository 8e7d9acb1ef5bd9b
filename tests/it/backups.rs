//! Backups of a server that runs, and restoring them elsewhere (T85).

use crate::support::{Actor, Program, TestApp, text_of};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

const CLIENTS: usize = 6;

async fn set_up(owner: &Actor) -> (String, String) {
    let body = json!({"email": "ann@example.org", "password": crate::support::PASSWORD, "name": "Ann"});
    owner.post("/api/v1/accounts", body).await.expect_status(201);
    let site_id = owner.add_site("example.org").await;
    let key = owner.add_key(&["stats:read", "sites:read"], None).await;
    (site_id, key)
}

async fn send(actor: &Actor, page: &str) -> bool {
    let event = json!({"name": "pageview", "url": format!("https://example.org{page}"), "domain": "example.org"});
    let answer = actor.try_post("/api/event", event).await;
    answer.is_some_and(|answer| answer.status == 202)
}

async fn ask(reader: &Actor, site_id: &str, query: Value) -> Value {
    let path = format!("/api/v1/sites/{site_id}/query");
    reader.post(&path, query).await.expect_status(200).json()["results"].clone()
}

/// How often each page is stored.
async fn pages(reader: &Actor, site_id: &str) -> HashMap<String, i64> {
    let query = json!({"metrics": ["pageviews"], "date_range": "all", "dimensions": ["event:page"], "pagination": {"limit": 10_000}});
    let rows = ask(reader, site_id, query).await;
    let rows = rows.as_array().unwrap().iter();
    let pair = |row: &Value| {
        let page = row["dimensions"][0].as_str().unwrap().to_owned();
        (page, row["metrics"][0].as_i64().unwrap())
    };
    rows.map(pair).collect()
}

fn path_text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn manifest(backup: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(backup.join("manifest.json")).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_a_backup_under_load_is_one_instant_and_answers_the_same_elsewhere() {
    let (program, elsewhere, folder) = (
        Program::with_event_file().with_patient_limits(),
        Program::with_event_file().with_patient_limits(),
        TempDir::new().unwrap(),
    );
    let running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    let stop = Arc::new(AtomicBool::new(false));
    let clients = (0..CLIENTS).map(|client| {
        let (actor, stop) = (running.actor(), stop.clone());
        tokio::spawn(async move {
            let mut accepted = Vec::new();
            while !stop.load(Ordering::SeqCst) {
                let page = format!("/{client}/{}", accepted.len());
                assert!(send(&actor, &page).await, "events are accepted while a backup is taken");
                accepted.push(page);
            }
            accepted
        })
    });
    let clients: Vec<_> = clients.collect();
    let reader = running.actor().with_key(&key);
    // Dashboards are open meanwhile: DuckDB makes no checkpoint under a question that began before the latest batch.
    let readers = (0..CLIENTS).map(|_| {
        let (reader, site_id, stop) = (reader.clone(), site_id.clone(), stop.clone());
        tokio::spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                pages(&reader, &site_id).await;
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    let before: HashSet<String> = running
        .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|pages| pages.len() > 200) })
        .await
        .into_keys()
        .collect();
    let backup = folder.path().join("backup");
    program.run_command(&["backup", path_text(&backup), "--with-key"]).await;
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
    let mut accepted = HashSet::new();
    for client in clients {
        accepted.extend(client.await.unwrap());
    }

    let text = elsewhere
        .run_command(&["restore", path_text(&backup), "--keep-links"])
        .await;
    assert!(text.contains("restored into"), "{text}");
    assert_eq!(elsewhere.run_command(&["check"]).await, "everything is in order\n");
    let restored = elsewhere.start().await;
    let there = restored.actor().with_key(&key);
    let rows = &manifest(&backup)["rows"];
    let count = |name: &str| rows[name].as_i64().unwrap();
    let expected = count("events.events") + count("inbox.entries");
    let stored = restored
        .wait_for(|| async {
            Some(pages(&there, &site_id).await).filter(|stored| stored.values().sum::<i64>() >= expected)
        })
        .await;
    assert!(stored.values().all(|count| *count == 1), "nothing is there twice");
    assert_eq!(stored.len() as i64, expected, "what the manifest says");
    assert!(
        before.iter().all(|page| stored.contains_key(page)),
        "nothing is missing"
    );
    assert!(stored.keys().all(|page| accepted.contains(page)));
    assert!(stored.len() < accepted.len(), "the load went on after the instant");
    // A client's pages were accepted one after another: the instant cuts each of the rows once.
    for client in 0..CLIENTS {
        let last = (0..)
            .take_while(|n| stored.contains_key(&format!("/{client}/{n}")))
            .count();
        let of_client = stored
            .keys()
            .filter(|page| page.starts_with(&format!("/{client}/")))
            .count();
        assert_eq!(last, of_client, "no gap");
    }

    let all = pages(&reader, &site_id).await;
    assert!(
        all.values().all(|count| *count == 1) && all.len() == accepted.len(),
        "the server lost nothing"
    );
    restored.terminate().await;
    running.terminate().await;
    assert_eq!(program.run_command(&["check"]).await, "everything is in order\n");
    assert_eq!(elsewhere.run_command(&["check"]).await, "everything is in order\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_what_a_killed_server_had_accepted_is_in_a_backup_and_numbers_stay() {
    let (program, elsewhere, folder) = (
        Program::with_event_file(),
        Program::with_event_file(),
        TempDir::new().unwrap(),
    );
    let mut running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    for n in 0..40 {
        assert!(send(&running.actor(), &format!("/{}", n % 7)).await);
    }
    running.kill();
    let archive = folder.path().join("backup.zip");
    program.run_command(&["backup", path_text(&archive)]).await;
    let key_file = program.data().join("secret.key");
    elsewhere
        .run_command(&[
            "restore",
            path_text(&archive),
            "--keep-links",
            "--key",
            path_text(&key_file),
        ])
        .await;
    let (first, second) = (program.start().await, elsewhere.start().await);
    for query in [
        json!({"metrics": ["visitors", "visits", "pageviews", "events", "bounce_rate", "visit_duration"], "date_range": "all"}),
        json!({"metrics": ["visitors", "pageviews"], "date_range": "all", "dimensions": ["event:page"], "order_by": [["event:page", "asc"]]}),
        json!({"metrics": ["visits"], "date_range": "all", "dimensions": ["visit:browser"]}),
    ] {
        let mut answers = Vec::new();
        for server in [&first, &second] {
            let reader = server.actor().with_key(&key);
            let all =
                || async { Some(pages(&reader, &site_id).await).filter(|pages| pages.values().sum::<i64>() == 40) };
            server.wait_for(all).await;
            answers.push(ask(&reader, &site_id, query.clone()).await);
        }
        assert_eq!(answers[0], answers[1], "{query}");
    }
    first.terminate().await;
    second.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_what_was_ended_after_the_backup_stays_ended() {
    let (program, folder) = (Program::with_event_file(), TempDir::new().unwrap());
    let running = program.start().await;
    let owner = running.actor();
    let (site_id, _) = set_up(&owner).await;
    let links = format!("/api/v1/sites/{site_id}/share-links");
    let token = |link: &Value| link["token"].as_str().unwrap().to_owned();
    let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
    let (kept, revoked) = (
        owner.add_link(&site_id, "Kept").await,
        owner.add_link(&site_id, "Revoked").await,
    );
    let protected = owner.add_link(&site_id, "Protected later").await;
    let portal = owner.add_portal(&site_id).await;
    let kept_key = owner.add_key(&["sites:read"], None).await;
    let body = json!({"name": "gone", "scopes": ["sites:read"], "site_id": null});
    let gone_key = owner.post("/api/v1/api-keys", body).await.expect_status(201).json();
    let invitation = owner.invite(&site_id, Some("bob@example.org")).await;
    let backup = folder.path().join("backup");
    program.run_command(&["backup", path_text(&backup), "--with-key"]).await;

    owner
        .delete(&format!("{links}/{}", id(&revoked)))
        .await
        .expect_status(204);
    owner
        .patch(
            &format!("{links}/{}", id(&protected)),
            json!({"password": "a password"}),
        )
        .await
        .expect_status(200);
    let path = format!("/api/v1/sites/{site_id}/portal/token");
    let new_portal = owner.post(&path, json!({})).await.expect_status(201).json();
    owner
        .delete(&format!("/api/v1/api-keys/{}", id(&gone_key)))
        .await
        .expect_status(204);
    let body = json!({"current_password": crate::support::PASSWORD, "new_password": "another one altogether"});
    owner.put("/api/v1/me/password", body).await.expect_status(204);

    let everything = [
        "Kept",
        "Revoked",
        "Protected later",
        "portal of example.org",
        "gone",
        "invitation of bob@example.org",
    ];
    let since = path_text(&program.data()).to_owned();
    // What is told as ended, and which of the keys below opens: kept link, revoked, protected, old portal, kept key, gone key, session.
    let cases: [(&[&str], Vec<&str>, [bool; 6]); 3] = [
        (&[], everything.to_vec(), [false; 6]),
        (
            &["--replaces", &since],
            vec![
                "Revoked",
                "Protected later",
                "portal of example.org",
                "gone",
                "former password of ann@example.org",
            ],
            [true, false, false, false, true, false],
        ),
        (&["--keep-links"], vec![], [true; 6]),
    ];
    for (args, told, opens) in cases {
        let elsewhere = Program::with_event_file();
        let text = elsewhere
            .run_command(&[&["restore", path_text(&backup)], args].concat())
            .await;
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("  ")).collect();
        for words in &told {
            assert!(lines.iter().any(|line| line.contains(words)), "{words}: {text}");
        }
        if !args.is_empty() {
            assert_eq!(lines.len(), told.len(), "{text}");
        }
        let restored = elsewhere.start().await;
        let anyone = restored.actor();
        let mut found = Vec::new();
        for link in [&kept, &revoked, &protected] {
            let answer = anyone.with_token(&token(link)).get("/api/v1/share/example.org").await;
            assert!(matches!(answer.status, 200 | 404), "{}", answer.text());
            found.push(answer.status == 200);
        }
        let answer = anyone.get(&format!("/api/v1/portal/{portal}")).await;
        found.push(answer.status == 200);
        for key in [&kept_key, gone_key["key"].as_str().unwrap()] {
            let answer = anyone.with_key(key).get(&format!("/api/v1/sites/{site_id}")).await;
            found.push(answer.status == 200);
        }
        assert_eq!(found, opens, "{args:?}");
        let answer = anyone.get(&format!("/api/v1/portal/{}", token(&new_portal))).await;
        assert_eq!(answer.status, 404, "it was made after the backup");
        anyone.get("/api/v1/me").await.expect_status(401);
        let is_old_password_dead = args.contains(&"--replaces");
        let expected = if is_old_password_dead { 401 } else { 200 };
        assert_eq!(anyone.sign_in("ann@example.org").await.status, expected);
        let accepts = invitation["invite_url"].as_str().unwrap().rsplit('/').next().unwrap();
        let answer = anyone.get(&format!("/api/v1/invitations/{accepts}")).await;
        assert_eq!(answer.status == 200, !args.is_empty(), "{}", answer.text());
        restored.terminate().await;
    }
    running.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_a_site_that_was_handed_over_stays_with_its_new_owner() {
    let (program, folder) = (Program::with_event_file(), TempDir::new().unwrap());
    let running = program.start().await;
    let ann = running.actor();
    let (site_id, _) = set_up(&ann).await;
    let site = format!("/api/v1/sites/{site_id}");
    let invitation = ann.invite(&site_id, Some("bob@example.org")).await;
    let bob = running.actor();
    let token = invitation["invite_url"].as_str().unwrap().rsplit('/').next().unwrap();
    let body =
        json!({"email": "bob@example.org", "password": crate::support::PASSWORD, "name": "Bob", "invitation": token});
    bob.post("/api/v1/accounts", body).await.expect_status(201);
    let backup = folder.path().join("backup");
    program.run_command(&["backup", path_text(&backup), "--with-key"]).await;
    let offer = ann
        .post(&format!("{site}/transfer"), json!({"email": "bob@example.org"}))
        .await;
    bob.accept(&offer.expect_status(201).json()).await.expect_status(200);
    let members = bob.get(&format!("{site}/members")).await.expect_status(200).json();
    let ann_id = ann.account_id().await;
    assert!(members.to_string().contains(&ann_id));
    bob.delete(&format!("{site}/members/{ann_id}")).await.expect_status(204);

    let elsewhere = Program::with_event_file();
    let since = path_text(&program.data()).to_owned();
    let text = elsewhere
        .run_command(&["restore", path_text(&backup), "--replaces", &since])
        .await;
    assert!(text.contains("ann@example.org as the owner of example.org"), "{text}");
    let restored = elsewhere.start().await;
    let (ann, bob) = (restored.actor(), restored.actor());
    ann.sign_in("ann@example.org").await.expect_status(200);
    bob.sign_in("bob@example.org").await.expect_status(200);
    ann.get(&site).await.expect_status(404);
    assert_eq!(bob.get(&site).await.expect_status(200).json()["role"], "owner");
    restored.terminate().await;
    running.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_a_backup_that_is_damaged_or_of_another_server_is_refused_in_one_line() {
    let (program, other, folder) = (
        Program::with_event_file(),
        Program::with_event_file(),
        TempDir::new().unwrap(),
    );
    let running = program.start().await;
    set_up(&running.actor()).await;
    assert!(send(&running.actor(), "/").await);
    other.start().await.terminate().await;
    let (backup, archive) = (folder.path().join("backup"), folder.path().join("backup.zip"));
    program.run_command(&["backup", path_text(&backup)]).await;
    program
        .run_command(&["backup", path_text(&archive), "--with-key"])
        .await;
    running.terminate().await;

    let refused = async |program: &Program, args: &[&str], words: &str| {
        let ran = program.output(args).await;
        let said = text_of(&ran.stderr);
        let last = said.lines().last().unwrap_or_default();
        assert!(
            !ran.status.success() && last.starts_with("vitrine: ") && last.contains(words),
            "{said}"
        );
    };
    let (right, wrong) = (program.data().join("secret.key"), other.data().join("secret.key"));
    let fresh = Program::with_event_file();
    refused(&fresh, &["restore", path_text(&backup)], "--key").await;
    refused(
        &fresh,
        &["restore", path_text(&backup), "--key", path_text(&wrong)],
        "not the one",
    )
    .await;
    refused(&other, &["restore", path_text(&archive)], "is there already").await;
    refused(&program, &["backup", path_text(&backup)], "is there already").await;
    let with_key = ["restore", path_text(&backup), "--key", path_text(&right)];
    let other_data = other.data();
    let of_other = [&with_key[..], &["--replaces", path_text(&other_data)]].concat();
    refused(&fresh, &of_other, "of another server").await;
    refused(&fresh, &["restore", path_text(folder.path())], "is no backup").await;
    let elsewhere = ["backup", "x", "--events-url", "clickhouse://127.0.0.1:1/vitrine"];
    refused(&program, &elsewhere, "BACKUP DATABASE").await;
    refused(
        &fresh,
        &["backup", path_text(&folder.path().join("x"))],
        "nothing to back up",
    )
    .await;

    for part in ["events.duckdb", "vitrine.sqlite", "inbox.sqlite"] {
        let path = backup.join(part);
        let bytes = std::fs::read(&path).unwrap();
        let mut damaged = bytes.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        std::fs::write(&path, &damaged).unwrap();
        refused(&fresh, &with_key, &format!("{part} is damaged")).await;
        std::fs::write(&path, &bytes[..middle]).unwrap();
        refused(&fresh, &with_key, &format!("{part} is damaged")).await;
        std::fs::write(&path, &bytes).unwrap();
    }
    let whole = std::fs::read(&archive).unwrap();
    std::fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
    refused(&fresh, &["restore", path_text(&archive)], "is no backup").await;
    let newer = text_of(&std::fs::read(backup.join("manifest.json")).unwrap());
    let newer = newer.replace("\"metadata\": 1", "\"metadata\": 9");
    std::fs::write(backup.join("manifest.json"), newer).unwrap();
    refused(&fresh, &with_key, "newer vitrine").await;

    let left: Vec<_> = std::fs::read_dir(fresh.data()).map_or(Vec::new(), |files| files.flatten().collect());
    assert!(left.iter().all(|file| file.file_name() == "events.lock"), "{left:?}");
    std::fs::write(&archive, &whole).unwrap();
    fresh.run_command(&["restore", path_text(&archive)]).await;
}

#[tokio::test]
async fn a_backup_holds_nothing_that_was_let_go() {
    let app = TestApp::start_with(|config| config.events_url.clear()).await;
    let (program, folder) = (Program::with_event_file(), TempDir::new().unwrap());
    let (ann, site_id) = app.owner_of("example.org").await;
    app.happen("example.org", None, &[json!({}), json!({})]).await;
    let link = ann.add_link(&site_id, "Live").await;
    let backup = folder.path().join("backup");
    let (data, url) = (app.folder().to_owned(), app.state.config.database_url());
    let args = [
        "backup",
        path_text(&backup),
        "--data-dir",
        path_text(&data),
        "--database-url",
        &url,
    ];
    let text = program.run_command(&args).await;
    let manifest = manifest(&backup);
    assert_eq!(manifest["rows"]["events.events"], 2, "{manifest}");
    let stored: Vec<u8> = std::fs::read_dir(&backup)
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let holds = |bytes: &[u8]| stored.windows(bytes.len()).any(|window| window == bytes);
    assert!(!holds(link["token"].as_str().unwrap().as_bytes()), "tokens are sealed");
    assert!(
        !holds(&std::fs::read(data.join("secret.key")).unwrap()),
        "the secret is not asked for"
    );
    if url.starts_with("postgres") {
        assert_eq!(manifest["metadata"], "PostgreSQL");
        assert!(text.contains("pg_dump"), "{text}");
        assert!(!backup.join("vitrine.sqlite").exists());
        return;
    }
    let rows = app.rows().await;
    for table in ["sessions", "salts"] {
        assert!(!rows[table].is_empty(), "the server has {table}");
        assert_eq!(manifest["rows"][format!("metadata.{table}")], 0, "{table}");
    }
    let salts: Vec<String> = sqlx_texts(&app, "SELECT salt FROM salts").await;
    let sessions = sqlx_texts(&app, "SELECT id_hash FROM sessions").await;
    for gone in salts.iter().chain(&sessions) {
        assert!(!holds(gone.as_bytes()), "{gone} is still in a free page");
    }
}

async fn sqlx_texts(app: &TestApp, sql: &'static str) -> Vec<String> {
    let api::db::Db::Sqlite { readers, .. } = &app.state.db else {
        return Vec::new();
    };
    let mut reader = readers.acquire().await.unwrap();
    let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut *reader).await.unwrap();
    rows.into_iter().map(|(text,)| text).collect()
}
