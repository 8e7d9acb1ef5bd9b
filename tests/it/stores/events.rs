//! Nothing accepted is lost or counted twice.

use super::support::{number, open, pageview, settings, table};
use api::events::event::{InboxEvent, Revenue};
use api::events::{Events, OpenError};
use shared::ids::SiteId;
use shared::problem::ProblemCode;

const COUNT: &str = "SELECT count(*) FROM events";

#[tokio::test]
async fn events_become_visits() {
    let folder = tempfile::tempdir().unwrap();
    let events = open(folder.path()).await;
    for event in [
        pageview(1, 0, "/"),
        pageview(1, 10, "/pricing"),
        pageview(2, 11, "/blog"),
        pageview(1, 45, "/late"),
    ] {
        events.accept(event).await.unwrap();
    }
    events.drained().await;
    let visits =
        "SELECT entry_page, exit_page, pageviews, is_bounce, end_ms - start_ms, browser FROM visits ORDER BY visit_id";
    assert_eq!(
        table(&events, visits).await,
        [
            "/|/pricing|2|0|600000|Firefox",
            "/blog|/blog|1|1|0|Firefox",
            "/late|/late|1|1|0|Firefox"
        ]
    );
}

#[tokio::test]
async fn a_visit_goes_on_in_the_next_batch_and_over_midnight() {
    let folder = tempfile::tempdir().unwrap();
    let events = open(folder.path()).await;
    events.accept(pageview(1, 23 * 60 + 50, "/")).await.unwrap();
    events.drained().await;
    let mut after = pageview(77, 24 * 60 + 5, "/after");
    after.local_date = jiff::civil::date(2026, 3, 11);
    after.visitor_before = Some(1);
    events.accept(after.clone()).await.unwrap();
    events.drained().await;
    after.time_ms += 60_000;
    after.visitor_before = None;
    events.accept(after).await.unwrap();
    events.drained().await;
    let visits = "SELECT local_date, visitor, last_visitor, pageviews, exit_page FROM visits";
    assert_eq!(table(&events, visits).await, ["20522|1|77|3|/after"]);
    assert_eq!(number(&events, "SELECT count(DISTINCT visit_id) FROM events").await, 1);
}

#[tokio::test]
async fn every_column_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let events = open(folder.path()).await;
    let event = InboxEvent {
        name: "Purchase".into(),
        props: vec![
            ("plan".into(), "pro 'quoted' \u{1f600}".into()),
            ("seats".into(), "3".into()),
        ],
        revenue: Some(Revenue {
            thousandths: 19_990,
            currency: "EUR".into(),
        }),
        ..pageview(u64::MAX, 0, "/ü")
    };
    events.accept(event).await.unwrap();
    events.drained().await;
    let sql = "SELECT name, pathname, props['plan'], props['seats'], CAST(revenue AS VARCHAR), currency, \
               CAST(visitor AS VARCHAR) FROM events";
    let row = "Purchase|/ü|pro 'quoted' \u{1f600}|3|19.990|EUR|18446744073709551615";
    assert_eq!(table(&events, sql).await, [row]);
}

#[tokio::test]
async fn a_store_that_just_vanishes_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..4 {
        let events = open(folder.path()).await;
        for minute in 0..25 {
            events
                .accept(pageview(minute % 7, 100 * round + minute as i64, "/"))
                .await
                .unwrap();
        }
        if round % 2 == 0 {
            events.drained().await;
        }
        events.close().await;
    }
    let events = open(folder.path()).await;
    events.drained().await;
    assert_eq!(number(&events, COUNT).await, 100);
    assert_eq!(
        number(&events, "SELECT count(DISTINCT event_id) FROM events").await,
        100
    );
    assert_eq!(
        number(&events, "SELECT CAST(sum(pageviews) AS BIGINT) FROM visits").await,
        100
    );
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_and_filled_from_the_inbox() {
    let folder = tempfile::tempdir().unwrap();
    let events = open(folder.path()).await;
    events.accept(pageview(1, 0, "/")).await.unwrap();
    events.drained().await;
    events.close().await;
    let file = folder.path().join("events.duckdb");
    std::fs::write(&file, vec![0x5a; 20_000]).unwrap();
    let events = open(folder.path()).await;
    events.drained().await;
    assert_eq!(number(&events, COUNT).await, 1);
    assert!(folder.path().join("events.duckdb.damaged-1").exists());
}

