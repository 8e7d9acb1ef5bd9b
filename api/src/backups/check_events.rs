//! What must hold in an event file.

use super::Tell;
use super::manifest::EVENTS;
use crate::events::dialect::Dialect;
use crate::events::error::EngineError;
use crate::events::hold::Inspection;
use crate::events::rolled::RUNNING;
use crate::events::statement::{Cell, Statement};
use crate::reports::rollups::Recount;
use jiff::civil::Date;
use shared::ids::SiteId;
use std::collections::HashSet;

/// Days that are counted anew, spread over all that are rolled up.
const SAMPLED_DAYS: usize = 32;
/// Months that are added up anew, spread over all of them.
const SAMPLED_MONTHS: usize = 8;

/// Rules and their words: each question answers how many rows break the rule. Where days are kept for a time only, a visit that
/// began before its site's first day is gone and its later events are not: the first two days of a site may have such.
const RULES: [(&str, &str); 9] = [
    (
        "events stand in the file twice",
        "SELECT count(*) - count(DISTINCT event_id) FROM events",
    ),
    (
        "visits stand in the file twice",
        "SELECT count(*) - count(DISTINCT visit_id) FROM visits",
    ),
    (
        "events belong to a visit that is not there",
        "SELECT count(*) FROM events e
         JOIN (SELECT site_id, min(local_date) AS first_day FROM events GROUP BY site_id) s ON s.site_id = e.site_id
         WHERE e.local_date > s.first_day + 1
           AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.visit_id = e.visit_id AND v.site_id = e.site_id)",
    ),
    (
        "visits have other counts than their events",
        "SELECT count(*) FROM visits v
         LEFT JOIN (SELECT visit_id, count(*) FILTER (name <> 'engagement') AS events,
                           count(*) FILTER (name = 'pageview') AS pageviews FROM events GROUP BY visit_id) e
           ON e.visit_id = v.visit_id
         WHERE v.events IS DISTINCT FROM coalesce(e.events, 0) OR v.pageviews IS DISTINCT FROM coalesce(e.pageviews, 0)",
    ),
    (
        "visits end before they begin",
        "SELECT count(*) FROM visits WHERE end_ms < start_ms",
    ),
    (
        "days are rolled up twice",
        "SELECT count(*) - count(DISTINCT (site_id, local_date)) FROM rolled_days",
    ),
    (
        "months are added up twice",
        "SELECT count(*) - count(DISTINCT (site_id, local_date)) FROM rolled_months",
    ),
    (
        "months are added up of days that are not rolled up",
        "SELECT count(*) FROM rolled_months m WHERE day(last_day(m.local_date)) <>
           (SELECT count(*) FROM rolled_days d WHERE d.site_id = m.site_id AND date_trunc('month', d.local_date) = m.local_date)",
    ),
    (
        "values of a month are added up otherwise than its days",
        "WITH added AS (
           SELECT d.site_id, m.local_date, d.family, d.part, d.value, sum(d.visitors) AS visitors, sum(d.pageviews) AS pageviews,
                  sum(d.events) AS events, sum(d.visits) AS visits, sum(d.bounces) AS bounces, sum(d.duration_ms) AS duration_ms,
                  sum(d.visit_pageviews) AS visit_pageviews
           FROM long_rollups d
           JOIN rolled_months m ON m.site_id = d.site_id AND m.local_date = date_trunc('month', d.local_date) GROUP BY ALL)
         SELECT count(*) FROM ((FROM added EXCEPT FROM long_months) UNION ALL (FROM long_months EXCEPT FROM added))",
    ),
];

