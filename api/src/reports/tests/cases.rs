//! Definitions, counted by hand.

use super::world::{World, view};
use serde_json::json;

const NOW: &str = "2026-03-12T10:30:00Z";

#[tokio::test]
async fn metrics_mean_what_the_documentation_says() {
    let world = World::new(
        "UTC",
        NOW,
        &[
            // A visit of two pages and ten minutes.
            view(1, "2026-03-10T09:00:00Z", "/").from("Google", "DE"),
            view(1, "2026-03-10T09:10:00Z", "/pricing"),
            // A bounce of one page.
            view(2, "2026-03-10T09:00:00Z", "/blog").from("Google", "FR"),
            // One page and an interactive event: no bounce.
            view(3, "2026-03-10T11:00:00Z", "/").from("", "DE"),
            view(3, "2026-03-10T11:01:00Z", "/").named("Signup"),
            // The first person again, later: another visit, the same visitor.
            view(1, "2026-03-10T12:00:00Z", "/blog").from("Hacker News", "DE"),
        ],
    )
    .await;
    let metrics = json!([
        "visitors",
        "visits",
        "pageviews",
        "events",
        "views_per_visit",
        "bounce_rate",
        "visit_duration"
    ]);
    let day = json!(["2026-03-10", "2026-03-10"]);
    let all = world.rows(json!({"metrics": metrics, "date_range": day})).await;
    assert_eq!(all, json!([[[], [3, 4, 5, 6, 1.25, 50.0, 165.0]]]));
    let sources = json!({"metrics": metrics, "date_range": day, "dimensions": ["visit:source"]});
    assert_eq!(
        world.rows(sources).await,
        json!([
            [["Google"], [2, 2, 3, 3, 1.5, 50.0, 300.0]],
            [["Direct / None"], [1, 1, 1, 2, 1.0, 0.0, 60.0]],
            [["Hacker News"], [1, 1, 1, 1, 1.0, 100.0, 0.0]],
        ])
    );
    // By page, bounce rate and duration are those of the visits that entered there.
    let pages = json!({"metrics": ["visitors", "visits", "pageviews", "bounce_rate"], "date_range": day, "dimensions": ["event:page"]});
    assert_eq!(
        world.rows(pages).await,
        json!([
            [["/"], [2, 2, 2, 0.0]],
            [["/blog"], [2, 2, 2, 100.0]],
            [["/pricing"], [1, 1, 1, null]],
        ])
    );
    // Asked of visits, a page filter keeps the visits that saw the page.
    let saw = json!({"metrics": ["visits", "visit_duration"], "date_range": day, "filters": [["is", "event:page", ["/pricing"]]]});
    assert_eq!(world.rows(saw).await, json!([[[], [1, 600.0]]]));
    let share = json!({"metrics": ["percentage"], "date_range": day, "dimensions": ["visit:country"]});
    assert_eq!(world.rows(share).await, json!([[["DE"], [66.67]], [["FR"], [33.33]]]));
}

#[tokio::test]
async fn a_visit_over_midnight_counts_on_the_day_it_began() {
    let world = World::new(
        "Europe/Berlin",
        NOW,
        &[
            view(1, "2026-03-10T22:50:00Z", "/a"),
            view(1, "2026-03-10T23:10:00Z", "/b"),
            view(1, "2026-03-10T23:30:00Z", "/c"),
        ],
    )
    .await;
    let by_day =
        json!({"metrics": ["visitors", "visits", "pageviews"], "date_range": "7d", "dimensions": ["time:day"]});
    assert_eq!(
        world.rows(by_day).await,
        json!([[["2026-03-10"], [1, 1, 1]], [["2026-03-11"], [1, 0, 2]]])
    );
    let exit = json!({"metrics": ["visits", "visit_duration"], "date_range": "7d", "dimensions": ["visit:exit_page"]});
    assert_eq!(world.rows(exit).await, json!([[["/c"], [1, 2400.0]]]));
}

