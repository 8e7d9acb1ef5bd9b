//! What was accepted survives a kill and a full disk (T50, T78, T80). Drives the program itself.

use crate::faults::{figure, is_thorough};
use crate::support::{Actor, Program};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

const CLIENTS: usize = 8;
const KILLS: usize = 24;
const KILLS_THOROUGH: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t78_every_accepted_event_survives_kill_9_exactly_once() {
    let program = Program::new();
    let mut running = program.start().await;
    let owner = running.actor();
    let (site_id, key) = set_up(&owner).await;
    let links_key = owner.add_key(&["links:read", "links:write"], None).await;
    let mut accepted = HashSet::new();
    let mut links = Links::default();
    let kills = if is_thorough() { KILLS_THOROUGH } else { KILLS };
    let (mut sending, mut slowest) = (Duration::ZERO, Duration::ZERO);
    for round in 0..kills {
        let warm = send(&running.actor(), &format!("/{round}")).await;
        accepted.extend(warm.expect_ok());
        // A different moment in each round: while accepting, while draining, soon after a start.
        let until = Instant::now() + Duration::from_millis(40 + (round as u64 * 37) % 300);
        let sender = running.actor();
        let clients = (0..CLIENTS).map(|client| send_until(sender.clone(), round, client, until));
        let clients = tokio::spawn(join_all(clients));
        let owner = running.actor().with_key(&links_key);
        let managed = tokio::spawn(Links::until_gone(std::mem::take(&mut links), owner, site_id.clone()));
        let since = Instant::now();
        tokio::time::sleep_until(until.into()).await;
        sending += since.elapsed();
        running.kill();
        accepted.extend(clients.await.unwrap().into_iter().flatten());
        links = managed.await.unwrap();
        let started = Instant::now();
        running = program.start().await;
        slowest = slowest.max(started.elapsed());
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "round {round}: {:?} to start",
            started.elapsed()
        );
        links
            .check(&running.actor().with_key(&links_key), &site_id, round)
            .await;
    }
    figure("kills", kills);
    figure(
        "accepted_per_second",
        accepted.len() * 1000 / sending.as_millis() as usize,
    );
    figure("slowest_start_ms", slowest.as_millis());
    // A clean stop moves everything on, so that the next start answers with all of it.
    running.terminate().await;
    let running = program.start().await;
    let stored = pages(&running.actor().with_key(&key), &site_id).await;
    let lost = accepted
        .iter()
        .filter(|page| !stored.contains_key(*page))
        .collect::<Vec<_>>();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), accepted.len());
    let doubled = stored.iter().filter(|(_, count)| **count != 1).collect::<Vec<_>>();
    assert!(doubled.is_empty(), "stored more than once: {doubled:?}");
    assert!(accepted.len() > 10 * kills, "the load was real: {}", accepted.len());
    assert!(links.revoked.len() > kills, "links too: {}", links.revoked.len());
    running.terminate().await;
}

/// Links whose making or end was answered.
#[derive(Default)]
struct Links {
    alive: Option<Value>,
    revoked: Vec<String>,
}

impl Links {
    /// Makes links and ends them one after the other until the server is gone.
    async fn until_gone(mut self, owner: Actor, site_id: String) -> Self {
        let path = format!("/api/v1/sites/{site_id}/share-links");
        loop {
            let link = match self.alive.take() {
                Some(link) => link,
                None => match owner.try_post(&path, json!({"name": "Client"})).await {
                    Some(made) => made.expect_status(201).json(),
                    None => return self,
                },
            };
            let one = format!("{path}/{}", link["id"].as_str().unwrap());
            match owner.try_send(reqwest::Method::DELETE, &one, None).await {
                Some(ended) => drop(ended.expect_status(204)),
                // Whether it is ended nobody knows.
                None => return self,
            }
            self.revoked.push(link["token"].as_str().unwrap().to_owned());
        }
    }

    /// What was answered holds. Of what was not, nothing is there by halves: a link that is listed opens.
    async fn check(&mut self, owner: &Actor, site_id: &str, round: usize) {
        let path = format!("/api/v1/sites/{site_id}/share-links");
        let resolve = |token: &str| {
            let reader = owner.without("authorization").with_token(token);
            async move { reader.get("/api/v1/share/example.org").await.status }
        };
        for token in self.revoked.iter().rev().take(5) {
            assert_eq!(resolve(token).await, 404, "round {round}: revoked stays revoked");
        }
        let listed = owner.get(&path).await.expect_status(200).json();
        for link in listed["data"].as_array().unwrap() {
            let token = link["token"].as_str().unwrap();
            assert_eq!(resolve(token).await, 200, "round {round}: {link}");
            let one = format!("{path}/{}", link["id"].as_str().unwrap());
            owner.delete(&one).await.expect_status(204);
        }
        // One that is certainly there after the next kill, until its end is asked for.
        let made = owner
            .post(&path, json!({"name": "Client"}))
            .await
            .expect_status(201)
            .json();
        self.alive = Some(made);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t80_a_full_disk_is_503_and_heals_without_a_restart() {
    let program = Program::new();
    let running = program.start_on_small_disk(48).await;
    let owner = running.actor();
    let (site_id, key) = set_up(&owner).await;
    let reader = owner.with_key(&key);
    let mut accepted = HashSet::new();
    accepted.extend(send(&owner, "/before").await.expect_ok());
    running.fill_disk();
    let mut refused = 0;
    for n in 0..400 {
        match send(&owner, &format!("/while/{n}")).await {
            Sent::Accepted(page) => drop(accepted.insert(page)),
            Sent::Refused(answer) => {
                assert_eq!(answer.status, 503, "{}", answer.text());
                assert!(answer.header("retry-after").is_some());
                assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
                answer.expect_problem("storage_full");
                refused += 1;
                if refused == 5 {
                    break;
                }
            }
        }
    }
    assert_eq!(refused, 5, "the disk is full");
    owner.get("/healthz").await.expect_status(200);
    owner.get("/readyz").await.expect_status(503);
    reader.get(&format!("/api/v1/sites/{site_id}")).await.expect_status(200);
    // Transactions that the full disk ends leave nothing behind them that it does not.
    for n in 0..3 {
        let site = json!({"domain": format!("{n}.example.org"), "timezone": "UTC"});
        owner.post("/api/v1/sites", site).await.expect_problem("storage_full");
    }
    running.free_disk();
    owner.add_site("after.example.org").await;
    accepted.extend(send(&owner, "/after").await.expect_ok());
    owner.get("/readyz").await.expect_status(200);
    let stored = running
        .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|stored| stored.len() == accepted.len()) })
        .await;
    assert!(
        accepted.iter().all(|page| stored.get(page) == Some(&1)),
        "{} accepted, stored {stored:?}",
        accepted.len()
    );
    running.terminate().await;
}