/// Finds what is wrong; answers how far the file goes and its newest event.
pub fn check(
    file: &Inspection,
    sites: Option<&HashSet<String>>,
    found: &mut Vec<String>,
    tell: &Tell,
) -> Result<Option<(i64, i64)>, EngineError> {
    tell(EVENTS, 0, 0);
    let schema = file.schema()?;
    if schema != Inspection::SCHEMA as i64 {
        found.push(format!(
            "its schema is {schema}, this program's is {}: start that program once, or check with the one that wrote it",
            Inspection::SCHEMA
        ));
        return Ok(None);
    }
    for table in Inspection::tables() {
        // A hash of all columns reads every block, and DuckDB compares each block with its checksum.
        if let Err(error) = file.number(&format!("SELECT count(DISTINCT hash(t)) FROM {table} t")) {
            found.push(format!("{table} can't be read: {error}"));
        }
    }
    if !found.is_empty() {
        return Ok(None);
    }
    for (words, sql) in RULES {
        let rows = file.number(sql)?;
        if rows > 0 {
            found.push(format!("{rows} {words}"));
        }
    }
    if let Some(sites) = sites {
        let there = file.query(&Statement::plain(
            "SELECT DISTINCT site_id FROM visits ORDER BY site_id",
        ))?;
        let strangers = there.into_iter().flatten().map(Cell::into_text);
        let strangers = strangers.filter(|site_id| !sites.contains(site_id));
        found.extend(strangers.map(|site_id| format!("it has visits of {site_id}, a site that is not there")));
    }
    check_rollups(file, found, tell)?;
    let newest = file.number("SELECT coalesce(max(event_id), 0) FROM events")?;
    Ok(Some((file.drained()?, newest)))
}

fn check_rollups(file: &Inspection, found: &mut Vec<String>, tell: &Tell) -> Result<(), EngineError> {
    let days = sampled(
        file,
        "SELECT site_id, CAST(local_date AS VARCHAR), unsteady FROM rolled_days ORDER BY site_id, local_date",
        SAMPLED_DAYS,
    )?;
    for (at, (site_id, day, bits)) in days.into_iter().enumerate() {
        tell("counting days anew", at as u64, 0);
        let Ok(date) = day.parse::<Date>() else {
            found.push(format!("{day} of {site_id} is rolled up and is no day"));
            continue;
        };
        let is_running = bits & i64::from(RUNNING) != 0;
        for recount in Recount::of(Dialect::DuckDb, &site_id, date, is_running) {
            if !is_so(file, &recount)? {
                found.push(format!(
                    "{day} of {site_id} is rolled up otherwise than its events and visits count"
                ));
                break;
            }
        }
    }
    let months = sampled(
        file,
        "SELECT site_id, CAST(local_date AS VARCHAR), 0 FROM rolled_months ORDER BY site_id, local_date",
        SAMPLED_MONTHS,
    )?;
    for (at, (site_id, month, _)) in months.into_iter().enumerate() {
        tell("adding months up anew", at as u64, 0);
        let Ok(date) = month.parse::<Date>() else { continue };
        for recount in Recount::of_month(Dialect::DuckDb, &site_id, date) {
            if !is_so(file, &recount)? {
                found.push(format!(
                    "the month from {month} of {site_id} is added up otherwise than its days"
                ));
                break;
            }
        }
    }
    Ok(())
}

/// Sites, dates and numbers that a question answers: some of them, spread over all.
fn sampled(file: &Inspection, sql: &str, some: usize) -> Result<Vec<(SiteId, String, i64)>, EngineError> {
    let all = file.query(&Statement::plain(sql))?;
    let step = all.len().div_ceil(some).max(1);
    let of = |row: Vec<Cell>| {
        let mut cells = row.into_iter();
        let (site_id, date, number) = (cells.next()?, cells.next()?, cells.next()?);
        Some((SiteId(site_id.into_text()), date.into_text(), number.as_int()?))
    };
    Ok(all.into_iter().step_by(step).filter_map(of).collect())
}

/// True when a table has what it was counted from.
fn is_so(file: &Inspection, recount: &Recount) -> Result<bool, EngineError> {
    let mut rolled = rows(file, &recount.rolled)?;
    let mut counted = Vec::new();
    for statement in &recount.counted {
        counted.extend(rows(file, statement)?);
    }
    rolled.sort_unstable();
    counted.sort_unstable();
    Ok(rolled == counted)
}

/// Rows as texts, to compare.
fn rows(file: &Inspection, statement: &Statement) -> Result<Vec<String>, EngineError> {
    let rows = file.query(statement)?;
    Ok(rows.into_iter().map(|row| format!("{row:?}")).collect())
}