#[tokio::test]
async fn thirty_minutes_end_a_visit_and_not_a_moment_earlier() {
    let world = World::new(
        "UTC",
        NOW,
        &[
            view(1, "2026-03-10T09:00:00Z", "/"),
            view(1, "2026-03-10T09:30:00Z", "/"),
            view(1, "2026-03-10T10:00:00.001Z", "/"),
            // Engagement alone begins no visit, and does not count.
            view(2, "2026-03-10T09:00:00Z", "/").engaged(5000, 40),
        ],
    )
    .await;
    let all = json!({"metrics": ["visitors", "visits", "pageviews", "events"], "date_range": "7d"});
    assert_eq!(world.rows(all).await, json!([[[], [1, 2, 3, 3]]]));
}

#[tokio::test]
async fn engagement_is_a_page_s_time_and_depth_in_a_visit() {
    let world = World::new(
        "UTC",
        NOW,
        &[
            view(1, "2026-03-10T09:00:00Z", "/"),
            view(1, "2026-03-10T09:01:00Z", "/").engaged(20_000, 30),
            view(1, "2026-03-10T09:02:00Z", "/").engaged(10_000, 80),
            view(2, "2026-03-10T09:00:00Z", "/"),
            view(2, "2026-03-10T09:01:00Z", "/").engaged(10_000, 20),
            view(3, "2026-03-10T09:00:00Z", "/unread"),
        ],
    )
    .await;
    let pages = json!({"metrics": ["visitors", "time_on_page", "scroll_depth"], "date_range": "7d", "dimensions": ["event:page"]});
    assert_eq!(
        world.rows(pages).await,
        json!([[["/"], [2, 20.0, 50.0]], [["/unread"], [1, null, null]]])
    );
    let one = json!({"metrics": ["time_on_page"], "date_range": "7d", "filters": [["contains", "event:page", ["/"]]]});
    assert_eq!(world.rows(one).await, json!([[[], [20.0]]]));
}

#[tokio::test]
async fn days_of_23_and_25_hours_are_whole() {
    for (day, from, hours) in [
        ("2026-03-29", "2026-03-28T23:00:00Z", 23),
        ("2026-10-25", "2026-10-24T22:00:00Z", 25),
    ] {
        let start = view(0, from, "/").at_ms;
        let acts: Vec<_> = (0..hours)
            .map(|hour| {
                let mut act = view(hour as u64 + 1, from, "/");
                act.at_ms = start + hour * 3_600_000 + 1_799_999;
                act
            })
            .collect();
        let world = World::new("Europe/Berlin", "2026-12-01T00:00:00Z", &acts).await;
        let query = json!({"metrics": ["pageviews"], "date_range": [day, day], "dimensions": ["time:hour"], "include": {"time_labels": true}});
        let answer = world.ask(serde_json::from_value(query).unwrap(), None).await.unwrap();
        let labels = answer.meta.time_labels.unwrap();
        assert_eq!(labels.len(), hours as usize, "{day}");
        let rows: Vec<_> = answer.results.iter().map(|row| row.dimensions[0].clone()).collect();
        assert_eq!(rows, labels, "one event in each hour of {day}");
        if hours == 25 {
            assert_eq!(labels[2..4], ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]);
        }
    }
}

