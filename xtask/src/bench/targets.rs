//! What was aimed at, and whether it was met.

use serde_json::{Value, json};

/// A dashboard with ten times the events may take so many times as long.
const GROWTH: f64 = 1.5;
/// What cannot change within a visitor's day.
const STEADY: [&str; 4] = ["country", "browser", "system", "device"];

/// Every target that the figures have something to say about.
pub(super) fn of(figures: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let sizes: Vec<&Value> = figures["sizes"].as_array().into_iter().flatten().collect();
    for (range, times) in [("a year", 100.0), ("30 days", 15.0)] {
        if let Some(case) = size(&sizes, 10).and_then(|size| dashboard(size, range, "open")) {
            let what = format!("10 M events, {range}, open: times faster than plain DuckDB");
            all.push(at_least(&what, case["times_faster"].as_f64(), times));
        }
    }
    for range in ["a year", "30 days"] {
        if let (Some(large), Some(small)) = (size(&sizes, 100), size(&sizes, 10)) {
            let ms = |size| dashboard(size, range, "open").and_then(|case| case["ms"].as_f64());
            let growth = ms(large).zip(ms(small)).map(|(large, small)| large / small);
            let what = format!("100 M events, {range}, open: times as long as with 10 M");
            all.push(at_most(&what, growth, GROWTH));
        }
    }
    for size in sizes.iter().filter(|size| size["millions"].as_u64() >= Some(10)) {
        let cases: Vec<&Value> = size["dashboards"].as_array().into_iter().flatten().collect();
        for (what, is_meant, times) in [
            ("country, browser, system or device", true, 8.0),
            ("anything else", false, 2.0),
        ] {
            let mine = cases.iter().filter(|case| {
                let filter = case["filter"].as_str().unwrap_or_default();
                case["range"] != "24 hours" && filter != "open" && STEADY.contains(&filter) == is_meant
            });
            let worst = mine
                .filter_map(|case| case["times_faster"].as_f64())
                .min_by(f64::total_cmp);
            if worst.is_some() {
                let what = format!(
                    "{} M events, a year and 30 days, filtered by {what}: times faster than plain DuckDB, at worst",
                    size["millions"]
                );
                all.push(at_least(&what, worst, times));
            }
        }
    }
    if let Some(requests) = figures.get("requests") {
        let event = &requests["event"]["ours"];
        all.extend([
            at_least(
                "resolving a link: share of bare actix-web",
                requests["resolve"]["share"].as_f64(),
                0.8,
            ),
            at_least("durable events a second", event["per_second"].as_f64(), 10_000.0),
            at_most("an event, p99 in ms", event["p99_ms"].as_f64(), 100.0),
        ]);
    }
    let idle = figures["empty"]["idle_mib"].as_f64();
    all.push(at_most("idle memory in MiB, nothing stored", idle, 60.0));
    all
}

fn size<'a>(sizes: &[&'a Value], millions: u64) -> Option<&'a Value> {
    sizes
        .iter()
        .copied()
        .find(|size| size["millions"].as_u64() == Some(millions))
}

/// A dashboard of a size.
pub(super) fn dashboard<'a>(size: &'a Value, range: &str, filter: &str) -> Option<&'a Value> {
    let cases = size["dashboards"].as_array()?;
    cases
        .iter()
        .find(|case| case["range"] == range && case["filter"] == filter)
}

fn at_least(what: &str, measured: Option<f64>, target: f64) -> Value {
    told(what, measured, ("at least", target), |measured| measured >= target)
}

fn at_most(what: &str, measured: Option<f64>, target: f64) -> Value {
    told(what, measured, ("at most", target), |measured| measured <= target)
}

fn told(what: &str, measured: Option<f64>, (word, target): (&str, f64), is_met: impl Fn(f64) -> bool) -> Value {
    json!({"what": what, "measured": measured, "target": format!("{word} {target}"), "met": measured.is_some_and(is_met)})
}
