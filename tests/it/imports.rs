//! Access logs: what counts, nothing twice, nothing of an address at rest, everything gone on removal.

use crate::ingest::{expect_stored, pageview, visitor};
use crate::support::{Actor, Program, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CHROME: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

fn line(address: &str, time: &str, request: &str, status: u16, referrer: &str, agent: &str) -> String {
    format!("{address} - - [{time} +0100] \"{request} HTTP/1.1\" {status} 512 \"{referrer}\" \"{agent}\"\n")
}

pub fn view(address: &str, time: &str, path: &str) -> String {
    line(address, time, &format!("GET {path}"), 200, "-", FIREFOX)
}

pub async fn upload(owner: &Actor, site_id: &str, query: &str, body: impl Into<Vec<u8>>) -> crate::support::Answer {
    let path = format!("/api/v1/sites/{site_id}/imports{query}");
    let kind = "application/octet-stream";
    owner.send_bytes(Method::POST, &path, kind, body.into()).await
}

/// The import once it has ended.
pub async fn ended(owner: &Actor, site_id: &str, id: &Value) -> Value {
    let path = format!("/api/v1/sites/{site_id}/imports/{}", id.as_str().unwrap());
    for _ in 0..100_000 {
        let import = owner.get(&path).await.expect_status(200).json();
        if !matches!(import["status"].as_str(), Some("waiting" | "running")) {
            return import;
        }
        tokio::task::yield_now().await;
    }
    panic!("the import does not end");
}

pub async fn import(owner: &Actor, site_id: &str, query: &str, body: impl Into<Vec<u8>>) -> Value {
    let begun = upload(owner, site_id, query, body).await.expect_status(201).json();
    ended(owner, site_id, &begun["id"]).await
}

/// Waits until no import runs or is being taken out, on any site: until then the worker writes rows of its own.
pub async fn at_rest(app: &TestApp) {
    let is_busy = |row: &String| {
        ["waiting", "running", "removing"]
            .iter()
            .any(|status| row.contains(status))
    };
    let until = Instant::now() + Duration::from_secs(60);
    while app.rows().await["imports"].iter().any(is_busy) {
        assert!(Instant::now() < until, "an import does not end");
    }
}

async fn numbers(owner: &Actor, site_id: &str, metrics: Value, dimensions: Value, range: Value) -> Value {
    let query = json!({"metrics": metrics, "dimensions": dimensions, "date_range": range});
    let answer = owner.post(&format!("/api/v1/sites/{site_id}/query"), query).await;
    let answer = answer.expect_status(200).json();
    let rows = answer["results"].as_array().unwrap().iter();
    rows.map(|row| json!([row["dimensions"], row["metrics"]])).collect()
}

pub fn tally(import: &Value) -> BTreeMap<String, u64> {
    let counts = import["tally"].as_object().unwrap().iter();
    counts
        .map(|(name, count)| (name.clone(), count.as_u64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

pub fn counts<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
    counts
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count))
        .collect()
}

#[tokio::test]
async fn a_log_becomes_page_views_as_live_ones_are() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let search = "https://www.google.com/";
    let log = [
        // A visit over midnight: one visit of two views, one visitor on each day.
        line(
            "198.51.100.7",
            "05/Mar/2026:23:50:00",
            "GET /?utm_campaign=spring&token=abc123",
            200,
            search,
            FIREFOX,
        ),
        view("198.51.100.7", "06/Mar/2026:00:10:00", "/late"),
        // Another visitor, by the browser.
        line("198.51.100.7", "06/Mar/2026:09:00:00", "GET /", 304, "-", CHROME),
        line("198.51.100.8", "06/Mar/2026:09:00:01", "GET /", 200, "-", "curl/8.5.0"),
        line(
            "198.51.100.8",
            "06/Mar/2026:09:00:02",
            "GET /style.css",
            200,
            "-",
            FIREFOX,
        ),
        line("198.51.100.8", "06/Mar/2026:09:00:03", "GET /gone", 404, "-", FIREFOX),
        line("198.51.100.8", "06/Mar/2026:09:00:04", "POST /form", 200, "-", FIREFOX),
        view("198.51.100.8", "11/Mar/2026:09:00:00", "/tomorrow"),
        format!(
            "shop.a.example:443 {}",
            view("198.51.100.9", "06/Mar/2026:10:00:00", "/shop")
        ),
        format!(
            "b.example:443 {}",
            view("198.51.100.9", "06/Mar/2026:10:00:00", "/other")
        ),
        "198.51.100.10 nonsense\n".to_owned(),
        "198.51.100.11 - - [06/Mar/2026:10:00".to_owned(),
    ];
    let import = import(&owner, &site_id, "?name=access.log", log.concat()).await;
    assert_eq!(
        (&import["status"], &import["kind"], &import["name"], &import["percent"]),
        (
            &json!("done"),
            &json!("access_log"),
            &json!("access.log"),
            &json!(100.0)
        )
    );
    let told = counts([
        ("lines", 11),
        ("taken", 4),
        ("bots", 1),
        ("assets", 1),
        ("statuses", 1),
        ("methods", 1),
        ("future", 1),
        ("hosts", 1),
        ("bad", 1),
    ]);
    assert_eq!(tally(&import), told, "the line without an end waits for the rest of it");
    assert_eq!(
        import["bad_lines"],
        json!([{"line": 11, "detail": "there is no time in brackets"}])
    );
    assert_eq!(
        (&import["first_day"], &import["last_day"]),
        (&json!("2026-03-05"), &json!("2026-03-06"))
    );

    let metrics = json!(["visitors", "visits", "pageviews"]);
    let days = numbers(&owner, &site_id, metrics.clone(), json!(["time:day"]), json!("7d")).await;
    assert_eq!(days, json!([[["2026-03-05"], [1, 1, 1]], [["2026-03-06"], [3, 2, 3]]]));
    let pages = numbers(
        &owner,
        &site_id,
        json!(["pageviews"]),
        json!(["event:hostname", "event:page"]),
        json!("7d"),
    );
    assert_eq!(
        pages.await,
        json!([
            [["a.example", "/"], [2]],
            [["a.example", "/late"], [1]],
            [["shop.a.example", "/shop"], [1]]
        ])
    );
    let sources = json!(["visit:source", "visit:channel", "visit:utm_campaign", "visit:browser"]);
    assert_eq!(
        numbers(&owner, &site_id, json!(["visits"]), sources, json!("7d")).await,
        json!([
            [["Direct / None", "Direct", "(none)", "Chrome"], [1]],
            [["Direct / None", "Direct", "(none)", "Firefox"], [1]],
            [["Google", "Organic Search", "spring", "Firefox"], [1]]
        ])
    );
    app.assert_stored_nowhere(&["198.51.100", "abc123", "Firefox/140", "rv:140"])
        .await;
    let imports = app.rows().await["imports"].join("");
    assert!(imports.contains("done"), "{imports}");
    let waiting = std::fs::read_dir(app.folder().join("imports")).unwrap().count();
    assert_eq!(waiting, 0, "the file is gone");
}