#[tokio::test]
async fn a_damaged_inbox_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("inbox.sqlite");
    std::fs::write(&file, vec![0x5a; 20_000]).unwrap();
    let refused = Events::open(&settings(), "", folder.path(), None).await.unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused}");
    assert_eq!(std::fs::read(&file).unwrap(), vec![0x5a; 20_000]);
}

#[tokio::test]
async fn a_clean_stop_leaves_the_inbox_empty() {
    let folder = tempfile::tempdir().unwrap();
    let events = open(folder.path()).await;
    events.accept(pageview(1, 0, "/")).await.unwrap();
    events.shutdown().await;
    assert_eq!(events.inbox_depth(), (0, 0));
    let refused = events.accept(pageview(1, 1, "/")).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::Unavailable);
    events.close().await;
    let events = open(folder.path()).await;
    assert_eq!(number(&events, COUNT).await, 1);
    events.accept(pageview(1, 2, "/")).await.unwrap();
    events.drained().await;
    assert_eq!(number(&events, "SELECT count(DISTINCT event_id) FROM events").await, 2);
}

#[tokio::test]
async fn a_deleted_site_stays_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let events = open(folder.path()).await;
    let other = InboxEvent {
        site_id: SiteId("site_b".into()),
        ..pageview(9, 0, "/")
    };
    events.accept(other).await.unwrap();
    events.accept(pageview(1, 0, "/")).await.unwrap();
    events.drained().await;
    events.accept(pageview(1, 1, "/")).await.unwrap();
    events.delete_site(&SiteId("site_a".into())).await.unwrap();
    let remaining = "SELECT site_id FROM events UNION ALL SELECT site_id FROM visits";
    assert_eq!(table(&events, remaining).await, ["site_b", "site_b"]);
    events.accept(pageview(1, 2, "/anew")).await.unwrap();
    events.drained().await;
    events.close().await;
    let events = open(folder.path()).await;
    events.drained().await;
    assert_eq!(
        table(&events, "SELECT pathname FROM events WHERE site_id = 'site_a'").await,
        ["/anew"]
    );
}

#[tokio::test]
async fn a_full_inbox_refuses_and_names_a_time_to_try_again() {
    let folder = tempfile::tempdir().unwrap();
    let small = api::config::Events {
        inbox_max_bytes: 1000,
        ..settings()
    };
    let events = Events::open(&small, "", folder.path(), None).await.unwrap();
    let mut outcomes = Vec::new();
    for minute in 0..10 {
        outcomes.push(events.accept(pageview(1, minute, "/")).await);
    }
    let refused = outcomes
        .into_iter()
        .find_map(Result::err)
        .expect("a kilobyte holds a few events only");
    assert_eq!(
        (refused.code, refused.retry_after_s),
        (ProblemCode::Unavailable, Some(30))
    );
}

#[tokio::test]
async fn a_second_process_is_told_that_the_folder_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let _first = open(folder.path()).await;
    let refused = Events::open(&settings(), "", folder.path(), None).await.unwrap_err();
    assert!(matches!(refused, OpenError::InUse(_)), "{refused}");
}

#[tokio::test]
async fn filling_and_accepting_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let events = open(folder.path()).await;
    events.accept(pageview(1, 0, "/")).await.unwrap();
    events
        .fill((0..2500).map(|at| pageview(at, at as i64 % 60, "/")).collect())
        .await
        .unwrap();
    events.accept(pageview(1, 1, "/")).await.unwrap();
    events.drained().await;
    assert_eq!(
        number(&events, "SELECT count(DISTINCT event_id) FROM events").await,
        2502
    );
}
