//! What a question can't do to the engine (T69, T70).

use super::support::{open, pageview, settings, table};
use api::events::Events;
use api::events::statement::Statement;
use shared::problem::ProblemCode;

#[tokio::test]
async fn the_engine_reaches_nothing_outside_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let outside = tempfile::NamedTempFile::new().unwrap();
    let path = outside.path().display();
    let events = open(folder.path()).await;
    for sql in [
        format!("SELECT * FROM read_text('{path}')"),
        format!("SELECT * FROM read_csv('{path}')"),
        format!("SELECT * FROM '{path}'"),
        format!("COPY (SELECT 1) TO '{path}.out'"),
        format!("ATTACH '{path}.db' AS other"),
        format!("EXPORT DATABASE '{path}.export'"),
        "SELECT * FROM glob('/etc/*')".into(),
        "INSTALL httpfs".into(),
        "LOAD httpfs".into(),
        "SET enable_external_access = true".into(),
        "SET lock_configuration = false".into(),
        "SET memory_limit = '100GB'".into(),
        "PRAGMA threads = 64".into(),
        "RESET ALL".into(),
    ] {
        let refused = events.query(Statement::plain(&sql)).await;
        assert!(refused.is_err(), "{sql} must be refused");
    }
    assert!(!std::path::Path::new(&format!("{path}.out")).exists());
    let settings = "SELECT name || '=' || value FROM duckdb_settings() WHERE name IN ('enable_external_access', \
                    'lock_configuration', 'autoload_known_extensions', 'autoinstall_known_extensions') ORDER BY name";
    assert_eq!(
        table(&events, settings).await,
        [
            "autoinstall_known_extensions=false",
            "autoload_known_extensions=false",
            "enable_external_access=false",
            "lock_configuration=true"
        ]
    );
}

#[tokio::test]
async fn a_question_that_takes_too_long_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let hurried = api::config::Events {
        query_timeout_ms: 200,
        ..settings()
    };
    let events = Events::open(&hurried, "", folder.path(), None).await.unwrap();
    let endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE (a.range * b.range) % 7 = 3";
    for _ in 0..3 {
        let stopped = events.query(Statement::plain(endless)).await.unwrap_err();
        assert_eq!(stopped.code, ProblemCode::QueryTimeout);
    }
    // Both readers are free again, so the engine did stop.
    for _ in 0..3 {
        assert_eq!(table(&events, "SELECT 42").await, ["42"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t83_a_question_that_needs_more_memory_than_there_is_ends_alone() {
    let folder = tempfile::tempdir().unwrap();
    let events = open(folder.path()).await;
    events.accept(pageview(1, 0, "/")).await.unwrap();
    events.drained().await;
    // A list is one value, which DuckDB holds in memory.
    let large = || events.query(Statement::plain("SELECT len(list(n)) FROM range(200000000) numbers(n)"));
    let (first, second) = tokio::join!(large(), large());
    for refused in [first, second] {
        let refused = refused.unwrap_err();
        assert_eq!(refused.code, ProblemCode::Unavailable, "{refused:?}");
        assert!(refused.retry_after_s.is_some());
    }
    assert_eq!(table(&events, "SELECT count(*) FROM events").await, ["1"]);
    events.accept(pageview(1, 1, "/again")).await.unwrap();
    events.drained().await;
    assert_eq!(table(&events, "SELECT pageviews FROM visits").await, ["2"]);
}
