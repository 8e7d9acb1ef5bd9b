//! Who makes a check: never two at once, never too many at once, never nobody for long (T62, T68).

use crate::monitors::{after, checks, start, watch};
use crate::support::TestApp;
use crate::support::peers::{Dns, PUBLIC, PUBLIC_ADDRESS, Reply, Web};
use api::monitors::scheduler;
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Sets so many sites' uptime by hand, due since the start; their URLs are numbered.
async fn crowd(app: &TestApp, count: usize, base: &str, outcome: &str, lane: &str) {
    let (_, site_id) = app.owner_of(&format!("{lane}.example")).await;
    let now = app.clock.now_ms();
    for n in 0..count {
        let id = format!("{lane}{n}");
        app.execute(&format!(
            "INSERT INTO sites (id, domain, timezone, currency, created_at)
             SELECT '{id}', '{id}.example', 'UTC', 'EUR', {now} FROM sites WHERE id = '{site_id}'"
        ))
        .await;
        app.execute(&format!(
            "INSERT INTO monitors (site_id, kind, enabled, url, interval_s, timeout_ms, expected_status, lane, due_at, outcome,
                                   failures)
             VALUES ('{id}', 'uptime', TRUE, '{base}{n}', 60, 5000, '200-299', '{lane}', {now}, {outcome}, 0)"
        ))
        .await;
    }
}

/// A server that takes 20 ms an answer and notes how many wait at once.
async fn slow_server() -> (String, Arc<AtomicI64>, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((PUBLIC_ADDRESS, 0)).await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    let (most, now) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let paths = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (noted, seen) = (most.clone(), paths.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (noted, now, seen) = (noted.clone(), now.clone(), seen.clone());
            tokio::spawn(async move {
                noted.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let mut buffer = [0; 1024];
                let length = stream.read(&mut buffer).await.unwrap();
                let request = String::from_utf8_lossy(&buffer[..length]).into_owned();
                seen.lock()
                    .unwrap()
                    .push(request.split(' ').nth(1).unwrap_or("").to_owned());
                tokio::time::sleep(Duration::from_millis(20)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                let _gone = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
            });
        }
    });
    (base, most, paths)
}

fn each_once(paths: &[String], count: usize) {
    let different = paths.iter().collect::<HashSet<_>>();
    assert_eq!((paths.len(), different.len()), (count, count), "each once");
}

#[tokio::test]
async fn t68_a_crowd_is_checked_each_once_and_twenty_at_most_at_once() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (base, most, paths) = slow_server().await;
    crowd(&app, 300, &base, "'ok'", "quick").await;
    crowd(&app, 60, &format!("{base}slow"), "NULL", "slow").await;
    after(&app, 0).await;
    each_once(&paths.lock().unwrap(), 360);
    let most = most.load(Ordering::SeqCst);
    assert!((2..=20).contains(&most), "{most} at once");
    // Their next turns are spread.
    let rows = app.rows().await;
    assert_eq!(rows["checks"].len(), 360);
    let mut due = HashSet::new();
    for site in ["quick0", "quick1", "quick2", "quick3", "quick4", "quick5"] {
        let row = rows["monitors"]
            .iter()
            .find(|row| row.contains(&format!("{site}'")) || row.contains(&format!("({site},")));
        due.insert(row.unwrap().split(',').nth(9).unwrap().to_owned());
    }
    assert!(due.len() > 2, "{due:?}");
    after(&app, 70).await;
    assert_eq!(app.rows().await["checks"].len(), 720);
}

#[tokio::test]
async fn t68_two_servers_on_one_database_share_the_turns() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let address = dns.address;
    let beside = app
        .start_beside_with(move |config| {
            config.egress_allow = vec![PUBLIC.parse().unwrap()];
            config.dns_server = Some(address);
            config.monitors.references = Vec::new();
        })
        .await;
    let (base, _, paths) = slow_server().await;
    crowd(&app, 120, &base, "'ok'", "quick").await;
    let (one, two) = tokio::join!(scheduler::settle(&app.state), scheduler::settle(&beside.state));
    one.unwrap();
    two.unwrap();
    each_once(&paths.lock().unwrap(), 120);
    assert_eq!(app.rows().await["checks"].len(), 120);
}

#[tokio::test]
async fn t68_a_check_whose_server_was_killed_is_made_again_when_its_lease_is_over() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let web = Web::start(PUBLIC_ADDRESS, |_| Reply::ok("")).await;
    watch(&owner, &site_id, "uptime", json!({"url": web.url("/")})).await;
    after(&app, 0).await;
    // What a killed server leaves behind.
    let until = app.clock.now_ms() + 60_000;
    app.execute(&format!("UPDATE monitors SET lease = 'gone', due_at = {until}"))
        .await;
    after(&app, 59).await;
    assert_eq!(web.hits(), 1, "the lease holds");
    after(&app, 1).await;
    assert_eq!(web.hits(), 2);
    assert_eq!(checks(&owner, &site_id, "uptime").await.len(), 2);
}

#[tokio::test]
async fn t68_a_check_that_outlives_its_lease_or_its_settings_does_not_count() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let web = Web::start(PUBLIC_ADDRESS, |_| Reply::Silence).await;
    for taken in ["lease = 'another'", "lease = NULL"] {
        let before = web.hits();
        watch(
            &owner,
            &site_id,
            "uptime",
            json!({"url": web.url("/"), "timeout_ms": 1000}),
        )
        .await;
        let settling = scheduler::settle(&app.state);
        let taking = async {
            while web.hits() == before {
                tokio::task::yield_now().await;
            }
            app.execute(&format!("UPDATE monitors SET {taken}")).await;
        };
        let (settled, ()) = tokio::join!(settling, taking);
        settled.unwrap();
        assert_eq!(checks(&owner, &site_id, "uptime").await.len(), 0, "{taken}");
    }
}

#[tokio::test]
async fn t62_those_who_never_answer_do_not_delay_those_who_do() {
    let dns = Dns::start().await;
    let app = start(&dns).await;
    let silent = Web::start(PUBLIC_ADDRESS, |_| Reply::Silence).await;
    let (base, _, paths) = slow_server().await;
    crowd(&app, 50, &silent.url("/"), "NULL", "slow").await;
    crowd(&app, 40, &base, "'ok'", "quick").await;
    let begun = Instant::now();
    let all_answered = async {
        while paths.lock().unwrap().len() < 40 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        settled = scheduler::settle(&app.state) => panic!("the silent ones are still waited for: {settled:?}"),
        () = all_answered => {}
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}
