//! What a dashboard asks, here and of plain DuckDB, and whether both say the same.

use anyhow::{Result, bail};
use serde_json::{Value, json};

/// A range: what people call it, its word in a question, the size of the chart's buckets.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) name: &'static str,
    pub(super) word: &'static str,
    pub(super) bucket: &'static str,
}

/// A filter: what people call it, its dimension, the column of the raw events, a value that many rows have.
#[derive(Clone, Copy)]
pub(super) struct Filter {
    pub(super) name: &'static str,
    dimension: &'static str,
    column: &'static str,
    value: &'static str,
}

pub(super) const RANGES: [Range; 3] = [
    range("a year", "12mo", "month"),
    range("30 days", "30d", "day"),
    range("24 hours", "24h", "hour"),
];

pub(super) const FILTERS: [Filter; 7] = [
    filter("country", "visit:country", "country", "DE"),
    filter("browser", "visit:browser", "browser", "Firefox"),
    filter("system", "visit:os", "os", "macOS"),
    filter("device", "visit:device", "device", "Mobile"),
    filter("source", "visit:source", "source", "Google"),
    filter("page", "event:page", "pathname", "/pricing"),
    filter("entry page", "visit:entry_page", "entry_page", "/pricing"),
];

/// Questions of a dashboard.
pub(super) const QUESTIONS: usize = 10;

const fn range(name: &'static str, word: &'static str, bucket: &'static str) -> Range {
    Range { name, word, bucket }
}

const fn filter(name: &'static str, dimension: &'static str, column: &'static str, value: &'static str) -> Filter {
    Filter {
        name,
        dimension,
        column,
        value,
    }
}

/// What the app's dashboard asks: totals with comparison, the chart, eight lists with shares.
pub(super) fn dashboard(range: &str, filter: Option<Filter>) -> String {
    let tiles = [
        "visitors",
        "visits",
        "pageviews",
        "views_per_visit",
        "bounce_rate",
        "visit_duration",
    ];
    let mut queries = vec![
        json!({"metrics": tiles, "date_range": range, "include": {"comparison": {"mode": "previous_period"}}}),
        json!({"metrics": ["visitors"], "date_range": range, "dimensions": ["time"], "include": {"time_labels": true}}),
    ];
    for dimension in [
        "event:page",
        "visit:entry_page",
        "visit:source",
        "visit:channel",
        "visit:country",
        "visit:browser",
        "visit:os",
        "visit:device",
    ] {
        queries.push(json!({
            "metrics": ["visitors", "percentage"], "date_range": range, "dimensions": [dimension], "pagination": {"limit": 9}
        }));
    }
    if let Some(filter) = filter {
        for query in &mut queries {
            query["filters"] = json!([["is", filter.dimension, [filter.value]]]);
        }
    }
    json!({"queries": queries}).to_string()
}

/// The same for plain DuckDB, about the very range that was answered.
pub(super) fn case(site_id: &str, range: Range, filter: Option<Filter>, answer: &Value) -> Value {
    json!({
        "site_id": site_id,
        "range": answer["results"][0]["query"]["date_range"],
        "bucket": range.bucket,
        "filter": filter.map(|filter| [filter.column, filter.value]),
    })
}

/// Compares an answer with plain DuckDB's: every number of the tiles, the chart and the lists.
pub(super) fn compare(ours: &Value, plain: &Value) -> Result<()> {
    let tiles = &ours["results"][0]["results"][0];
    numbers("the tiles", &tiles["metrics"], &plain[0][0])?;
    numbers("the period before", &tiles["comparison"]["metrics"], &plain[1][0])?;
    let chart = rows(&ours["results"][1]["results"]).into_iter();
    let chart: Vec<Value> = chart.map(|row| row["metrics"][0].clone()).collect();
    let plain_chart: Vec<Value> = rows(&plain[2]).into_iter().map(|row| row[1].clone()).collect();
    numbers(
        "the chart",
        &json!(without_zeros(chart)),
        &json!(without_zeros(plain_chart)),
    )?;
    let everybody = plain[0][0][0].as_f64().unwrap_or(0.0);
    for at in 2..QUESTIONS {
        let list = rows(&ours["results"][at]["results"]).into_iter();
        let list: Vec<Value> = list
            .map(|row| json!([row["dimensions"][0], row["metrics"][0]]))
            .collect();
        if json!(list) != plain[at + 1] {
            bail!(
                "list {at} differs:\n{}\nof plain DuckDB:\n{}",
                json!(list),
                plain[at + 1]
            );
        }
        // Whoever asks plain DuckDB has the total from the tiles.
        let shares = rows(&plain[at + 1]).into_iter();
        let shares: Vec<Value> = shares
            .map(|row| json!(row[1].as_f64().map(|n| 1e2 * n / everybody)))
            .collect();
        let ours: Vec<Value> = rows(&ours["results"][at]["results"])
            .into_iter()
            .map(|row| row["metrics"][1].clone())
            .collect();
        if !shares.is_empty() {
            numbers("shares", &json!(ours), &json!(shares))?;
        }
    }
    Ok(())
}

fn rows(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// A chart has its empty buckets too, a GROUP BY has not.
fn without_zeros(numbers: Vec<Value>) -> Vec<Value> {
    numbers
        .into_iter()
        .filter(|number| number.as_f64() != Some(0.0))
        .collect()
}

/// Counts are equal, rates up to the two digits that they are told with.
fn numbers(what: &str, ours: &Value, plain: &Value) -> Result<()> {
    let (a, b) = (rows(ours), rows(plain));
    let is_same = |(a, b): (&Value, &Value)| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) if b.fract() == 0.0 => a == b,
        (Some(a), Some(b)) => (a - b).abs() <= 0.00501,
        (None, None) => true,
        _ => false,
    };
    if a.is_empty() || a.len() != b.len() || !a.iter().zip(&b).all(is_same) {
        bail!("{what} differ: {ours}, of plain DuckDB: {plain}");
    }
    Ok(())
}