pub async fn set_up(owner: &Actor) -> (String, String) {
    let body = json!({"email": "ann@example.org", "password": "correct horse battery", "name": "Ann"});
    owner.post("/api/v1/accounts", body).await.expect_status(201);
    let site_id = owner.add_site("example.org").await;
    let key = owner.add_key(&["stats:read", "sites:read"], None).await;
    (site_id, key)
}

pub enum Sent {
    Accepted(String),
    Refused(crate::support::Answer),
}

impl Sent {
    pub fn expect_ok(self) -> Option<String> {
        match self {
            Sent::Accepted(page) => Some(page),
            Sent::Refused(answer) => panic!("{}: {}", answer.status, answer.text()),
        }
    }
}

pub async fn send(actor: &Actor, page: &str) -> Sent {
    let event = json!({"name": "pageview", "url": format!("https://example.org{page}"), "domain": "example.org"});
    let answer = actor.post("/api/event", event).await;
    if answer.status == 202 {
        Sent::Accepted(page.to_owned())
    } else {
        Sent::Refused(answer)
    }
}

/// Sends events with pages of their own until the server is gone; answers the pages that were accepted.
async fn send_until(actor: Actor, round: usize, client: usize, until: Instant) -> Vec<String> {
    let mut accepted = Vec::new();
    let mut n = 0;
    while Instant::now() < until + Duration::from_secs(2) {
        let page = format!("/{round}/{client}/{n}");
        let event = json!({"name": "pageview", "url": format!("https://example.org{page}"), "domain": "example.org"});
        match actor.try_post("/api/event", event).await {
            Some(answer) if answer.status == 202 => accepted.push(page),
            Some(answer) => panic!("{}: {}", answer.status, answer.text()),
            None => break,
        }
        n += 1;
    }
    accepted
}

/// How often each page is stored.
pub async fn pages(reader: &Actor, site_id: &str) -> HashMap<String, i64> {
    let mut pages = HashMap::new();
    for offset in (0..).step_by(10_000) {
        let query = json!({
            "metrics": ["pageviews"], "date_range": "all", "dimensions": ["event:page"],
            "order_by": [["event:page", "asc"]], "pagination": {"limit": 10_000, "offset": offset}
        });
        let answer = reader
            .post(&format!("/api/v1/sites/{site_id}/query"), query)
            .await
            .expect_status(200)
            .json();
        let rows = answer["results"].as_array().unwrap();
        pages.extend(rows.iter().map(|row: &Value| {
            (
                row["dimensions"][0].as_str().unwrap().to_owned(),
                row["metrics"][0].as_i64().unwrap(),
            )
        }));
        if rows.len() < 10_000 {
            break;
        }
    }
    pages
}

/// T50: between the last byte that an event writes into the inbox and the first byte of its 202 lies a completed sync.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t50_a_202_is_sent_after_the_disk_was_synced() {
    let program = Program::new();
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let running = program.start_traced(&trace).await;
    set_up(&running.actor()).await;
    for n in 0..20 {
        send(&running.actor(), &format!("/{n}")).await.expect_ok();
    }
    running.terminate().await;
    let trace = std::fs::read_to_string(&trace).unwrap();
    let (mut written, mut synced, mut answered) = (false, false, 0);
    for line in trace.lines() {
        // A call that another thread interrupts stands in two lines; the second tells that it is done.
        let is_done = !line.contains("<unfinished");
        let is_sync = line.contains("fdatasync") || line.contains("fsync");
        if line.contains("pwrite64(") && line.contains("inbox") {
            (written, synced) = (true, false);
        } else if is_sync && is_done && (line.contains("inbox") || line.contains("resumed")) {
            assert!(line.trim_end().ends_with("= 0"), "{line}");
            synced = true;
        } else if line.contains("HTTP/1.1 202") {
            assert!(written && synced, "answered before it was synced: {line}");
            (written, synced) = (false, false);
            answered += 1;
        }
    }
    assert_eq!(answered, 20);
}
