//! Questions that mean harm, or ask too much (T69, T70).

use super::world::{World, view};
use serde_json::json;

#[tokio::test]
async fn what_is_no_question_is_refused_by_pointer() {
    let world = World::new("UTC", "2026-03-12T10:30:00Z", &[view(1, "2026-03-10T09:00:00Z", "/")]).await;
    let many: Vec<_> = (0..500).map(|n| json!(["is", "event:page", [n.to_string()]])).collect();
    let values: Vec<_> = (0..1000).map(|n| n.to_string()).collect();
    let patterns: Vec<_> = (0..21)
        .map(|n| json!(["matches", "event:page", [n.to_string()]]))
        .collect();
    let mut deep = json!(["is", "event:page", ["/"]]);
    for _ in 0..20 {
        deep = json!(["not", deep]);
    }
    let long = "x".repeat(3000);
    for (change, pointer) in [
        (json!({"metrics": []}), "/metrics"),
        (json!({"metrics": ["visitors", "visitors"]}), "/metrics/1"),
        (json!({"metrics": ["conversion_rate"]}), "/metrics/0"),
        (json!({"metrics": ["visitors", "group_conversion_rate"]}), "/metrics/1"),
        (
            json!({"metrics": ["group_conversion_rate"], "filters": [["is", "event:goal", ["Sign up"]]]}),
            "/metrics/0",
        ),
        (
            json!({"metrics": ["conversion_rate"], "filters": [["not", ["is", "event:goal", ["Sign up"]]]]}),
            "/metrics/0",
        ),
        (
            json!({"metrics": ["conversion_rate"], "dimensions": ["time:day", "event:goal"]}),
            "/metrics/0",
        ),
        (json!({"metrics": ["time_on_page"]}), "/metrics/0"),
        (
            json!({"metrics": ["bounce_rate"], "dimensions": ["event:name"]}),
            "/metrics/0",
        ),
        (
            json!({"metrics": ["bounce_rate"], "dimensions": ["event:goal"]}),
            "/metrics/0",
        ),
        (json!({"dimensions": ["time:day", "time:hour"]}), "/dimensions"),
        (
            json!({"dimensions": ["time:minute"], "date_range": ["2021-01-01", "2025-12-31"]}),
            "/dimensions/0",
        ),
        (json!({"date_range": ["1800-01-01", "2026-01-01"]}), "/date_range"),
        (json!({"date_range": ["2026-01-02", "2026-01-01"]}), "/date_range/1"),
        (json!({"date_range": ["2026-02-30", "2026-03-01"]}), "/date_range/0"),
        (json!({"date_range": "1200mo"}), "/date_range"),
        (json!({"filters": many}), "/filters"),
        (json!({"filters": [["is", "event:page", values]]}), "/filters/0/2"),
        (json!({"filters": [["is", "event:page", []]]}), "/filters/0/2"),
        (json!({"filters": [["is", "event:page", [long]]]}), "/filters/0/2/0"),
        (
            json!({"filters": [["and", [["is", "time:day", ["2026-01-01"]]]]]}),
            "/filters/0/1/0/1",
        ),
        (json!({"filters": [["or", []]]}), "/filters/0/1"),
        (
            json!({"filters": [["matches", "event:page", ["(unclosed"]]]}),
            "/filters/0/2/0",
        ),
        (json!({"filters": patterns}), "/filters"),
        (
            json!({"filters": [["matches", "event:goal", ["\\w{30}"]]]}),
            "/filters/0/2/0",
        ),
        (
            json!({"filters": [["is", "event:page", ["a\u{0}b"]]]}),
            "/filters/0/2/0",
        ),
        (json!({"order_by": [["pageviews", "desc"]]}), "/order_by/0/0"),
        (json!({"pagination": {"limit": 0}}), "/pagination/limit"),
        (json!({"pagination": {"limit": 1_000_000_000}}), "/pagination/limit"),
        (json!({"pagination": {"offset": 2_000_000}}), "/pagination/offset"),
        (
            json!({"include": {"comparison": {"mode": "custom"}}}),
            "/include/comparison/date_range",
        ),
    ] {
        let mut query = json!({"metrics": ["visitors"], "date_range": "7d"});
        query
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let (status, pointers) = world.refused(query).await;
        assert_eq!(
            (status, pointers.iter().any(|given| given == pointer)),
            (422, true),
            "{change} {pointers:?}"
        );
    }
    let (status, pointers) = world
        .refused(json!({"metrics": ["visitors"], "date_range": "7d", "filters": [deep]}))
        .await;
    assert_eq!((status, pointers[0].starts_with("/filters/0/1/1")), (422, true));
}

#[tokio::test]
async fn text_stays_text() {
    let corpus = [
        "' OR 1=1--",
        "')::int--",
        "$$",
        "'; DROP TABLE events; --",
        "UTC'); ATTACH '/tmp/x' AS x; --",
        "read_text('/etc/passwd')",
        "COPY events TO '/tmp/x'",
        "INSTALL httpfs",
        "\\",
        "%",
        "?",
        "\u{1e}",
        "ünï'\"`",
    ];
    let mut acts = vec![view(1, "2026-03-10T09:00:00Z", "/")];
    for (at, text) in corpus.iter().enumerate() {
        let mut act = view(at as u64 + 2, "2026-03-10T09:00:00Z", text).from(text, "DE");
        act.props = vec![(text.replace('\u{1e}', "sep"), text.replace('\u{1e}', "sep"))];
        acts.push(act);
    }
    let world = World::new("UTC", "2026-03-12T10:30:00Z", &acts).await;
    for text in corpus {
        for dimension in ["event:page", "visit:source"] {
            for operator in ["is", "contains"] {
                let filter = json!([operator, dimension, [text]]);
                let query = json!({"metrics": ["visitors", "visits"], "date_range": "7d", "filters": [filter], "dimensions": [dimension]});
                let rows = world.rows(query).await;
                let expected = json!([[[text], [1, 1]]]);
                let found = rows.as_array().unwrap();
                assert!(found.contains(&expected[0]), "{operator} {dimension} {text:?}: {rows}");
                assert!(operator == "contains" || found.len() == 1, "{text:?}: {rows}");
            }
        }
        let key = text.replace('\u{1e}', "sep");
        let by_prop = json!({"metrics": ["visitors"], "date_range": "7d", "dimensions": [format!("event:props:{key}")],
            "filters": [["is", format!("event:props:{key}"), [key]]]});
        assert_eq!(world.rows(by_prop).await, json!([[[key], [1]]]), "{text:?}");
    }
    let all = json!({"metrics": ["visitors"], "date_range": "7d"});
    assert_eq!(
        world.rows(all).await,
        json!([[[], [corpus.len() + 1]]]),
        "nothing was dropped on the way"
    );
}

#[tokio::test]
async fn catastrophic_patterns_take_no_time() {
    let path = format!("/{}!", "a".repeat(1500));
    let world = World::new("UTC", "2026-03-12T10:30:00Z", &[view(1, "2026-03-10T09:00:00Z", &path)]).await;
    let query =
        json!({"metrics": ["visitors"], "date_range": "7d", "filters": [["matches", "event:page", ["(a+)+$"]]]});
    let start = std::time::Instant::now();
    assert_eq!(world.rows(query).await, json!([[[], [0]]]));
    assert!(start.elapsed().as_secs() < 2);
}