#[tokio::test]
async fn a_file_counts_once_and_goes_on_when_it_has_grown() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let mut log = String::new();
    for n in 0..20 {
        log += &view(&format!("198.51.100.{n}"), &format!("06/Mar/2026:10:{n:02}:00"), "/");
    }
    let first = import(&owner, &site_id, "", log.clone()).await;
    assert_eq!(tally(&first), counts([("lines", 20), ("taken", 20)]));
    let again = import(&owner, &site_id, "", log.clone()).await;
    assert_eq!((&again["id"], tally(&again)), (&first["id"], tally(&first)));
    let all = json!(["visitors", "visits", "pageviews"]);
    let total = numbers(&owner, &site_id, all.clone(), json!([]), json!("7d")).await;
    assert_eq!(total, json!([[[], [20, 20, 20]]]));

    log += &view("198.51.100.77", "06/Mar/2026:11:00:00", "/more");
    let grown = import(&owner, &site_id, "", log.clone()).await;
    assert_eq!(
        (&grown["id"], tally(&grown)),
        (&first["id"], counts([("lines", 21), ("taken", 21)]))
    );
    let total = numbers(&owner, &site_id, all.clone(), json!([]), json!("7d")).await;
    assert_eq!(total, json!([[[], [21, 21, 21]]]));
    // The same file by another name, packed: known by what it holds.
    let gzipped = gzip(log.as_bytes());
    let packed = import(&owner, &site_id, "?name=access.log.1.gz", gzipped).await;
    assert_eq!((&packed["id"], tally(&packed)), (&first["id"], tally(&grown)));

    let mut other = log.replace("198.51.100.13", "198.51.100.14");
    other += &view("198.51.100.78", "06/Mar/2026:11:00:00", "/other");
    for wrong in [other, log.lines().take(3).map(|line| format!("{line}\n")).collect()] {
        let refused = import(&owner, &site_id, "", wrong).await;
        assert_eq!((&refused["status"], &refused["id"]), (&json!("failed"), &first["id"]));
        assert!(
            refused["problem"].as_str().unwrap().contains("begins like one"),
            "{refused}"
        );
    }
    let total = numbers(&owner, &site_id, all, json!([]), json!("7d")).await;
    assert_eq!(total, json!([[[], [21, 21, 21]]]));
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn a_day_that_was_collected_is_left_out_and_a_removal_takes_out_what_was_brought() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    expect_stored(visitor(&app).post("/api/event", pageview("/live")).await);
    app.state.events.drained().await;
    let log = view("198.51.100.1", "10/Mar/2026:08:00:00", "/today")
        + &view("198.51.100.1", "09/Mar/2026:08:00:00", "/before");
    let brought = import(&owner, &site_id, "", log).await;
    assert_eq!(tally(&brought), counts([("lines", 2), ("taken", 1), ("covered", 1)]));
    let other = import(
        &owner,
        &site_id,
        "",
        view("198.51.100.2", "09/Mar/2026:09:00:00", "/rotated"),
    )
    .await;
    assert_eq!(
        tally(&other),
        counts([("lines", 1), ("taken", 1)]),
        "a rotated log may share its day"
    );
    let pages = || {
        numbers(
            &owner,
            &site_id,
            json!(["pageviews"]),
            json!(["event:page"]),
            json!("month"),
        )
    };
    assert_eq!(
        pages().await,
        json!([[["/before"], [1]], [["/live"], [1]], [["/rotated"], [1]]])
    );
    let path = format!("/api/v1/sites/{site_id}/imports");
    let listed = owner.get(&path).await.expect_status(200).json();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(2));
    let own = format!("{path}/{}", brought["id"].as_str().unwrap());
    owner.delete(&own).await.expect_status(204);
    owner.delete(&own).await.expect_status(404);
    assert_eq!(pages().await, json!([[["/live"], [1]], [["/rotated"], [1]]]));
    let reset = format!("/api/v1/sites/{site_id}/reset");
    owner.send(Method::POST, &reset, None).await.expect_status(204);
    assert_eq!(pages().await, json!([]));
    assert_eq!(owner.get(&path).await.json()["data"], json!([]));
}

