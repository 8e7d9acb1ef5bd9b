//! Blocks of the event file that are not what was written (T84).

use super::{figure, is_thorough};
use crate::durability::{pages, send, set_up};
use crate::stores::support::{number, open, pageview};
use crate::support::Program;
use api::events::Events;
use api::events::statement::Statement;
use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// DuckDB's file: three headers, then blocks.
const HEADERS: u64 = 3 * 4096;
const BLOCK: u64 = 256 * 1024;
const ROWS: i64 = 30_000;
/// DuckDB keeps 122,880 rows together; these are more.
const ROWS_THOROUGH: i64 = 250_000;

/// Turns bytes in the middle of a block around.
fn damage(file: &Path, block: u64) {
    let mut file = std::fs::File::options().read(true).write(true).open(file).unwrap();
    let at = HEADERS + block * BLOCK + BLOCK / 3;
    let mut bytes = [0; 16];
    file.seek(SeekFrom::Start(at)).unwrap();
    file.read_exact(&mut bytes).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&bytes.map(|byte| !byte)).unwrap();
}

fn blocks(file: &Path) -> u64 {
    (std::fs::metadata(file).unwrap().len() - HEADERS) / BLOCK
}

/// Files that were set aside.
fn kept(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.to_string_lossy().contains(".damaged-"))
        .collect()
}

