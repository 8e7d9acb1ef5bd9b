//! `vitrine check`, and what a program that asks a server to hold still can do to it.

use crate::support::{Actor, Program, text_of};
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

const USER_AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

async fn set_up(owner: &Actor) -> String {
    let body = json!({"email": "ann@example.org", "password": crate::support::PASSWORD, "name": "Ann"});
    owner.post("/api/v1/accounts", body).await.expect_status(201);
    owner.add_site("example.org").await;
    owner.add_key(&["stats:read", "sites:read"], None).await
}

async fn send(actor: &Actor, count: usize) {
    for n in 0..count {
        let url = format!("https://example.org/{n}");
        let event = json!({"name": "pageview", "url": url, "domain": "example.org"});
        actor.post("/api/event", event).await.expect_status(202);
    }
}

/// The lines of a check that finds something.
async fn findings(program: &Program) -> Vec<String> {
    let ran = program.output(&["check"]).await;
    assert!(!ran.status.success(), "{}", text_of(&ran.stdout));
    text_of(&ran.stdout).lines().map(str::to_owned).collect()
}

fn change_events(program: &Program, sql: &str) {
    let conn = duckdb::Connection::open(program.data().join("events.duckdb")).unwrap();
    conn.execute_batch(sql).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_tells_what_is_wrong_with_each_store() {
    let program = Program::with_event_file();
    let running = program.start().await;
    set_up(&running.actor()).await;
    send(&running.actor(), 20).await;
    let refused = program.output(&["check"]).await;
    assert!(!refused.status.success());
    assert!(text_of(&refused.stderr).contains("a server uses the data folder"));
    running.terminate().await;
    assert_eq!(program.run_command(&["check"]).await, "everything is in order\n");

    let cases = [
        (
            "INSERT INTO events SELECT * FROM events LIMIT 1",
            "1 events stand in the file twice",
        ),
        (
            "DELETE FROM events WHERE event_id = (SELECT max(event_id) FROM events)",
            "1 visits have other counts",
        ),
        (
            "UPDATE visits SET end_ms = start_ms - 1",
            "1 visits end before they begin",
        ),
        (
            "UPDATE visits SET site_id = 'sit_nobody'; UPDATE events SET site_id = 'sit_nobody'",
            "visits of sit_nobody, a site that is not there",
        ),
        (
            "INSERT INTO rolled_days SELECT DISTINCT site_id, local_date, 0 FROM visits",
            "is rolled up otherwise than its events and visits count",
        ),
        (
            "INSERT INTO events SELECT * REPLACE (event_id + 1000 AS event_id, 77 AS visit_id, local_date + 5 AS local_date) FROM events",
            "20 events belong to a visit that is not there",
        ),
        (
            "UPDATE events SET event_id = event_id + 1000000",
            "it is older than the event file",
        ),
    ];
    let file = program.data().join("events.duckdb");
    let whole = std::fs::read(&file).unwrap();
    for (sql, words) in cases {
        change_events(&program, sql);
        let found = findings(&program).await;
        assert!(found.iter().any(|line| line.contains(words)), "{words}: {found:?}");
        std::fs::write(&file, &whole).unwrap();
    }
    assert_eq!(program.run_command(&["check"]).await, "everything is in order\n");

    for (name, words) in [
        ("vitrine.sqlite", "vitrine.sqlite: "),
        ("events.duckdb", "events.duckdb: "),
    ] {
        let path = program.data().join(name);
        let bytes = std::fs::read(&path).unwrap();
        let mut damaged = bytes.clone();
        // Every page but the first ones, which only say what the file is.
        let from = 16 * 1024;
        damaged[from..].iter_mut().step_by(97).for_each(|byte| *byte ^= 0x5a);
        std::fs::write(&path, &damaged).unwrap();
        let found = findings(&program).await;
        assert!(found.iter().any(|line| line.starts_with(words)), "{name}: {found:?}");
        std::fs::write(&path, &bytes).unwrap();
    }
    std::fs::write(program.data().join("secret.key"), [7; 32]).unwrap();
    let found = findings(&program).await;
    assert!(found.len() == 1 && found[0].starts_with("secret.key: "), "{found:?}");
}

/// Lines of an access log: on each of the first ten days of a month, so many visits as its number says, of two pages each.
fn access_log() -> String {
    let mut log = String::new();
    for day in 1..=10 {
        for visit in 0..day {
            for page in ["/", "/next"] {
                let time = format!("{day:02}/Mar/2026:1{visit}:00:00 +0000");
                log.push_str(&format!(
                    "8.8.{day}.{visit} - - [{time}] \"GET {page} HTTP/1.1\" 200 512 \"-\" \"{USER_AGENT}\"\n"
                ));
            }
        }
    }
    log
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rollups_that_are_wrong_are_made_anew() {
    let program = Program::with_event_file();
    let running = program.start().await;
    let key = set_up(&running.actor()).await;
    let refused = program.output(&["rebuild-rollups"]).await;
    assert!(!refused.status.success());
    assert!(text_of(&refused.stderr).contains("a server uses the data folder"));
    running.terminate().await;
    let log = program.data().join("access.log");
    std::fs::write(&log, access_log()).unwrap();
    program
        .run_command(&["import", "logs", "--site", "example.org", log.to_str().unwrap()])
        .await;
    let rolled_up = program.run_command(&["rebuild-rollups"]).await;
    assert!(rolled_up.starts_with("1 site: "), "{rolled_up}");

    let answer = async || {
        let running = program.start().await;
        let reader = running.actor().with_key(&key);
        let sites = reader.get("/api/v1/sites").await.expect_status(200).json();
        let path = format!("/api/v1/sites/{}/query", sites["data"][0]["id"].as_str().unwrap());
        let query = json!({"metrics": ["visitors", "pageviews"], "date_range": ["2026-03-01", "2026-03-10"], "dimensions": ["event:page"]});
        let answer = reader.post(&path, query).await.expect_status(200).json();
        running.terminate().await;
        answer["results"].clone()
    };
    let right = json!([
        {"dimensions": ["/"], "metrics": [55, 55]},
        {"dimensions": ["/next"], "metrics": [55, 55]},
    ]);
    assert_eq!(answer().await, right);
    let month = |change: &str| format!("UPDATE long_audience_months SET visitors = visitors {change} 1; CHECKPOINT");
    change_events(&program, &month("+"));
    let found = findings(&program).await.join("\n");
    assert!(found.contains("the month from 2026-03-01"), "{found}");
    change_events(&program, &month("-"));
    // Of a day that was counted as it went on, only some tables have something. The first day is always looked at.
    change_events(
        &program,
        "DELETE FROM visit_days WHERE local_date = '2026-03-01'; DELETE FROM audience_days WHERE local_date = '2026-03-01';
         DELETE FROM page_days WHERE local_date = '2026-03-01'; CHECKPOINT",
    );
    assert!(!findings(&program).await.is_empty());
    // Its month is not added up.
    let running =
        "UPDATE rolled_days SET unsteady = 2147483648 WHERE local_date = '2026-03-01'; DELETE FROM rolled_months;
         DELETE FROM long_months; DELETE FROM audience_months; DELETE FROM long_audience_months; CHECKPOINT";
    change_events(&program, running);
    assert_eq!(program.run_command(&["check"]).await, "everything is in order\n");
    change_events(
        &program,
        "UPDATE long_rollups SET visitors = visitors + 1, pageviews = 0; UPDATE visit_days SET first = 2; DELETE FROM audience_days;
         DELETE FROM page_days;
         DELETE FROM rolled_days WHERE local_date = '2026-03-04';
         INSERT INTO rolled_days SELECT 'sit_nobody', local_date, 0 FROM rolled_days LIMIT 3; CHECKPOINT",
    );
    // While a server counts the days that are missing, it asks the rows.
    let mut asked = 1;
    while answer().await == right {
        asked += 1;
        assert!(asked < 10, "what is rolled up is what is answered");
    }
    assert!(!findings(&program).await.is_empty());
    let ran = program.output(&["rebuild-rollups"]).await;
    assert_eq!(text_of(&ran.stdout), rolled_up);
    assert!(text_of(&ran.stderr).starts_with("site 1 of 1: 0 of "));
    assert_eq!(answer().await, right);
    assert_eq!(program.run_command(&["check"]).await, "everything is in order\n");
}

#[tokio::test]
async fn nothing_is_rolled_up_where_there_is_no_event_file() {
    let program = Program::with(&[]);
    let ran = program.output(&["rebuild-rollups"]).await;
    assert!(!ran.status.success());
    assert!(text_of(&ran.stderr).contains("there is no data folder"));
    assert!(!program.data().exists());
    let mut elsewhere = program.command(&["rebuild-rollups"]);
    elsewhere.env("VITRINE_EVENTS_URL", "clickhouse://127.0.0.1:1/nowhere");
    let ran = elsewhere.output().unwrap();
    assert!(ran.status.success() && text_of(&ran.stdout).contains("nothing to rebuild"));
}

fn hold(program: &Program) -> (UnixStream, BufReader<UnixStream>) {
    let mut stream = UnixStream::connect(program.data().join("backup.sock")).unwrap();
    stream.write_all(b"hold 1\n").unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert_eq!(line, "held\n");
    (stream, lines)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_holds_the_server_ends_with_its_connection_or_the_server() {
    let program = Program::with_event_file();
    let running = program.start().await;
    let reader = running.actor().with_key(&set_up(&running.actor()).await);
    let sites = reader.get("/api/v1/sites").await.expect_status(200).json();
    let site_id = sites["data"][0]["id"].as_str().unwrap().to_owned();
    let count = || async {
        let query = json!({"metrics": ["pageviews"], "date_range": "all"});
        let path = format!("/api/v1/sites/{site_id}/query");
        let answer = reader.post(&path, query).await.expect_status(200).json();
        answer["results"][0]["metrics"][0].as_i64()
    };
    let held = hold(&program);
    send(&running.actor(), 5).await;
    assert_eq!(
        count().await,
        Some(0),
        "the event file stays as it is, and questions are answered"
    );
    // As when it is killed.
    drop(held);
    running
        .wait_for(|| async { count().await.filter(|count| *count == 5) })
        .await;

    let (_stream, mut lines) = hold(&program);
    send(&running.actor(), 5).await;
    let began = Instant::now();
    running.terminate().await;
    assert!(began.elapsed() < Duration::from_secs(10), "a stop waits for no backup");
    let mut rest = String::new();
    lines.read_line(&mut rest).unwrap();
    assert_eq!(rest, "", "the program is told nothing that it could take for success");
    assert_eq!(program.run_command(&["check"]).await, "everything is in order\n");
}
