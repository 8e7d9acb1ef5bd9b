//! More events than the server can take (T79).

use super::{figure, is_thorough};
use crate::durability::{Sent, send, set_up};
use crate::support::{Actor, Program};
use futures_util::future::join_all;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Clients that send without a pause; one alone leaves the server idle, four keep it busy.
const CLIENTS: usize = 64;
const MEMORY: u64 = 400 << 20;
const RECOVERY: Duration = Duration::from_secs(5);
/// What stops the senders is what the server can take, not what one site may send.
const UNLIMITED: [(&str, &str); 2] = [
    ("LIMITS__SITE_EVENTS_PER_SECOND", "1000000"),
    ("LIMITS__SITE_EVENTS_BURST", "1000000"),
];

#[derive(Default)]
struct Counts {
    accepted: AtomicU64,
    refused: AtomicU64,
}

#[tokio::test(flavor = "multi_thread")]
async fn t79_under_overload_what_is_accepted_is_stored_and_soon_it_is_over() {
    let counts = overload(Program::with(&UNLIMITED), if is_thorough() { 60 } else { 4 }).await;
    assert!(counts.accepted.load(Ordering::Relaxed) > 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn t79_what_does_not_fit_the_inbox_is_503_and_what_does_is_stored() {
    let [rate, burst] = UNLIMITED;
    let small = Program::with(&[rate, burst, ("EVENTS__INBOX_MAX_BYTES", "150000")]);
    let counts = overload(small, if is_thorough() { 20 } else { 4 }).await;
    assert!(counts.accepted.load(Ordering::Relaxed) > 100);
    assert!(counts.refused.load(Ordering::Relaxed) > 0, "it was more than fits");
}

/// Sends more than the server can take for so many seconds, and checks what became of it.
async fn overload(program: Program, seconds: u64) -> Arc<Counts> {
    let running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    let until = Instant::now() + Duration::from_secs(seconds);
    let counts = Arc::new(Counts::default());
    let clients = (0..CLIENTS).map(|client| tokio::spawn(flood(running.actor(), client, until, counts.clone())));
    let clients: Vec<_> = clients.collect();
    let mut most = 0;
    while Instant::now() < until {
        most = most.max(running.memory());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut took: Vec<Duration> = join_all(clients).await.into_iter().flat_map(Result::unwrap).collect();
    took.sort_unstable();
    let late = took[took.len() * 99 / 100];
    let mut accepted = counts.accepted.load(Ordering::Relaxed);
    let refused = counts.refused.load(Ordering::Relaxed);
    figure("accepted", accepted);
    figure("refused", refused);
    figure("accepted_p99_ms", late.as_millis());
    figure("most_memory_mb", most >> 20);
    assert!(most <= MEMORY, "{} MB", most >> 20);

    // It is itself again within five seconds: ready, and as quick as a server that has nothing to do.
    let since = Instant::now();
    loop {
        let one = Instant::now();
        let taken = matches!(send(&running.actor(), "/after").await, Sent::Accepted(_));
        accepted += u64::from(taken);
        if taken && one.elapsed() < Duration::from_millis(250) && running.actor().get("/readyz").await.status == 200 {
            break;
        }
        assert!(since.elapsed() < RECOVERY, "not itself after {:?}", since.elapsed());
    }
    figure("recovery_ms", since.elapsed().as_millis());
    assert!(since.elapsed() < RECOVERY, "{:?}", since.elapsed());

    // And it has everything.
    let since = Instant::now();
    let reader = running.actor().with_key(&key);
    let query = json!({"metrics": ["pageviews"], "date_range": "all"});
    let path = format!("/api/v1/sites/{site_id}/query");
    let stored = async || {
        let answer = reader.post(&path, query.clone()).await.expect_status(200).json();
        answer["results"][0]["metrics"][0].as_u64().unwrap_or(0)
    };
    while stored().await < accepted {
        assert!(
            since.elapsed() < Duration::from_secs(if is_thorough() { 60 } else { 20 }),
            "not drained"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    figure("drained_ms", since.elapsed().as_millis());
    assert_eq!(stored().await, accepted, "nothing that was refused, nothing twice");
    running.terminate().await;
    counts
}

/// Sends until it is time; how long each accepted event took.
async fn flood(actor: Actor, client: usize, until: Instant, counts: Arc<Counts>) -> Vec<Duration> {
    let mut took = Vec::new();
    let mut n = 0;
    while Instant::now() < until {
        let url = format!("https://example.org/{client}/{}", n % 50);
        n += 1;
        let since = Instant::now();
        let answer = actor
            .post(
                "/api/event",
                json!({"name": "pageview", "url": url, "domain": "example.org"}),
            )
            .await;
        if answer.status == 202 {
            counts.accepted.fetch_add(1, Ordering::Relaxed);
            took.push(since.elapsed());
        } else {
            assert_eq!(answer.status, 503, "{}", answer.text());
            assert!(answer.header("retry-after").is_some());
            counts.refused.fetch_add(1, Ordering::Relaxed);
        }
    }
    took
}