#[tokio::test]
async fn what_is_no_file_to_import_is_refused() {
    let app = TestApp::start_with(|config| config.imports.upload_max_bytes = 1000).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    upload(&owner, &site_id, "", "").await.expect_problem("invalid");
    let wrong = upload(&owner, &site_id, "?format=json", "x\n").await;
    wrong.expect_status(422).expect_pointers(&["?format"]);
    let long = upload(&owner, &site_id, "", vec![b'x'; 1001]).await;
    long.expect_status(413).expect_problem("too_large");
    let empty = std::fs::read_dir(app.folder().join("imports")).unwrap().count();
    assert_eq!(empty, 0, "nothing is left behind");
    let nonsense = import(&owner, &site_id, "", "{\"a\": 1}\n".repeat(9)).await;
    assert_eq!(tally(&nonsense), counts([("lines", 9), ("bad", 9)]));
    assert_eq!(nonsense["bad_lines"].as_array().map(Vec::len), Some(5));
}

/// Lines of many visitors over a few days, each page once.
fn long_log(lines: usize) -> String {
    let mut log = String::new();
    for n in 0..lines {
        let (day, hour, minute) = (1 + n * 3 / lines, n * 72 / lines % 24, n % 60);
        let address = format!("198.51.{}.{}", n / 250 % 250, n % 250);
        let line = view(
            &address,
            &format!("{day:02}/Mar/2024:{hour:02}:{minute:02}:00"),
            &format!("/p/{n}"),
        );
        log.write_str(&line).unwrap();
    }
    log
}