/// Asks until there is an answer: a question that meets the damage is refused, and so are those that come until the file is rebuilt.
async fn patiently(events: &Events, sql: &str) -> i64 {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        match events.query(Statement::plain(sql)).await {
            Ok(rows) => return rows[0][0].as_int().unwrap(),
            Err(error) => assert!(Instant::now() < until && error.code.status() == 503, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t84_each_damaged_block_costs_what_was_in_it_and_nothing_else() {
    let whole = tempfile::tempdir().unwrap();
    let events = open(whole.path()).await;
    let rows = if is_thorough() { ROWS_THOROUGH } else { ROWS };
    let filled = (0..rows).map(|n| pageview(n as u64, n % 1440, &format!("/{n}/{}", n * 7919 % 10_007)));
    events.fill(filled.collect()).await.unwrap();
    events.shutdown().await;
    drop(events);
    let all = blocks(&whole.path().join("events.duckdb"));
    assert!(all > 4, "{all} blocks");
    let (mut met, mut least, mut kept_of_met) = (0, rows, 0);
    // One after the other, or some two dozen of many.
    for block in (0..all).step_by((all / 25).max(1) as usize) {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(whole.path()).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        let file = folder.path().join("events.duckdb");
        damage(&file, block);
        let before = std::fs::read(&file).unwrap();
        let events = open(folder.path()).await;
        // A question that reads every value, and events that come meanwhile.
        for n in 0..5 {
            events.accept(pageview(1_000_000 + n, 100, "/after")).await.unwrap();
        }
        patiently(&events, "SELECT count(*) FROM events e WHERE hash(e) <> 0").await;
        patiently(&events, "SELECT count(*) FROM visits v WHERE hash(v) <> 0").await;
        tokio::time::timeout(Duration::from_secs(60), events.drained())
            .await
            .unwrap_or_else(|_| panic!("block {block} keeps events from being drained"));
        let after = patiently(&events, "SELECT count(*) FROM events WHERE pathname = '/after'").await;
        assert_eq!(after, 5, "block {block}: what was accepted since is there, once");
        let stored = number(&events, "SELECT count(*) FROM events").await;
        let distinct = number(&events, "SELECT count(DISTINCT event_id) FROM events").await;
        assert_eq!(stored, distinct, "block {block}: nothing is there twice");
        let set_aside = kept(folder.path());
        match set_aside.len() {
            0 => assert_eq!(stored, rows + 5, "block {block}: nothing was lost that nobody noticed"),
            1 => {
                met += 1;
                least = least.min(stored - 5);
                kept_of_met += stored - 5;
                assert!(
                    std::fs::read(&set_aside[0]).unwrap() == before,
                    "block {block}: kept as it was"
                );
            }
            n => panic!("block {block}: set aside {n} times"),
        }
        // The next start finds nothing wrong.
        events.shutdown().await;
        drop(events);
        let events = open(folder.path()).await;
        assert_eq!(
            number(&events, "SELECT count(*) FROM events").await,
            stored,
            "block {block}"
        );
        assert_eq!(
            kept(folder.path()).len(),
            set_aside.len(),
            "block {block}: set aside once"
        );
        events.shutdown().await;
    }
    figure("blocks", all);
    figure("blocks_whose_damage_was_met", met);
    figure("rows", rows);
    figure("fewest_rows_kept", least);
    figure("rows_kept_on_average", kept_of_met / met.max(1));
    assert!(met > 0, "a damage was met");
}

#[tokio::test(flavor = "multi_thread")]
async fn t84_a_server_on_a_damaged_event_file_says_so_once_and_goes_on() {
    let program = Program::with_event_file();
    let running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    let mut sent = HashSet::new();
    for n in 0..50 {
        sent.extend(send(&running.actor(), &format!("/{n}")).await.expect_ok());
    }
    running.terminate().await;
    let file = program.data().join("events.duckdb");
    // The blocks with the rows: that of the schema and of where they are comes last.
    for block in 0..blocks(&file).saturating_sub(1) {
        damage(&file, block);
    }
    let log = program.data().join("log");
    let running = program.start_logged(&[], &log).await;
    let reader = running.actor().with_key(&key);
    let query = serde_json::json!({"metrics": ["pageviews"], "date_range": "all", "dimensions": ["event:page"]});
    let path = format!("/api/v1/sites/{site_id}/query");
    let ask = || async {
        let answer = reader.post(&path, query.clone()).await;
        assert!(matches!(answer.status, 200 | 503), "{}", answer.text());
        (answer.status == 200).then_some(())
    };
    for n in 0..10 {
        sent.extend(send(&running.actor(), &format!("/after/{n}")).await.expect_ok());
        running.wait_for(ask).await;
    }
    let stored = running
        .wait_for(|| async {
            let stored = pages(&reader, &site_id).await;
            let after = stored.keys().filter(|page| page.starts_with("/after/")).count();
            (after == 10).then_some(stored)
        })
        .await;
    assert!(stored.values().all(|count| *count == 1), "{stored:?}");
    assert!(stored.keys().all(|page| sent.contains(page)), "{stored:?}");
    running.actor().get("/readyz").await.expect_status(200);
    running.terminate().await;
    let said = std::fs::read_to_string(&log).unwrap();
    assert_eq!(kept(&program.data()).len(), 1, "{said}");
    assert_eq!(
        said.matches("the event file is damaged; it is set aside").count(),
        1,
        "{said}"
    );
    assert_eq!(program.run_command(&["check"]).await, "everything is in order\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn t84_a_log_that_does_not_fit_the_memory_is_not_read() {
    let program = Program::with_event_file().and(&[("EVENTS__MEMORY_LIMIT", "64MB")]);
    let mut running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    for n in 0..20 {
        send(&running.actor(), &format!("/{n}")).await.expect_ok();
    }
    let reader = running.actor().with_key(&key);
    running
        .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|stored| stored.len() == 20) })
        .await;
    running.kill();
    let log = program.data().join("events.duckdb.wal");
    let written = std::fs::read(&log).unwrap();
    assert!(!written.is_empty(), "what was drained is in the log only");
    // Its own entries again and again, four times what the engine may have.
    let mut file = std::fs::File::options().append(true).open(&log).unwrap();
    for _ in 0..(256 << 20) / written.len() + 1 {
        file.write_all(&written).unwrap();
    }
    drop(file);
    let since = Instant::now();
    let running = program.start().await;
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    let reader = running.actor().with_key(&key);
    let stored = running
        .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|stored| stored.len() == 20) })
        .await;
    assert!(stored.values().all(|count| *count == 1), "{stored:?}");
    running.terminate().await;
    assert!(program.data().join("events.duckdb.wal.set-aside").exists());
}