#[tokio::test]
async fn the_present_and_the_past_are_compared() {
    let world = World::new(
        "UTC",
        NOW,
        &[
            view(1, "2026-03-09T09:00:00Z", "/").from("Google", "DE"),
            view(2, "2026-03-10T09:00:00Z", "/").from("Google", "DE"),
            view(3, "2026-03-10T09:00:00Z", "/").from("Bing", "DE"),
            view(4, "2026-03-11T09:00:00Z", "/").from("Google", "DE"),
            view(5, "2026-03-11T09:00:00Z", "/").from("Google", "DE"),
            view(6, "2025-03-11T09:00:00Z", "/").from("Yahoo!", "DE"),
        ],
    )
    .await;
    let ask =
        |query: serde_json::Value| async { world.ask(serde_json::from_value(query).unwrap(), None).await.unwrap() };
    let mut query = json!({"metrics": ["visitors", "bounce_rate"], "date_range": ["2026-03-11", "2026-03-11"],
        "dimensions": ["visit:source"], "include": {"comparison": {"mode": "previous_period"}}});
    let answer = ask(query.clone()).await;
    let compared = answer.results[0].comparison.as_ref().unwrap();
    assert_eq!(
        json!([answer.results[0].metrics, compared.metrics, compared.change]),
        json!([[2, 100.0], [1, 100.0], [100.0, 0.0]])
    );
    query["include"]["comparison"]["mode"] = json!("year_over_year");
    let answer = ask(query.clone()).await;
    let compared = answer.results[0].comparison.as_ref().unwrap();
    assert_eq!(
        json!([compared.metrics, compared.change]),
        json!([[0, null], [null, null]])
    );
    assert_eq!(
        serde_json::to_value(answer.query.comparison_date_range).unwrap(),
        json!(["2025-03-11T00:00:00+00:00", "2025-03-12T00:00:00+00:00"])
    );
    // Totals of the year before, on the same weekday: Wednesday.
    query["dimensions"] = json!([]);
    query["include"]["comparison"]["match_day_of_week"] = json!(true);
    let answer = ask(query).await;
    assert_eq!(
        serde_json::to_value(answer.query.comparison_date_range).unwrap(),
        json!(["2025-03-12T00:00:00+00:00", "2025-03-13T00:00:00+00:00"])
    );
}

#[tokio::test]
async fn named_ranges_are_what_they_say() {
    let world = World::new(
        "America/New_York",
        "2026-03-12T03:30:00Z",
        &[view(1, "2025-06-05T12:00:00Z", "/")],
    )
    .await;
    for (range, from, to, step) in [
        (
            "day",
            "2026-03-11T00:00:00-04:00",
            "2026-03-12T00:00:00-04:00",
            "time:hour",
        ),
        (
            "24h",
            "2026-03-11T00:00:00-04:00",
            "2026-03-12T00:00:00-04:00",
            "time:hour",
        ),
        (
            "7d",
            "2026-03-04T00:00:00-05:00",
            "2026-03-11T00:00:00-04:00",
            "time:day",
        ),
        (
            "30d",
            "2026-02-09T00:00:00-05:00",
            "2026-03-11T00:00:00-04:00",
            "time:day",
        ),
        (
            "month",
            "2026-03-01T00:00:00-05:00",
            "2026-03-12T00:00:00-04:00",
            "time:day",
        ),
        (
            "6mo",
            "2025-10-01T00:00:00-04:00",
            "2026-03-12T00:00:00-04:00",
            "time:week",
        ),
        (
            "12mo",
            "2025-04-01T00:00:00-04:00",
            "2026-03-12T00:00:00-04:00",
            "time:month",
        ),
        (
            "year",
            "2026-01-01T00:00:00-05:00",
            "2026-03-12T00:00:00-04:00",
            "time:day",
        ),
        (
            "all",
            "2025-06-05T00:00:00-04:00",
            "2026-03-12T00:00:00-04:00",
            "time:month",
        ),
        (
            "realtime",
            "2026-03-11T23:25:00-04:00",
            "2026-03-11T23:30:00.001-04:00",
            "time:minute",
        ),
    ] {
        let query = json!({"metrics": ["visits"], "date_range": range, "dimensions": ["time"]});
        let answer = world.ask(serde_json::from_value(query).unwrap(), None).await.unwrap();
        assert_eq!(
            serde_json::to_value(&answer.query.date_range).unwrap(),
            json!([from, to]),
            "{range}"
        );
        assert_eq!(answer.query.dimensions[0].to_string(), step, "{range}");
        let present = answer.meta.present_label.is_some();
        assert_eq!(
            present,
            !range.ends_with('d'),
            "{range} reaches into the present: {present}"
        );
    }
}
