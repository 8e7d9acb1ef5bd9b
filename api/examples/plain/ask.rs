//! A dashboard in plain SQL on the raw events: what an engineer would write who wants exact numbers.

use crate::Outcome;
use duckdb::types::Value as Cell;
use duckdb::{AccessMode, Config, Connection};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

/// A dashboard is asked so often, and only once when that takes longer than this.
const TIMES: usize = 3;
const SLOW_SECONDS: f64 = 20.0;

/// What is asked.
#[derive(clap::Args)]
pub struct Args {
    /// A file that `sort` made.
    #[arg(long)]
    file: PathBuf,
    /// Most memory for DuckDB.
    #[arg(long)]
    memory: String,
    /// A file with a list of cases: `site_id`, `range` (two RFC 3339 instants, the end not included), `bucket` (hour, day, month),
    /// `filter` (a column and its value, or null).
    #[arg(long)]
    cases: PathBuf,
}

/// The lists of a dashboard: a column, and what stands for an empty value.
const LISTS: [(&str, &str); 8] = [
    ("pathname", "(none)"),
    ("entry_page", "(none)"),
    ("source", "Direct / None"),
    ("channel", "(none)"),
    ("country", "(none)"),
    ("browser", "(none)"),
    ("os", "(none)"),
    ("device", "(none)"),
];

/// A case, as conditions of SQL.
struct Case {
    now: String,
    before: String,
    filter: String,
    is_page: bool,
    bucket: &'static str,
}

/// Asks every case and prints its times in milliseconds, question by question, and its answers.
pub fn ask(args: &Args) -> Outcome<()> {
    let config = Config::default()
        .access_mode(AccessMode::ReadOnly)?
        .with("memory_limit", &args.memory)?
        .with("preserve_insertion_order", "false")?;
    let conn = Connection::open_with_flags(&args.file, config)?;
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(&args.cases)?)?;
    for case in &cases {
        let case = Case::of(case)?;
        let mut rounds = Vec::new();
        let mut answers = Vec::new();
        while rounds.len() < TIMES
            && !rounds
                .iter()
                .any(|round: &Vec<f64>| round.iter().sum::<f64>() > SLOW_SECONDS * 1e3)
        {
            let mut round = Vec::new();
            answers.clear();
            for sql in case.questions() {
                let began = Instant::now();
                answers.push(rows(&conn, &sql)?);
                round.push(began.elapsed().as_secs_f64() * 1e3);
            }
            rounds.push(round);
        }
        let told = json!({"rounds_ms": rounds, "answers": answers});
        writeln!(std::io::stdout(), "{told}")?;
    }
    Ok(())
}

fn rows(conn: &Connection, sql: &str) -> Outcome<Vec<Vec<Value>>> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let width = rows.as_ref().map_or(0, |statement| statement.column_count());
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (0..width).map(|at| row.get::<_, Cell>(at).map(value));
        all.push(cells.collect::<duckdb::Result<Vec<_>>>()?);
    }
    Ok(all)
}

fn value(cell: Cell) -> Value {
    match cell {
        Cell::BigInt(n) => n.into(),
        Cell::HugeInt(n) => i64::try_from(n).ok().into(),
        Cell::Double(x) => x.into(),
        Cell::Text(text) => text.into(),
        Cell::Null => Value::Null,
        other => format!("{other:?}").into(),
    }
}

impl Case {
    fn of(case: &Value) -> Outcome<Self> {
        let text = |value: &Value| format!("'{}'", value.as_str().unwrap_or_default().replace('\'', "''"));
        let instant = |at: usize| -> Outcome<i64> {
            let at: Timestamp = case["range"][at].as_str().ok_or("a range has two instants")?.parse()?;
            Ok(at.as_millisecond())
        };
        let (from, to) = (instant(0)?, instant(1)?);
        let within = |from: i64, to: i64| {
            let site = text(&case["site_id"]);
            format!("site_id = {site} AND time_ms >= {from} AND time_ms < {to} AND name <> 'engagement'")
        };
        let column = case["filter"][0].as_str();
        Ok(Self {
            now: within(from, to),
            // The period before is as long.
            before: within(from - (to - from), from),
            filter: column.map_or(String::new(), |column| {
                format!(" AND {column} = {}", text(&case["filter"][1]))
            }),
            is_page: column == Some("pathname"),
            bucket: match case["bucket"].as_str() {
                Some("hour") => "time_ms // 3600000",
                Some("day") => "local_date",
                _ => "date_trunc('month', local_date)",
            },
        })
    }

    /// Tiles, tiles of the period before, chart, lists.
    fn questions(&self) -> Vec<String> {
        let Self {
            now, filter, bucket, ..
        } = self;
        let mut all = vec![self.tiles(now), self.tiles(&self.before)];
        all.push(format!(
            "SELECT CAST({bucket} AS VARCHAR), count(DISTINCT visitor) FROM events WHERE {now}{filter} GROUP BY 1 ORDER BY 1"
        ));
        for (column, empty) in LISTS {
            all.push(format!(
                "SELECT coalesce(nullif({column}, ''), '{empty}') AS value, count(DISTINCT visitor) AS visitors FROM events
                 WHERE {now}{filter} GROUP BY 1 ORDER BY visitors DESC, value LIMIT 9"
            ));
        }
        all
    }

    /// Visitors, visits, page views, views a visit, bounces in percent, seconds of a visit. A page may be in the middle of a visit: then the
    /// visits that saw it are asked for as a whole.
    fn tiles(&self, within: &str) -> String {
        let filter = &self.filter;
        let visit = "SELECT visit_id, any_value(visitor) AS visitor, count(*) FILTER (name = 'pageview') AS pageviews,
                    count(*) FILTER (name <> 'pageview' AND interactive) AS actions, max(time_ms) - min(time_ms) AS ms FROM events";
        let rates = "avg(pageviews), 1e2 * avg(CAST(pageviews < 2 AND actions = 0 AS INTEGER)), 1e-3 * avg(ms)";
        match self.is_page {
            false => format!(
                "WITH visit AS ({visit} WHERE {within}{filter} GROUP BY visit_id)
                 SELECT count(DISTINCT visitor), count(*), CAST(coalesce(sum(pageviews), 0) AS BIGINT), {rates} FROM visit"
            ),
            true => format!(
                "WITH seen AS (SELECT visit_id, visitor, name FROM events WHERE {within}{filter}),
                      visit AS ({visit} WHERE {within} AND visit_id IN (SELECT visit_id FROM seen) GROUP BY visit_id)
                 SELECT (SELECT count(DISTINCT visitor) FROM seen), count(*),
                        (SELECT count(*) FILTER (name = 'pageview') FROM seen), {rates} FROM visit"
            ),
        }
    }
}
