//! Buckets of time in zones that change their offset (T71).

use super::world::open;
use crate::events::dialect::Dialect;
use crate::events::statement::{Cell, Statement};
use crate::reports::buckets::{Buckets, Step};
use crate::reports::dates::{Period, Range};
use jiff::Span;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

/// Zones and days with a change of the offset, a missing day, a gap at midnight, odd offsets, or none of these.
const DAYS: &[(&str, Date, usize)] = &[
    ("UTC", date(2026, 3, 10), 24),
    ("Europe/Berlin", date(2026, 3, 29), 23),
    ("Europe/Berlin", date(2026, 10, 25), 25),
    ("Australia/Lord_Howe", date(2026, 4, 5), 25),
    ("Australia/Lord_Howe", date(2026, 10, 4), 24),
    ("Asia/Kathmandu", date(2026, 3, 10), 24),
    ("Pacific/Apia", date(2011, 12, 29), 24),
    ("Pacific/Apia", date(2011, 12, 31), 24),
    ("America/Sao_Paulo", date(2018, 11, 4), 23),
    ("America/Sao_Paulo", date(2018, 2, 17), 25),
    ("America/St_Johns", date(2026, 3, 8), 23),
    ("UTC", date(2028, 2, 29), 24),
];

fn period(zone: &str, first: Date, last: Date) -> Period {
    Period {
        range: Range::Days { first, last },
        zone: TimeZone::get(zone).unwrap(),
    }
}

#[test]
fn hours_cover_the_day_without_gap_or_overlap() {
    for (zone, day, hours) in DAYS {
        let period = period(zone, *day, *day);
        let buckets = Buckets::of(Step::Hour, &period, "").unwrap();
        assert_eq!(buckets.labels.len(), *hours, "{zone} {day} {:?}", buckets.labels);
        let (from_ms, to_ms) = period.instants();
        let numbers: Vec<_> = (from_ms..to_ms)
            .step_by(60_000)
            .map(|ms| buckets.at(&period, ms).unwrap())
            .collect();
        assert!(numbers.is_sorted(), "{zone} {day}");
        assert_eq!((numbers[0], numbers[numbers.len() - 1]), (0, hours - 1), "{zone} {day}");
        assert!(numbers.windows(2).all(|pair| pair[1] - pair[0] <= 1), "{zone} {day}");
        for (at, label) in buckets.labels.iter().enumerate() {
            let start: jiff::Timestamp = label.parse().unwrap();
            assert_eq!(buckets.at(&period, start.as_millisecond()), Some(at), "{zone} {label}");
        }
        let mut distinct = buckets.labels.clone();
        distinct.dedup();
        assert_eq!(distinct.len(), *hours, "{zone} {day}: two hours have one label");
    }
}

#[test]
fn weeks_begin_on_monday_and_months_on_the_first() {
    let period = period("UTC", date(2026, 12, 28), date(2027, 1, 10));
    let labels = |step| Buckets::of(step, &period, "").unwrap().labels;
    assert_eq!(
        labels(Step::Week),
        ["2026-12-28", "2027-01-04"],
        "week 53 goes on over the year"
    );
    assert_eq!(labels(Step::Month), ["2026-12-01", "2027-01-01"]);
    let leap = Period {
        range: Range::Days {
            first: date(2028, 1, 31),
            last: date(2028, 3, 1),
        },
        ..period
    };
    let months = Buckets::of(Step::Month, &leap, "").unwrap().labels;
    assert_eq!(months, ["2028-01-01", "2028-02-01", "2028-03-01"]);
}

#[tokio::test]
async fn sql_finds_the_same_buckets() {
    let folder = tempfile::tempdir().unwrap();
    let settings = crate::config::Events {
        memory_limit: "256MB".into(),
        threads: 1,
        concurrent_queries: 1,
        query_timeout_ms: 10_000,
        cluster: String::new(),
        answers_max_bytes: 1 << 20,
        inbox_max_bytes: 1 << 20,
    };
    let events = open(&settings, folder.path()).await;
    for (zone, day, _) in DAYS {
        let before = day.saturating_sub(Span::new().days(3));
        let period = period(zone, before, day.saturating_add(Span::new().days(40)));
        for step in [Step::Hour, Step::Day, Step::Week, Step::Month] {
            let buckets = Buckets::of(step, &period, "").unwrap();
            let (from_ms, to_ms) = period.instants();
            let instants: Vec<i64> = (from_ms..to_ms).step_by(17 * 60_000).collect();
            let rows = instants.iter().map(|ms| format!("({ms}, '{}')", period.date_at(*ms)));
            let number = buckets.sql(events.dialect(), "t.ms", "t.local_date");
            let rows = rows.collect::<Vec<_>>().join(", ");
            let table = match events.dialect() {
                Dialect::DuckDb => {
                    format!("(SELECT ms, CAST(date AS DATE) AS local_date FROM (VALUES {rows}) r(ms, date)) t")
                }
                Dialect::ClickHouse => format!("VALUES('ms Int64, local_date Date32', {rows}) t"),
            };
            let sql = format!("SELECT {number} FROM {table} ORDER BY t.ms");
            let given = events.query(Statement::plain(sql)).await.unwrap();
            let given: Vec<_> = given.iter().map(|row| row.first().and_then(Cell::as_int)).collect();
            let right: Vec<_> = instants
                .iter()
                .map(|ms| buckets.at(&period, *ms).map(|at| at as i64))
                .collect();
            assert_eq!(given, right, "{zone} {day} {step:?}");
        }
    }
}
