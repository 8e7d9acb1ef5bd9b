//! From the cells of an engine's answer to rows.

use super::buckets::Buckets;
use super::comparison;
use super::metrics::{is_count, is_money};
use crate::events::statement::Cell;
use shared::query::{Dimension, Metric};
use shared::query_result::{Money, Number, Row, RowComparison};

/// What the buckets of both periods are called, and what their shares are parts of.
#[derive(Debug)]
pub(super) struct Labels<'a> {
    pub main: Option<&'a Buckets>,
    pub other: Option<&'a Buckets>,
    pub main_wholes: Wholes,
    pub other_wholes: Wholes,
}

/// Numbers of visitors by the place of the metric that is a part of them; a share whose place is not here is computed already.
pub(super) type Wholes = Vec<(usize, Option<i64>)>;

impl Labels<'_> {
    /// The cells of a row, called by their names.
    pub(super) fn row(&self, cells: Vec<Cell>, metrics: &[Metric], dimensions: &[Dimension], compared: bool) -> Row {
        let mut cells = cells.into_iter();
        let groups: Vec<Cell> = cells.by_ref().take(dimensions.len()).collect();
        let names = |buckets: Option<&Buckets>| -> Vec<String> {
            let name = |(dimension, cell): (&Dimension, &Cell)| match (dimension.is_time(), cell) {
                (true, Cell::Int(number)) => label(buckets, *number),
                (_, cell) => cell.clone().into_text(),
            };
            dimensions.iter().zip(&groups).map(name).collect()
        };
        let mut numbers = |wholes: &Wholes| -> Vec<Option<Number>> {
            let mut next = || cells.next().unwrap_or(Cell::Null);
            let whole = |at| wholes.iter().find(|(of, _)| *of == at).map(|(_, whole)| *whole);
            let one = |(at, metric): (usize, &Metric)| match whole(at) {
                Some(whole) => share(&next(), whole),
                None if is_money(*metric) => money(&next(), &next()),
                None => number(*metric, &next()),
            };
            metrics.iter().enumerate().map(one).collect()
        };
        let now = numbers(&self.main_wholes);
        let comparison = compared.then(|| {
            let then = numbers(&self.other_wholes);
            let change = metrics.iter().zip(now.iter().zip(&then));
            RowComparison {
                dimensions: names(self.other),
                change: change
                    .map(|(metric, (now, then))| comparison::change(*metric, *now, *then))
                    .collect(),
                metrics: then,
            }
        });
        Row {
            dimensions: names(self.main),
            metrics: now,
            comparison,
        }
    }
}

/// The label of a bucket; empty where the other period has fewer of them.
fn label(buckets: Option<&Buckets>, number: i64) -> String {
    let at = usize::try_from(number).ok();
    at.and_then(|at| buckets?.labels.get(at).cloned()).unwrap_or_default()
}

/// An amount and its currency; none where nothing was paid, or in several currencies.
fn money(thousandths: &Cell, currency: &Cell) -> Option<Number> {
    let Cell::Text(currency) = currency else {
        return None;
    };
    Money::new(thousandths.as_int()?, currency).map(Number::Money)
}

/// A number of visitors as a share of all, in percent; none where there is nobody, or nobody knows.
fn share(part: &Cell, whole: Option<i64>) -> Option<Number> {
    let whole = whole.filter(|whole| *whole != 0)?;
    // A row that only visits make has no visitors of events.
    let part = if matches!(part, Cell::Null) { 0 } else { part.as_int()? };
    number(Metric::Percentage, &Cell::Float(1e2 * part as f64 / whole as f64))
}

/// A cell as a number: counts whole, and 0 where nothing is; the others with two decimals.
fn number(metric: Metric, cell: &Cell) -> Option<Number> {
    match cell {
        Cell::Int(n) if is_count(metric) => Some(Number::Int(*n)),
        Cell::Null if is_count(metric) => Some(Number::Int(0)),
        Cell::Int(n) => Some(Number::Float(*n as f64)),
        Cell::Float(x) => Some(Number::Float((x * 100.0).round() / 100.0)),
        Cell::Null | Cell::Text(_) => None,
    }
}
