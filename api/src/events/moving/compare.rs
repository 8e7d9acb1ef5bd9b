//! Asking two stores the same and telling where they differ.

use super::table::Table;
use crate::events::engine::Engine;
use crate::events::error::EngineError;
use crate::events::statement::{Cell, Statement};
use jiff::Span;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use tokio::sync::mpsc;

/// What a store says of each day of a site: the number of rows, counts, a sum over everything in the rows.
pub(super) type Days = BTreeMap<Date, Vec<i64>>;

/// A day on which two stores differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    table: Table,
    site_id: String,
    day: Date,
    what: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.what.join(", ");
        write!(to, "{} {} {}: {what}", self.site_id, self.day, self.table.name())
    }
}

/// Asks a store about the days of a site before `closed`, or about all.
pub(super) async fn days(
    engine: &Engine,
    table: Table,
    number: i64,
    site_id: &str,
    closed: Option<Date>,
) -> Result<Days, EngineError> {
    let rows = all(engine, table.days(engine.dialect(), number, site_id)).await?;
    let rows = rows.into_iter().map(|row| {
        let numbers: Option<Vec<i64>> = row.iter().map(Cell::as_int).collect();
        let numbers = numbers.ok_or_else(|| EngineError::Other("a count is a whole number".into()))?;
        let (day, counts) = numbers.split_first().expect("the first column is the day");
        Ok((date(1970, 1, 1).saturating_add(Span::new().days(*day)), counts.to_vec()))
    });
    let mut days: Days = rows.collect::<Result<_, EngineError>>()?;
    days.retain(|day, _| closed.is_none_or(|closed| *day < closed));
    Ok(days)
}

/// The days on which two stores differ, with the words for what they say.
pub(super) fn differences(table: Table, site_id: &str, words: &[&str], there: &Days, here: &Days) -> Vec<Difference> {
    let all: BTreeSet<Date> = there.keys().chain(here.keys()).copied().collect();
    let differing = all.into_iter().filter(|day| there.get(day) != here.get(day));
    let difference = differing.map(|day| {
        let of = |days: &Days, at: usize| days.get(&day).map_or(0, |counts| counts[at]);
        let parts = words.iter().enumerate();
        let parts = parts.filter(|(at, _)| of(there, *at) != of(here, *at));
        Difference {
            table,
            site_id: site_id.to_owned(),
            day,
            what: parts
                .map(|(at, word)| format!("{word} {} and {}", of(there, at), of(here, at)))
                .collect(),
        }
    });
    difference.collect()
}

/// All rows of an answer, however long it takes.
pub(super) async fn all(engine: &Engine, statement: Statement) -> Result<Vec<Vec<Cell>>, EngineError> {
    let (sender, mut receiver) = mpsc::channel(1);
    let mut rows = Vec::new();
    let collect = async {
        while let Some(some) = receiver.recv().await {
            rows.extend(some);
        }
    };
    let (asked, ()) = tokio::join!(engine.query_each(statement, sender), collect);
    asked.map(|()| rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_in_numbers() {
        let (first, second) = (date(2026, 3, 10), date(2026, 3, 11));
        let there = Days::from([(first, vec![3, 7]), (second, vec![1, 1])]);
        let here = Days::from([(first, vec![3, 8])]);
        let told = differences(Table::Events, "site_a", &["rows", "visitors"], &there, &here);
        let told: Vec<String> = told.iter().map(Difference::to_string).collect();
        assert_eq!(
            told,
            [
                "site_a 2026-03-10 events: visitors 7 and 8",
                "site_a 2026-03-11 events: rows 1 and 0, visitors 1 and 0"
            ]
        );
        assert_eq!(differences(Table::Events, "site_a", &["rows"], &there, &there), []);
    }
}
