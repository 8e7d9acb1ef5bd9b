//! What dashboards and alerts name is what the server tells.

use crate::support::TestApp;
use serde_json::json;
use std::collections::BTreeSet;

const DASHBOARD: &str = include_str!("../../docs/ops/grafana-dashboard.json");
const ALERTS: &str = include_str!("../../docs/ops/prometheus-alerts.yml");

/// The words of a text that begin as our metrics do.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    words.filter(|word| word.starts_with("vitrine_")).collect()
}

/// Whether each pair of brackets of a text closes, so that a query that was cut off is noticed.
fn is_balanced(text: &str) -> bool {
    let count = |sign| text.matches(sign).count();
    count('(') == count(')') && count('{') == count('}') && count('[') == count(']')
}

#[tokio::test]
async fn every_metric_of_the_dashboard_and_the_alerts_is_told() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("example.org").await;
    app.happen("example.org", None, &[json!({})]).await;
    owner.get(&format!("/api/v1/sites/{site_id}")).await.expect_status(200);
    let metrics = app.anonymous().get("/metrics").await.expect_status(200).text();
    let told: BTreeSet<&str> = metrics
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect();
    for (file, text) in [("the dashboard", DASHBOARD), ("the alerts", ALERTS)] {
        let unknown: Vec<_> = named(text).difference(&told).copied().collect();
        assert!(
            unknown.is_empty(),
            "{file} names what is not told: {unknown:?}\n{metrics}"
        );
    }
    let of_families: BTreeSet<&str> = named(DASHBOARD);
    let family = |name: &str| {
        ["_total", "_bucket", "_sum", "_count"]
            .iter()
            .find_map(|end| name.strip_suffix(end).map(str::to_owned))
    };
    for name in &told {
        let is_shown = of_families.contains(name) || family(name).is_some_and(|family| DASHBOARD.contains(&family));
        assert!(is_shown, "the dashboard does not show {name}");
    }
    for label in ["route=\"", "status=\"", "le=\""] {
        assert!(metrics.contains(label), "{label}");
    }
}

#[test]
fn the_dashboard_is_one_that_grafana_takes() {
    let dashboard: serde_json::Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len(), "ids are panels' own");
    for panel in panels {
        let place = &panel["gridPos"];
        assert!(
            place["x"].as_i64().unwrap() + place["w"].as_i64().unwrap() <= 24,
            "{panel}"
        );
        for target in panel["targets"].as_array().unwrap() {
            let expr = target["expr"].as_str().unwrap();
            assert!(is_balanced(expr) && expr.contains("job=\"$job\""), "{expr}");
        }
    }
}
