//! Answers to questions, as far as the app reads them.
//!
//! The whole document is `shared::query_result`. It is read by hand (`json`): derived readers of it, with its buffered
//! either-or types, would cost a tenth of the app's size; a test holds this part against the whole.

use super::json::{self, Json};
use serde_json::Value;
use shared::query::{Compare, Dimension, Filter, Metric, Operator};
use shared::query_result::{ForcedSegment, Meta};

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
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// One value for each dimension.
    pub dimensions: Vec<String>,
    /// One value for each metric; `None` where it has no meaning, units of the currency for money.
    pub metrics: Vec<Option<f64>>,
    /// The exact amounts of the metrics that are money, by their place.
    pub money: Vec<(usize, Money)>,
    /// The same row in the other range.
    pub comparison: Option<OtherRow>,
}

/// An exact amount.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    /// A decimal.
    pub value: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// A row of the range that is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherRow {
    /// The row's dimensions in the other range.
    pub dimensions: Vec<String>,
    /// The other range's values.
    pub metrics: Vec<Option<f64>>,
    /// Change in percent, or percentage points for rates.
    pub change: Vec<Option<f64>>,
}

/// The question as the server understood it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What was counted.
    pub metrics: Vec<Metric>,
    /// The range as two instants; the end is not included.
    pub date_range: (String, String),
    /// What rows are grouped by; `time` stands as the size that was chosen.
    pub dimensions: Vec<Dimension>,
}

impl Answer {
    /// Reads one outcome of a batch: the answer, or the HTTP status of the problem in its place.
    pub fn read(outcome: &Value) -> Result<Self, u16> {
        let read = || {
            let asked = outcome.get("query")?;
            let [from, to] = asked.texts("date_range")?.try_into().ok()?;
            Some(Answer {
                rows: json::items(Some(outcome.get("results")?))
                    .iter()
                    .map(Row::read)
                    .collect(),
                meta: meta(outcome.get("meta")?),
                asked: Asked {
                    metrics: asked
                        .texts("metrics")?
                        .iter()
                        .filter_map(|word| Metric::from_word(word))
                        .collect(),
                    date_range: (from, to),
                    dimensions: asked
                        .texts("dimensions")?
                        .iter()
                        .filter_map(|word| Dimension::from_word(word))
                        .collect(),
                },
            })
        };
        read().ok_or_else(|| match outcome.number("status") {
            0.0 => 500,
            status => status as u16,
        })
    }

    /// The number in the first row, for questions without dimensions.
    pub fn total(&self) -> Option<f64> {
        self.rows.first()?.number(0)
    }
}

impl Row {
    fn read(row: &Value) -> Self {
        let cells = row.items("metrics");
        let money = cells.iter().enumerate().filter(|(_, cell)| cell.is_object());
        Row {
            dimensions: row.texts("dimensions").unwrap_or_default(),
            metrics: cells.iter().map(amount).collect(),
            money: money.map(|(at, cell)| (at, Money::read(cell))).collect(),
            comparison: row.get("comparison").map(|other| OtherRow {
                dimensions: other.texts("dimensions").unwrap_or_default(),
                metrics: other.items("metrics").iter().map(amount).collect(),
                change: json::numbers(other.items("change")),
            }),
        }
    }

    /// The value of the metric at a place.
    pub fn number(&self, at: usize) -> Option<f64> {
        self.metrics.get(at).copied().flatten()
    }

    /// The exact amount at a place, where it is money.
    pub fn money(&self, at: usize) -> Option<&Money> {
        self.money
            .iter()
            .find(|(place, _)| *place == at)
            .map(|(_, money)| money)
    }

    /// The value of the first dimension.
    pub fn name(&self) -> &str {
        self.dimensions.first().map_or("", String::as_str)
    }
}

impl Money {
    /// Reads an amount.
    pub fn read(money: &Value) -> Self {
        Money {
            value: money.text("value").to_owned(),
            currency: money.text("currency").to_owned(),
        }
    }
}

/// A number, or the value of an amount.
fn amount(cell: &Value) -> Option<f64> {
    cell.as_f64().or_else(|| serde_json::from_str(cell.text("value")).ok())
}

fn meta(meta: &Value) -> Meta {
    Meta {
        time_labels: meta.texts("time_labels"),
        comparison_time_labels: meta.texts("comparison_time_labels"),
        present_label: meta.maybe_text("present_label"),
        total_rows: meta.get("total_rows").and_then(Value::as_u64),
        segment: meta.get("segment").and_then(segment),
        imports_skip_reason: meta.maybe_text("imports_skip_reason"),
        ..Meta::default()
    }
}

