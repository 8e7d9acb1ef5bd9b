//! ClickHouse behind a gate that is closed, silent or cut at will: nothing is lost, nothing counts twice, and it does not matter at which
//! server an event arrives (T82). Runs where `TEST_CLICKHOUSE_URL` names a server.

use super::support::{number, pageview, settings, table};
use crate::faults::{figure, is_thorough};
use crate::support::peers::{Gate, Passage};
use crate::support::{TestApp, database};
use api::db::Db;
use api::events::Events;
use api::events::event::InboxEvent;
use api::events::imported::{ImportMark, ImportedDay};
use api::events::statement::Statement;
use api::kit::secret;
use jiff::civil::date;
use serde_json::json;
use shared::ids::SiteId;
use shared::problem::ProblemCode;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const VISITS: &str = "SELECT visitor, start_ms, end_ms, pageviews, events, entry_page, exit_page, is_bounce \
                      FROM visits ORDER BY ALL";

/// A database on the server, and a metadata store.
struct Shared {
    server: String,
    name: String,
    db: Db,
    _folder: TempDir,
}

/// One of the servers that share them.
struct Node {
    events: Events,
    gate: Gate,
    folder: TempDir,
}

impl Shared {
    /// None where no server is named.
    async fn new() -> Option<Self> {
        let Ok(server) = std::env::var("TEST_CLICKHOUSE_URL") else {
            eprintln!("skipped: TEST_CLICKHOUSE_URL is not set");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&database::fresh(folder.path()).await.unwrap())
            .await
            .unwrap();
        api::db::migrate(&db).await.unwrap();
        Some(Self {
            server: server.trim_start_matches("clickhouse://").to_owned(),
            name: format!("test_{}", secret::text(12, &secret::BASE32)),
            db,
            _folder: folder,
        })
    }

    async fn node(&self) -> Node {
        self.node_in(tempfile::tempdir().unwrap()).await
    }

    async fn node_in(&self, folder: TempDir) -> Node {
        let gate = Gate::to(vec![self.server.parse().unwrap()]).await;
        let url = format!("clickhouse://{}/{}", gate.address, self.name);
        let events = Events::open(&settings(), &url, folder.path(), Some(&self.db)).await;
        Node {
            events: events.unwrap(),
            gate,
            folder,
        }
    }
}

impl Node {
    async fn accept(&self, event: InboxEvent) {
        self.events.accept(event).await.unwrap();
    }

    async fn drained(&self) {
        let drained = tokio::time::timeout(Duration::from_secs(30), self.events.drained()).await;
        drained.expect("everything is drained in time");
    }