async fn set_up(owner: &Actor) -> (String, String) {
    let body = json!({"email": "ann@example.org", "password": crate::support::PASSWORD, "name": "Ann"});
    owner.post("/api/v1/accounts", body).await.expect_status(201);
    let site_id = owner.add_site("a.example").await;
    let key = owner.add_key(&["stats:read", "sites:read"], None).await;
    (site_id, key)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_goes_on_after_kill_9_and_counts_every_line_once() {
    const LINES: usize = 60_000;
    let program = Program::new();
    let running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    running.terminate().await;
    let folder = tempfile::tempdir().unwrap();
    let (log, more) = (folder.path().join("access.log"), folder.path().join("more.log"));
    std::fs::write(&log, long_log(LINES)).unwrap();
    std::fs::write(&more, view("198.51.100.1", "06/Mar/2024:08:00:00", "/more")).unwrap();
    let files = [log.to_str().unwrap(), more.to_str().unwrap()];
    let args = ["import", "logs", "--site", "a.example", files[0], files[1]];
    // The machine decides where it is when it is killed: before, within and between pieces.
    for round in 0..6 {
        let mut child = program.command(&args).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(700 + 900 * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let told = program.run_command(&args).await;
    assert!(told.contains("access.log: 60,000 lines read"), "{told}");
    assert!(told.contains("60,000 taken from 2024-03-01 to 2024-03-03"), "{told}");
    assert!(told.contains("more.log: 1 lines read"), "{told}");
    let again = program.run_command(&args).await;
    assert!(again.contains("60,000 taken"), "{again}");

    let running = program.start().await;
    let reader = running.actor().with_key(&key);
    let range = json!(["2024-03-01", "2024-03-06"]);
    let total = numbers(
        &reader,
        &site_id,
        json!(["pageviews", "events"]),
        json!([]),
        range.clone(),
    )
    .await;
    assert_eq!(total, json!([[[], [60_001, 60_001]]]));
    let query = json!({"metrics": ["pageviews"], "dimensions": ["event:page"], "date_range": range,
        "order_by": [["pageviews", "desc"]], "pagination": {"limit": 1}, "include": {"total_rows": true}});
    let pages = reader
        .post(&format!("/api/v1/sites/{site_id}/query"), query)
        .await
        .json();
    assert_eq!(
        (&pages["results"][0]["metrics"], &pages["meta"]["total_rows"]),
        (&json!([1]), &json!(60_001))
    );
    running.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_server_the_server_imports_also_when_it_is_killed() {
    const LINES: usize = 30_000;
    let program = Program::new();
    let mut running = program.start().await;
    let owner = running.actor();
    let (site_id, _) = set_up(&owner).await;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log.gz");
    std::fs::write(&log, gzip(long_log(LINES).as_bytes())).unwrap();
    let args = ["import", "logs", "--site", "a.example", log.to_str().unwrap()];
    let mut child = program.command(&args).spawn().unwrap();
    let path = format!("/api/v1/sites/{site_id}/imports");
    // Once it is entered, the program may go: the server has the file.
    let begun = running
        .wait_for(|| async { owner.get(&path).await.json()["data"].get(0).cloned() })
        .await;
    child.kill().unwrap();
    child.wait().unwrap();
    let own = format!("{path}/{}", begun["id"].as_str().unwrap());
    running
        .wait_for(|| async { (owner.get(&own).await.json()["tally"]["lines"] != 0).then_some(()) })
        .await;
    running.kill();
    running = program.start().await;
    let owner = running.actor();
    owner.sign_in("ann@example.org").await.expect_status(200);
    let done =
        running.wait_for(|| async { Some(owner.get(&own).await.json()).filter(|import| import["status"] == "done") });
    assert_eq!(tally(&done.await), counts([("lines", 30_000), ("taken", 30_000)]));
    let told = program.run_command(&args).await;
    assert!(told.contains("30,000 taken"), "{told}");
    let range = json!(["2024-03-01", "2024-03-06"]);
    let total = numbers(&owner, &site_id, json!(["pageviews"]), json!([]), range).await;
    assert_eq!(total, json!([[[], [30_000]]]));
    let unknown = program
        .command(&["import", "logs", "--site", "b.example", log.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no site on this server has the domain b.example"));
    running.terminate().await;
}

#[tokio::test]
async fn a_site_that_is_reset_leaves_the_uploads_of_others_alone() {
    let app = TestApp::start().await;
    let (ann, own) = app.owner_of("a.example").await;
    let other = ann.add_site("b.example").await;
    let key = ann.add_key(&["sites:write"], None).await;
    let body = view("203.0.113.9", "09/Mar/2026:10:00:00", "/");
    let (first, rest) = body.as_bytes().split_at(20);
    let mut upload = tokio::net::TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "POST /api/v1/sites/{other}/imports HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        app.address,
        body.len()
    );
    upload.write_all(head.as_bytes()).await.unwrap();
    upload.write_all(first).await.unwrap();
    let folder = app.state.config.data_dir.join("imports");
    let taking = || std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
    while !taking() {
        tokio::task::yield_now().await;
    }
    ann.post(&format!("/api/v1/sites/{own}/reset"), json!({}))
        .await
        .expect_status(204);
    upload.write_all(rest).await.unwrap();
    let mut answer = String::new();
    upload.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}
