//! Stops in the middle of work, and limits of the system (T83).

use crate::durability::{pages, send, set_up};
use crate::support::{Actor, Program, Running};
use futures_util::future::join_all;
use serde_json::json;
use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn t83_a_stop_under_load_loses_nothing_and_ends_in_time() {
    let program = Program::new();
    let running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    let clients = (0..16).map(|client| tokio::spawn(send_until_gone(running.actor(), client)));
    let clients: Vec<_> = clients.collect();
    // A stream of now, which never ends by itself.
    let stream = running.actor().with_key(&key);
    let path = format!("/api/v1/sites/{site_id}/realtime/stream");
    let stream = tokio::spawn(async move {
        let opened = stream.open(&path).await;
        assert_eq!(opened.status(), 200);
        opened.bytes().await
    });
    tokio::time::sleep(Duration::from_millis(700)).await;
    let since = Instant::now();
    running.ask_to_end();
    let code = running.ended_within(Duration::from_secs(15)).await;
    assert_eq!(code, Some(0));
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    let accepted: HashSet<String> = join_all(clients).await.into_iter().flat_map(Result::unwrap).collect();
    assert!(accepted.len() > 50, "the load was real: {}", accepted.len());
    let _ended = stream.await.unwrap();

    let running = program.start().await;
    let stored = pages(&running.actor().with_key(&key), &site_id).await;
    let lost: Vec<&String> = accepted.iter().filter(|page| stored.get(*page) != Some(&1)).collect();
    assert!(lost.is_empty(), "{} of {}: {lost:?}", lost.len(), accepted.len());
    running.terminate().await;
}

/// Sends until nobody answers any more; the pages that were accepted. What is refused on the way out is 503.
async fn send_until_gone(actor: Actor, client: usize) -> Vec<String> {
    let mut accepted = Vec::new();
    for n in 0.. {
        let page = format!("/{client}/{n}");
        let event = json!({"name": "pageview", "url": format!("https://example.org{page}"), "domain": "example.org"});
        match actor.try_post("/api/event", event).await {
            Some(answer) if answer.status == 202 => accepted.push(page),
            Some(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
            None => break,
        }
    }
    accepted
}

#[tokio::test(flavor = "multi_thread")]
async fn t83_a_second_signal_ends_at_once() {
    let program = Program::new();
    let running = program.start().await;
    set_up(&running.actor()).await;
    // A request whose body does not come holds a graceful stop up.
    let mut slow = TcpStream::connect(running.authority()).unwrap();
    slow.write_all(
        b"POST /api/event HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
    )
    .unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    running.ask_to_end();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let since = Instant::now();
    running.ask_to_end();
    let code = running.ended_within(Duration::from_secs(2)).await;
    assert_eq!(code, Some(1));
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn t83_a_second_server_on_the_folder_is_refused_and_harms_nothing() {
    let program = Program::new();
    let running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    for n in 0..3 {
        send(&running.actor(), &format!("/{n}")).await.expect_ok();
        let mut second = program.command(&["serve"]);
        second.env("VITRINE_LISTEN", "127.0.0.1:0");
        let ran = tokio::task::spawn_blocking(move || second.output())
            .await
            .unwrap()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{said}");
        assert!(said.contains("another process uses the data folder"), "{said}");
    }
    let reader = running.actor().with_key(&key);
    let stored = running
        .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|stored| stored.len() == 3) })
        .await;
    assert!(stored.values().all(|count| *count == 1), "{stored:?}");
    running.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t83_a_server_without_descriptors_recovers() {
    let program = Program::new().with_patient_limits();
    let running = program.start_with_descriptors(256).await;
    let (site_id, key) = set_up(&running.actor()).await;
    send(&running.actor(), "/before").await.expect_ok();
    let mut held = Vec::new();
    for _ in 0..1_000 {
        let Ok(stream) = TcpStream::connect_timeout(&running.authority().parse().unwrap(), Duration::from_secs(1))
        else {
            break;
        };
        // Half of a request line: the server has to keep the connection.
        let _refused = (&stream).write(b"GET /he");
        held.push(stream);
    }
    assert!(held.len() > 256, "{}", held.len());
    tokio::time::sleep(Duration::from_secs(2)).await;
    // Those that it could take are told that they are late, and make room for the others.
    let first = &mut held[0];
    first.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
    let mut answer = [0; 64];
    let _ended = first.read(&mut answer);
    drop(held);
    let since = Instant::now();
    let actor = running.actor();
    let event = json!({"name": "pageview", "url": "https://example.org/after", "domain": "example.org"});
    while actor
        .try_post("/api/event", event.clone())
        .await
        .is_none_or(|answer| answer.status != 202)
    {
        assert!(since.elapsed() < Duration::from_secs(5), "it takes events again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let reader = running.actor().with_key(&key);
    let stored = running
        .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|stored| stored.len() == 2) })
        .await;
    assert_eq!(stored.get("/before"), Some(&1));
    actor.get("/readyz").await.expect_status(200);
    running.terminate().await;
}

