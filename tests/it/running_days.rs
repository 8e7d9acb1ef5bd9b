//! A day that somebody looks at is counted while it goes on, and stays exact.

use crate::imports::{import, view};
use crate::ingest::{expect_stored, pageview, rows, visitor};
use crate::support::TestApp;
use serde_json::json;
use std::time::{Duration, Instant};

/// Days that are counted while they go on, as the metrics tell.
async fn running(app: &TestApp) -> i64 {
    let metrics = app.anonymous().get("/metrics").await.expect_status(200).text();
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("vitrine_events_running_days "));
    line.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_day_that_is_looked_at_is_counted_as_it_goes_on() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    if app.state.events.dialect() != api::events::dialect::Dialect::DuckDb {
        return;
    }
    let views = (0..10_500).map(|n| {
        let (who, minute, second) = (n / 10, n / 60 % 60, n % 60);
        let time = format!("10/Mar/2026:0{}:{minute:02}:{second:02}", 1 + n / 3600);
        view(
            &format!("198.51.{}.{}", who / 250, who % 250),
            &time,
            &format!("/{}", n % 7),
        )
    });
    let log: String = views.collect();
    import(&owner, &site_id, "?name=access.log", log).await;
    let (metrics, pages) = (json!(["visitors", "visits", "pageviews"]), json!(["event:page"]));
    let told = async |dimensions| rows(&app, &owner, &site_id, metrics.clone(), dimensions).await;
    let (whole, by_page) = (told(json!([])).await, told(pages.clone()).await);
    assert_eq!(whole, json!([[[], [1050, 1050, 10_500]]]));

    let deadline = Instant::now() + Duration::from_secs(60);
    while running(&app).await == 0 {
        assert!(Instant::now() < deadline, "the day is not counted");
        tokio::task::yield_now().await;
    }
    assert_eq!(
        (told(json!([])).await, told(pages.clone()).await),
        (whole, by_page.clone())
    );
    // What comes is counted at once, whether the day was brought up to date before the question or after it.
    for n in 1..=3 {
        expect_stored(visitor(&app).post("/api/event", pageview("/new")).await);
        assert_eq!(told(json!([])).await, json!([[[], [1051, 1051, 10_500 + n]]]));
        let now = told(pages.clone()).await;
        let new = json!([["/new"], [1, 1, n]]);
        assert_eq!(
            now.as_array().unwrap().iter().filter(|row| **row == new).count(),
            1,
            "{now}"
        );
        assert_eq!(now.as_array().unwrap().len(), by_page.as_array().unwrap().len() + 1);
    }
    assert!(running(&app).await > 0);
}