    /// Waits until the drain has failed so often.
    async fn failures(&self, count: u64) {
        let waited = async {
            while self.events.counters().failures.get() < count {
                tokio::task::yield_now().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), waited)
            .await
            .expect("the drain fails");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t82_rows_whose_receipt_is_lost_are_counted_once() {
    let Some(shared) = Shared::new().await else { return };
    let node = shared.node().await;
    for round in 0..3 {
        node.gate.set(Passage::Unreceipted);
        let before = node.events.counters().failures.get();
        for n in 0..20 {
            node.accept(pageview(n, round * 10, &format!("/{round}/{n}"))).await;
        }
        node.failures(before + 2).await;
        node.gate.set(Passage::Open);
        node.drained().await;
    }
    assert_eq!(number(&node.events, "SELECT count(*) FROM events").await, 60);
    assert_eq!(
        number(&node.events, "SELECT count(DISTINCT event_id) FROM events").await,
        60
    );
    assert_eq!(number(&node.events, "SELECT count(*) FROM visits").await, 20);
    assert_eq!(number(&node.events, "SELECT min(pageviews) FROM visits").await, 3);
    assert_eq!(number(&node.events, "SELECT max(pageviews) FROM visits").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn t82_while_clickhouse_is_away_events_wait_and_questions_are_503() {
    let Some(shared) = Shared::new().await else { return };
    let node = shared.node().await;
    for passage in [Passage::Closed, Passage::Silent] {
        node.gate.set(passage);
        let before = node.events.inbox_depth().0;
        for n in 0..50 {
            node.accept(pageview(n, 1, "/")).await;
        }
        assert_eq!(node.events.inbox_depth().0, before + 50);
        let asked = Instant::now();
        let refused = node.events.query(Statement::plain("SELECT count(*) FROM events")).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code, ProblemCode::Unavailable);
        assert!(refused.retry_after_s.is_some());
        // A silent server is told from a busy one by a ping that it does not answer.
        assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
        node.failures(1).await;
        node.gate.set(Passage::Open);
        let back = Instant::now();
        node.drained().await;
        assert!(back.elapsed() < Duration::from_secs(8), "{:?}", back.elapsed());
    }
    assert_eq!(number(&node.events, "SELECT count(*) FROM events").await, 100);
    assert_eq!(number(&node.events, "SELECT sum(pageviews) FROM visits").await, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn t82_failures_and_torn_answers_are_tried_again_slowly_and_count_once() {
    let Some(shared) = Shared::new().await else { return };
    let node = shared.node().await;
    let long = if is_thorough() {
        Duration::from_secs(30)
    } else {
        Duration::from_secs(4)
    };
    for (round, passage) in [Passage::Failing, Passage::Short, Passage::Closed]
        .into_iter()
        .enumerate()
    {
        node.gate.set(passage);
        let failed = node.events.counters().failures.get();
        for n in 0..50 {
            node.accept(pageview(n, round as i64 * 2, &format!("/{round}/{n}")))
                .await;
        }
        node.failures(failed + 1).await;
        let (tries, failed) = (node.gate.tries(), node.events.counters().failures.get());
        tokio::time::sleep(long).await;
        let retries = node.events.counters().failures.get() - failed;
        let tries = node.gate.tries() - tries;
        figure(
            &format!("retries_per_minute_{passage:?}"),
            retries * 60 / long.as_secs(),
        );
        figure(
            &format!("connections_per_minute_{passage:?}"),
            tries as u64 * 60 / long.as_secs(),
        );
        assert!(retries > 0, "{passage:?}: it goes on trying");
        assert!(retries <= 2 * long.as_secs() + 1, "{passage:?}: {retries} in {long:?}");
        let refused = node.events.query(Statement::plain("SELECT count(*) FROM events")).await;
        assert_eq!(refused.unwrap_err().code, ProblemCode::Unavailable, "{passage:?}");
        node.gate.set(Passage::Open);
        let back = Instant::now();
        node.drained().await;
        assert!(back.elapsed() < Duration::from_secs(8), "{:?}", back.elapsed());
    }
    assert_eq!(number(&node.events, "SELECT count(*) FROM events").await, 150);
    assert_eq!(
        number(&node.events, "SELECT count(DISTINCT event_id) FROM events").await,
        150
    );
    // Each visitor came in every round, and each visit has its pages in their order.
    let visits = "SELECT count(*) FROM visits WHERE pageviews = 3 AND entry_page LIKE '/0/%' AND exit_page LIKE '/2/%'";
    assert_eq!(number(&node.events, visits).await, 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn t82_a_dashboard_is_503_while_clickhouse_is_away_and_events_are_taken() {
    let Some(shared) = Shared::new().await else { return };
    let gate = Gate::to(vec![shared.server.parse().unwrap()]).await;
    let url = format!("clickhouse://{}/{}", gate.address, shared.name);
    let app = TestApp::start_with(|config| config.events_url = url).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let path = format!("/api/v1/sites/{site_id}/query");
    let query = json!({"metrics": ["pageviews"], "date_range": "all"});
    let visitor = app
        .anonymous()
        .with("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0");
    let event = json!({"n": "pageview", "u": "https://a.example/", "d": "a.example"});
    for passage in [Passage::Closed, Passage::Failing, Passage::Silent] {
        gate.set(passage);
        visitor.post("/api/event", event.clone()).await.expect_status(202);
        let asked = Instant::now();
        let answer = owner.post(&path, query.clone()).await.expect_status(503);
        assert!(answer.expect_problem("unavailable").header("retry-after").is_some());
        assert!(
            asked.elapsed() < Duration::from_secs(4),
            "{passage:?}: {:?}",
            asked.elapsed()
        );
        owner.get("/api/v1/sites").await.expect_status(200);
        owner.get("/healthz").await.expect_status(200);
        owner.get("/readyz").await.expect_status(503);
    }
    gate.set(Passage::Open);
    let back = Instant::now();
    loop {
        let answer = owner.post(&path, query.clone()).await;
        if answer.status == 200 && answer.json()["results"][0]["metrics"][0] == 3 {
            break;
        }
        assert!(
            matches!(answer.status, 200 | 503) && back.elapsed() < Duration::from_secs(10),
            "{}",
            answer.text()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    owner.get("/readyz").await.expect_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn t82_what_waits_is_bounded_and_drained_in_order_when_clickhouse_is_back() {
    let Some(shared) = Shared::new().await else { return };
    let node = shared.node().await;
    node.gate.set(Passage::Closed);
    // The inbox of these tests takes a megabyte.
    let mut accepted = 0;
    let refused = loop {
        let many = (0..50).map(|n| node.events.accept(pageview(1, 0, &format!("/{}", accepted + n))));
        let outcomes = futures_util::future::join_all(many).await;
        accepted += outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        if let Some(refused) = outcomes.into_iter().find_map(Result::err) {
            break refused;
        }
        assert!(accepted < 100_000, "the inbox has no bound");
    };
    figure("accepted_until_full", accepted);
    assert_eq!(
        (refused.code, refused.retry_after_s),
        (ProblemCode::Unavailable, Some(30))
    );
    assert!(node.events.inbox_depth().1 < 2 << 20, "{:?}", node.events.inbox_depth());
    assert!(node.events.accept(pageview(1, 0, "/more")).await.is_err());
    node.gate.set(Passage::Open);
    node.drained().await;
    let stored = number(&node.events, "SELECT count(*) FROM events").await;
    assert_eq!(stored, accepted as i64);
    // One visitor, one visit: it begins with the first that was accepted, in the order of acceptance.
    let first = "SELECT count(*) FROM events e, visits v WHERE e.event_id = (SELECT min(event_id) FROM events) AND v.entry_page = e.pathname";
    assert_eq!(number(&node.events, first).await, 1);
    // What was drained leaves the inbox soon.
    let back = Instant::now();
    while node.events.accept(pageview(1, 1, "/again")).await.is_err() {
        assert!(back.elapsed() < Duration::from_secs(5), "events are taken again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    figure("taken_again_after_ms", back.elapsed().as_millis());
    node.drained().await;
    assert_eq!(
        table(&node.events, "SELECT pageviews, exit_page FROM visits").await,
        [format!("{}|/again", accepted + 1)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_planned_before_it_died_another_carries_out() {
    let Some(shared) = Shared::new().await else { return };
    let first = shared.node().await;
    first.accept(pageview(1, 0, "/a")).await;
    first.drained().await;
    first.gate.set(Passage::Unreceipted);
    first.accept(pageview(1, 5, "/b")).await;
    first.accept(pageview(2, 5, "/b")).await;
    first.failures(1).await;
    first.events.close().await;

    let second = shared.node().await;
    second.accept(pageview(1, 10, "/c")).await;
    second.drained().await;
    let visits = "SELECT visitor, pageviews, entry_page, exit_page FROM visits ORDER BY visitor";
    assert_eq!(table(&second.events, visits).await, ["1|3|/a|/c", "2|1|/b|/b"]);

    // The first one comes back and has nothing left to say.
    let first = shared.node_in(first.folder).await;
    first.accept(pageview(2, 12, "/d")).await;
    first.drained().await;
    assert_eq!(table(&second.events, visits).await, ["1|3|/a|/c", "2|2|/b|/d"]);
    assert_eq!(number(&second.events, "SELECT count(*) FROM events").await, 5);
    assert_eq!(
        number(&second.events, "SELECT count(DISTINCT event_id) FROM events").await,
        5
    );
}

/// A number from a sequence that is the same in each run.
fn dice(state: &mut u64, sides: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state % sides
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_come_out_the_same_on_one_server_and_on_three() {
    let (Some(alone), Some(together)) = (Shared::new().await, Shared::new().await) else {
        return;
    };
    let one = alone.node().await;
    let three = [together.node().await, together.node().await, together.node().await];
    let mut state = 0x2545_f491_4f6c_dd1d;
    for _ in 0..40 {
        // What one visitor does at once arrives at one server; the next thing may arrive at another.
        let base = dice(&mut state, 600) as i64;
        for visitor in 0..4 {
            let at = dice(&mut state, 3) as usize;
            let page = format!("/{}", dice(&mut state, 5));
            let event = pageview(visitor, base + dice(&mut state, 50) as i64, &page);
            one.accept(event.clone()).await;
            three[at].accept(event).await;
        }
        one.drained().await;
        for node in &three {
            node.drained().await;
        }
    }
    let visits = table(&one.events, VISITS).await;
    assert!(visits.len() > 20, "{visits:?}");
    assert_eq!(table(&three[1].events, VISITS).await, visits);
    assert_eq!(number(&three[0].events, "SELECT count(*) FROM events").await, 160);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_site_is_gone_from_every_server() {
    let Some(shared) = Shared::new().await else { return };
    let (first, second) = (shared.node().await, shared.node().await);
    let of = |site: &str, n| InboxEvent {
        site_id: SiteId(site.into()),
        ..pageview(n, 0, "/")
    };
    first.accept(of("site_a", 1)).await;
    first.accept(of("site_b", 1)).await;
    first.drained().await;
    // What waits at the second server is drained after the site has gone.
    second.gate.set(Passage::Closed);
    second.accept(of("site_a", 2)).await;
    second.accept(of("site_b", 2)).await;
    first.events.delete_site(&SiteId("site_a".into())).await.unwrap();
    second.gate.set(Passage::Open);
    second.drained().await;
    let sites = "SELECT site_id, count(*) FROM events GROUP BY site_id";
    assert_eq!(table(&first.events, sites).await, ["site_b|2"]);
    assert_eq!(
        number(&first.events, "SELECT count(*) FROM visits WHERE site_id = 'site_a'").await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_where_it_was_and_is_taken_out_whole() {
    let Some(shared) = Shared::new().await else { return };
    let node = shared.node().await;
    node.accept(pageview(1, 0, "/")).await;
    node.drained().await;
    let mark = |progress: &str| ImportMark {
        import_id: "imp_1".into(),
        site_id: SiteId("site_a".into()),
        progress: progress.into(),
    };
    node.events
        .import(vec![pageview(1, 1, "/old")], mark("one"))
        .await
        .unwrap();
    node.gate.set(Passage::Unreceipted);
    let failed = node.events.import(vec![pageview(1, 2, "/older")], mark("two")).await;
    assert_eq!(failed.unwrap_err().code, ProblemCode::Unavailable);
    node.gate.set(Passage::Open);
    // Planned is as good as done: whoever asks how far it is goes on behind it.
    let progress = node.events.import_progress("imp_1").await.unwrap();
    assert_eq!(progress.as_deref(), Some("two"));
    let day = ImportedDay {
        date: date(2026, 3, 9),
        family: "visitors",
        ..ImportedDay::default()
    };
    node.events.import_days(vec![day], mark("three")).await.unwrap();
    let counts = "SELECT import_id, count(*) FROM events GROUP BY import_id ORDER BY import_id NULLS FIRST";
    assert_eq!(table(&node.events, counts).await, ["|1", "imp_1|2"]);
    // An import's visits are its own.
    let visits = "SELECT import_id, pageviews FROM visits ORDER BY import_id NULLS FIRST";
    assert_eq!(table(&node.events, visits).await, ["|1", "imp_1|2"]);
    assert_eq!(number(&node.events, "SELECT count(*) FROM imported_days").await, 1);

    node.events.delete_import("imp_1").await.unwrap();
    assert_eq!(table(&node.events, counts).await, ["|1"]);
    assert_eq!(number(&node.events, "SELECT count(*) FROM imported_days").await, 0);
    assert_eq!(node.events.import_progress("imp_1").await.unwrap(), None);
    let site_id = SiteId("site_a".into());
    let gone = node.events.delete_before(&site_id, date(2026, 3, 11)).await.unwrap();
    assert_eq!(gone, 1);
    assert_eq!(number(&node.events, "SELECT count(*) FROM visits").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_can_be_deleted_while_clickhouse_is_away() {
    let Some(shared) = Shared::new().await else { return };
    let gate = Gate::to(vec![shared.server.parse().unwrap()]).await;
    let url = format!("clickhouse://{}/{}", gate.address, shared.name);
    let app = TestApp::start_with(move |config| config.events_url = url).await;
    let (owner, site_id) = app.owner_of("example.org").await;
    app.happen("example.org", None, &[json!({})]).await;
    gate.set(Passage::Closed);
    let asked = Instant::now();
    let deleted = owner.delete(&format!("/api/v1/sites/{site_id}")).await;
    deleted.expect_status(204);
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());
    gate.set(Passage::Open);
    app.state.events.drained().await;
    assert_eq!(number(&app.state.events, "SELECT count(*) FROM events").await, 0);
}