/// What `/readyz` answers to a connection of its own.
async fn readiness(running: &Running) -> Option<u16> {
    let fresh = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let answer = fresh.get(format!("http://{}/readyz", running.authority())).send().await;
    answer.ok().map(|answer| answer.status().as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn t83_readiness_ends_before_the_server_does() {
    let program = Program::with(&[("STOP_DELAY_MS", "1500")]);
    let running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    assert_eq!(readiness(&running).await, Some(200));
    let since = Instant::now();
    running.ask_to_end();
    running
        .wait_for(|| async { (readiness(&running).await == Some(503)).then_some(()) })
        .await;
    assert!(since.elapsed() < Duration::from_millis(1_000), "{:?}", since.elapsed());
    running.actor().get("/healthz").await.expect_status(200);
    // Who has not looked yet is still served.
    let accepted = send(&running.actor(), "/late").await.expect_ok().unwrap();
    let code = running.ended_within(Duration::from_secs(12)).await;
    assert_eq!(code, Some(0));
    assert!(since.elapsed() > Duration::from_millis(1_500), "{:?}", since.elapsed());
    let running = program.start().await;
    let stored = pages(&running.actor().with_key(&key), &site_id).await;
    assert_eq!(stored.get(&accepted), Some(&1));
    running.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t83_a_kept_connection_is_told_that_the_server_stops() {
    let program = Program::new();
    let running = program.start().await;
    set_up(&running.actor()).await;
    // A request that is in flight holds the server, and another connection was there before.
    let mut slow = TcpStream::connect(running.authority()).unwrap();
    slow.write_all(
        b"POST /api/event HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{",
    )
    .unwrap();
    let mut kept = TcpStream::connect(running.authority()).unwrap();
    let ask = |kept: &mut TcpStream| {
        kept.write_all(b"GET /readyz HTTP/1.1\r\nHost: a.example\r\n\r\n")
            .ok()?;
        let mut answer = [0; 4096];
        let length = kept.read(&mut answer).ok().filter(|length| *length > 0)?;
        Some(String::from_utf8_lossy(&answer[..length]).into_owned())
    };
    assert!(ask(&mut kept).unwrap().starts_with("HTTP/1.1 200"));
    running.ask_to_end();
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        match ask(&mut kept) {
            Some(answer) if answer.starts_with("HTTP/1.1 200") => assert!(Instant::now() < until, "{answer}"),
            Some(answer) => {
                assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
                break;
            }
            // Closed: there is nobody left to be told.
            None => break,
        }
    }
    // The rest of the body is waited for, and answered.
    slow.write_all(b"}").unwrap();
    let mut answer = String::new();
    let _ended = slow.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(running.ended_within(Duration::from_secs(12)).await, Some(0));
}
