//! Floods (T54).

use crate::ingest::{expect_stored, pageview, rows, visitor};
use crate::support::TestApp;
use serde_json::json;

#[tokio::test]
async fn t54_a_flood_is_429_for_its_address_or_its_site_and_leaves_other_sites_alone() {
    let by_address = TestApp::start_with(|config| {
        config.limits.events_burst = 5;
        config.limits.events_per_second = 1;
    })
    .await;
    by_address.owner_of("a.example").await;
    let mut statuses = Vec::new();
    for n in 0..20 {
        let answer = visitor(&by_address)
            .post("/api/event", pageview(&format!("/{n}")))
            .await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        if answer.status == 429 {
            assert!(
                answer
                    .clone()
                    .expect_problem("rate_limited")
                    .header("retry-after")
                    .is_some()
            );
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses[..5], [202; 5]);
    assert!(statuses.contains(&429), "{statuses:?}");

    let by_site = TestApp::start_with(|config| {
        config.limits.site_events_burst = 3;
        config.limits.site_events_per_second = 1;
    })
    .await;
    let (owner, _) = by_site.owner_of("a.example").await;
    owner.add_site("b.example").await;
    let mut refused = 0;
    for n in 0..10 {
        refused += usize::from(
            visitor(&by_site)
                .post("/api/event", pageview(&format!("/{n}")))
                .await
                .status
                == 429,
        );
    }
    assert!(refused >= 5, "{refused}");
    let other = json!({"n": "pageview", "u": "https://b.example/", "d": "b.example"});
    expect_stored(visitor(&by_site).post("/api/event", other).await);
}

#[tokio::test]
async fn t54_made_up_pages_and_names_are_counted_together() {
    let app = TestApp::start_with(|config| config.limits.site_names_per_day = 3).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    for path in ["/1", "/2", "/3", "/4", "/5", "/1"] {
        expect_stored(visitor(&app).post("/api/event", pageview(path)).await);
    }
    let pages = rows(&app, &owner, &site_id, json!(["pageviews"]), json!(["event:page"])).await;
    let pages = pages.as_array().unwrap();
    assert_eq!(pages.len(), 4, "{pages:?}");
    assert!(
        pages.contains(&json!([["(other)"], [2]])) && pages.contains(&json!([["/1"], [2]])),
        "{pages:?}"
    );
}
