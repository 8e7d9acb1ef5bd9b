//! Answers to questions, as far as the app reads them.
//!
//! The whole document is `shared::query_result`. Reading it whole, with its echo of filters and its buffered
//! either-or types, would cost a tenth of the app's size; a test holds this part against the whole.

use serde::Deserialize;
use shared::query::{Dimension, Metric};
use shared::query_result::Meta;

/// The answer to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The rows.
    pub rows: Vec<Row>,
    /// What belongs to the rows as a whole.
    pub meta: Meta,
    /// What was asked.
    pub asked: Asked,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Row {
    /// One value for each dimension.
    pub dimensions: Vec<String>,
    /// One value for each metric; `None` where it has no meaning.
    pub metrics: Vec<Option<f64>>,
    /// The same row in the other range.
    pub comparison: Option<OtherRow>,
}

/// A row of the range that is compared with.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct OtherRow {
    /// The row's dimensions in the other range.
    pub dimensions: Vec<String>,
    /// The other range's values.
    pub metrics: Vec<Option<f64>>,
    /// Change in percent, or percentage points for rates.
    pub change: Vec<Option<f64>>,
}

/// The question as the server understood it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Asked {
    /// What was counted.
    pub metrics: Vec<Metric>,
    /// The range as two instants; the end is not included.
    pub date_range: (String, String),
    /// What rows are grouped by; `time` stands as the size that was chosen.
    pub dimensions: Vec<Dimension>,
}

/// The answers to a batch.
#[derive(Deserialize)]
pub struct Batch {
    /// One outcome for each question, in order.
    pub results: Vec<Outcome>,
}

/// An answer, or the problem that stands in its place.
#[derive(Deserialize)]
pub struct Outcome {
    results: Option<Vec<Row>>,
    meta: Option<Meta>,
    query: Option<Asked>,
    status: Option<u16>,
}

impl Outcome {
    /// The answer, or the HTTP status of the problem.
    pub fn read(self) -> Result<Answer, u16> {
        match (self.results, self.meta, self.query) {
            (Some(rows), Some(meta), Some(asked)) => Ok(Answer { rows, meta, asked }),
            _ => Err(self.status.unwrap_or(500)),
        }
    }
}

impl Answer {
    /// The number in the first row, for questions without dimensions.
    pub fn total(&self) -> Option<f64> {
        self.rows.first()?.number(0)
    }
}

impl Row {
    /// The value of the metric at a place.
    pub fn number(&self, at: usize) -> Option<f64> {
        self.metrics.get(at).copied().flatten()
    }

    /// The value of the first dimension.
    pub fn name(&self) -> &str {
        self.dimensions.first().map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::problem::{Problem, ProblemCode};
    use shared::query::{DateRange, FixedDimension, Include, Pagination};
    use shared::query_result as whole;

    #[test]
    fn the_part_agrees_with_the_whole() {
        let row = whole::Row {
            dimensions: vec!["2026-01-01".to_owned()],
            metrics: vec![Some(whole::Number::Int(3)), Some(whole::Number::Float(1.5)), None],
            comparison: Some(whole::RowComparison {
                dimensions: vec!["2025-12-31".to_owned()],
                metrics: vec![None, Some(whole::Number::Int(2)), None],
                change: vec![None, Some(-25.0), None],
            }),
        };
        let answer = whole::QueryResult {
            results: vec![row],
            meta: Meta {
                total_rows: Some(1),
                ..Meta::default()
            },
            query: whole::QueryEcho {
                metrics: vec![Metric::Visitors],
                date_range: DateRange::Custom("a".to_owned(), "b".to_owned()),
                comparison_date_range: None,
                dimensions: vec![FixedDimension::TimeDay.into()],
                filters: Vec::new(),
                order_by: Vec::new(),
                pagination: Pagination::default(),
                include: Include::default(),
            },
        };
        let problem = Problem {
            kind: "/problems/query_timeout".to_owned(),
            title: "The query took too long".to_owned(),
            status: 503,
            code: ProblemCode::QueryTimeout,
            detail: None,
            instance: None,
            request_id: None,
            errors: Vec::new(),
        };
        let batch = whole::QueryBatchResult {
            results: vec![
                whole::QueryOutcome::Answer(answer),
                whole::QueryOutcome::Problem(problem),
            ],
        };
        let text = serde_json::to_string(&batch).expect("the document is JSON");
        let read: Batch = serde_json::from_str(&text).expect("the part reads the whole");
        let mut outcomes = read.results.into_iter().map(Outcome::read);
        let answer = outcomes.next().expect("two outcomes").expect("an answer");
        assert_eq!(answer.rows[0].metrics, [Some(3.0), Some(1.5), None]);
        assert_eq!(
            answer.rows[0].comparison.as_ref().expect("compared").change,
            [None, Some(-25.0), None]
        );
        assert_eq!(answer.asked.date_range, ("a".to_owned(), "b".to_owned()));
        assert_eq!(answer.meta.total_rows, Some(1));
        assert_eq!(outcomes.next().expect("two outcomes"), Err(503));
    }
}