/// Reads a segment; `None` when a condition is not understood, which would make it say less than it does.
pub fn segment(segment: &Value) -> Option<ForcedSegment> {
    Some(ForcedSegment {
        name: segment.maybe_text("name")?,
        filters: filters(segment.items("filters"))?,
    })
}

fn filters(list: &[Value]) -> Option<Vec<Filter>> {
    list.iter().map(filter).collect()
}

fn filter(filter: &Value) -> Option<Filter> {
    let [head, parts @ ..] = filter.as_array()?.as_slice() else {
        return None;
    };
    Some(match (head.as_str()?, parts) {
        ("and", [all]) => Filter::And(filters(all.as_array()?)?),
        ("or", [any]) => Filter::Or(filters(any.as_array()?)?),
        ("not", [inner]) => Filter::Not(Box::new(self::filter(inner)?)),
        ("has_done", [inner]) => Filter::HasDone(Box::new(self::filter(inner)?)),
        (operator, [dimension, values, modifiers @ ..]) => Filter::Compare(Compare {
            operator: Operator::from_word(operator)?,
            dimension: Dimension::from_word(dimension.as_str()?)?,
            values: json::texts(values.as_array()?),
            case_sensitive: modifiers.first().and_then(|them| them.get("case_sensitive")?.as_bool()) != Some(false),
        }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::problem::{Problem, ProblemCode};
    use shared::query::{DateRange, FixedDimension, Include, Pagination};
    use shared::query_result as whole;

    fn segment() -> ForcedSegment {
        let page = |value: &str| Filter::compare(Operator::Is, FixedDimension::Page, vec![value.to_owned()]);
        let any_case = Filter::Compare(Compare {
            operator: Operator::Contains,
            dimension: Dimension::Prop("plan".to_owned()),
            values: vec!["Pro".to_owned(), "x".to_owned()],
            case_sensitive: false,
        });
        let filters = vec![
            Filter::Or(vec![page("/"), Filter::And(vec![page("/a"), any_case])]),
            Filter::Not(Box::new(page("/b"))),
        ];
        ForcedSegment {
            name: "Some".to_owned(),
            filters,
        }
    }

    fn whole_meta() -> Meta {
        Meta {
            time_labels: Some(vec!["2026-01-01".to_owned()]),
            comparison_time_labels: Some(vec!["2025-12-31".to_owned()]),
            present_label: Some("2026-01-01".to_owned()),
            total_rows: Some(1),
            segment: Some(segment()),
            imports_skip_reason: Some("why".to_owned()),
            // That imports are counted in goes without saying.
            imports_included: None,
        }
    }

    #[test]
    fn the_part_agrees_with_the_whole() {
        let row = whole::Row {
            dimensions: vec!["2026-01-01".to_owned()],
            metrics: vec![
                Some(whole::Number::Int(3)),
                Some(whole::Number::Money(whole::Money::new(1_500, "EUR").expect("a code"))),
                None,
            ],
            comparison: Some(whole::RowComparison {
                dimensions: vec!["2025-12-31".to_owned()],
                metrics: vec![None, Some(whole::Number::Int(2)), None],
                change: vec![None, Some(-25.0), None],
            }),
        };
        let answer = whole::QueryResult {
            results: vec![row],
            meta: whole_meta(),
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
        let read: Value = serde_json::from_str(&text).expect("it is JSON");
        let mut outcomes = read.items("results").iter().map(Answer::read);
        let answer = outcomes.next().expect("two outcomes").expect("an answer");
        let row = &answer.rows[0];
        assert_eq!(row.metrics, [Some(3.0), Some(1.5), None]);
        let money = Money {
            value: "1.50".to_owned(),
            currency: "EUR".to_owned(),
        };
        assert_eq!((row.money(1), row.money(0)), (Some(&money), None));
        let other = row.comparison.as_ref().expect("compared");
        assert_eq!(other.dimensions, ["2025-12-31"]);
        assert_eq!(
            (&other.metrics[..], &other.change[..]),
            (&[None, Some(2.0), None][..], &[None, Some(-25.0), None][..])
        );
        assert_eq!(answer.asked.date_range, ("a".to_owned(), "b".to_owned()));
        assert_eq!(answer.asked.metrics, [Metric::Visitors]);
        assert_eq!(answer.asked.dimensions, [Dimension::from(FixedDimension::TimeDay)]);
        assert_eq!(answer.meta, whole_meta());
        assert_eq!(outcomes.next().expect("two outcomes"), Err(503));
    }
}
