//! What a question may ask. Every wrong word is named by its JSON pointer, before anything is computed.

use super::dimensions::{is_of_events, is_page};
use super::filters::names;
use super::goals::is_goal;
use super::patterns::{self, MAX_PATTERNS};
use crate::error::{Error, Result};
use shared::problem::FieldError;
use shared::query::{Compare, Dimension, Filter, FixedDimension, Metric, OrderKey, Query};
use std::collections::HashSet;
use std::hash::Hash;

const MAX_DIMENSIONS: usize = 4;
const MAX_CONDITIONS: usize = 100;
const MAX_DEPTH: usize = 8;
const MAX_VALUES: usize = 200;
const MAX_VALUE_BYTES: usize = 2000;
const MAX_PATTERN_BYTES: usize = 300;
const MAX_LIMIT: u32 = 10_000;
const MAX_OFFSET: u32 = 1_000_000;

/// Checks a question; the error points at everything that is wrong.
pub fn check(query: &Query) -> Result<()> {
    let mut wrong = Wrong::default();
    metrics(query, &mut wrong);
    dimensions(query, &mut wrong);
    all_filters(&query.filters, &mut wrong);
    order(query, &mut wrong);
    if !(1..=MAX_LIMIT).contains(&query.pagination.limit) {
        wrong.add("/pagination/limit", "out_of_range", format!("1 to {MAX_LIMIT}"));
    }
    if query.pagination.offset > MAX_OFFSET {
        wrong.add("/pagination/offset", "out_of_range", format!("at most {MAX_OFFSET}"));
    }
    wrong.finish()
}

/// Checks the filters of a question that is not asked yet.
pub fn check_filters(filters: &[Filter]) -> Result<()> {
    let mut wrong = Wrong::default();
    all_filters(filters, &mut wrong);
    wrong.finish()
}

fn all_filters(all: &[Filter], wrong: &mut Wrong) {
    let mut conditions = 0;
    for (at, filter) in all.iter().enumerate() {
        filters(filter, &format!("/filters/{at}"), 1, &mut conditions, wrong);
    }
    if conditions > MAX_CONDITIONS {
        wrong.add("/filters", "too_many", format!("at most {MAX_CONDITIONS} conditions"));
    }
    if patterns::count(all) > MAX_PATTERNS {
        wrong.add(
            "/filters",
            "too_many",
            format!("at most {MAX_PATTERNS} regular expressions"),
        );
    }
}

fn metrics(query: &Query, wrong: &mut Wrong) {
    if query.metrics.is_empty() {
        wrong.add("/metrics", "required", "at least one metric");
    }
    for (at, metric) in query.metrics.iter().enumerate() {
        let pointer = format!("/metrics/{at}");
        let by = |kind: &dyn Fn(&Dimension) -> bool| query.dimensions.iter().any(kind);
        let filtered = |kind: &dyn Fn(&Dimension) -> bool| query.filters.iter().any(|filter| names(filter, kind));
        let beyond_page = |dimension: &Dimension| is_of_events(dimension) && !is_page(dimension);
        match metric {
            Metric::ConversionRate | Metric::GroupConversionRate => conversions(query, *metric, pointer, wrong),
            Metric::ExitRate if query.dimensions != [FixedDimension::ExitPage.into()] => {
                wrong.add(
                    pointer,
                    "not_allowed",
                    format!("{metric} is asked by visit:exit_page alone"),
                );
            }
            Metric::BounceRate | Metric::VisitDuration | Metric::ViewsPerVisit if by(&beyond_page) => {
                wrong.add(
                    pointer,
                    "not_allowed",
                    format!("{metric} has no meaning by event or property"),
                );
            }
            Metric::TimeOnPage | Metric::ScrollDepth if by(&beyond_page) || filtered(&beyond_page) => {
                wrong.add(
                    pointer,
                    "not_allowed",
                    format!("{metric} has no meaning for an event or a property"),
                );
            }
            Metric::TimeOnPage | Metric::ScrollDepth if !by(&is_page) && !filtered(&is_page) => {
                wrong.add(
                    pointer,
                    "not_allowed",
                    format!("{metric} needs event:page as a dimension or a filter"),
                );
            }
            _ => {}
        }
    }
    repeated(&query.metrics, "/metrics", wrong);
}

/// A rate of conversions needs goals to convert to, and everyone else beside them.
fn conversions(query: &Query, metric: Metric, pointer: String, wrong: &mut Wrong) {
    let plainly = |filter: &Filter| matches!(filter, Filter::Compare(compare) if is_goal(&compare.dimension));
    let filtered = query.filters.iter().any(plainly);
    let by_goal = query.dimensions.iter().any(is_goal);
    let by_time = query.dimensions.iter().any(Dimension::is_time);
    let detail = match metric {
        Metric::GroupConversionRate if !filtered => "needs a filter event:goal",
        Metric::GroupConversionRate if by_goal => "has no meaning by goal: ask for conversion_rate",
        Metric::GroupConversionRate if query.dimensions.is_empty() => "needs a dimension: ask for conversion_rate",
        Metric::ConversionRate if !filtered && !by_goal => "needs event:goal as a filter or a dimension",
        Metric::ConversionRate if by_time && query.dimensions.len() > 1 => "is asked by time alone",
        _ => return,
    };
    wrong.add(pointer, "not_allowed", format!("{metric} {detail}"));
}

fn dimensions(query: &Query, wrong: &mut Wrong) {
    if query.dimensions.len() > MAX_DIMENSIONS {
        wrong.add(
            "/dimensions",
            "too_many",
            format!("at most {MAX_DIMENSIONS} dimensions"),
        );
    }
    if query.dimensions.iter().filter(|dimension| dimension.is_time()).count() > 1 {
        wrong.add("/dimensions", "not_allowed", "at most one time dimension");
    }
    repeated(&query.dimensions, "/dimensions", wrong);
}

fn filters(filter: &Filter, pointer: &str, depth: usize, conditions: &mut usize, wrong: &mut Wrong) {
    if depth > MAX_DEPTH {
        return wrong.add(pointer, "too_deep", format!("at most {MAX_DEPTH} levels"));
    }
    match filter {
        Filter::Compare(compare) => {
            *conditions += 1;
            comparison(compare, pointer, wrong);
        }
        Filter::And(inner) | Filter::Or(inner) => {
            if inner.is_empty() {
                wrong.add(format!("{pointer}/1"), "required", "at least one filter");
            }
            for (at, filter) in inner.iter().enumerate() {
                filters(filter, &format!("{pointer}/1/{at}"), depth + 1, conditions, wrong);
            }
        }
        Filter::Not(inner) | Filter::HasDone(inner) => {
            filters(inner, &format!("{pointer}/1"), depth + 1, conditions, wrong)
        }
    }
}

fn comparison(compare: &Compare, pointer: &str, wrong: &mut Wrong) {
    if compare.dimension.is_time() {
        wrong.add(format!("{pointer}/1"), "not_allowed", "time is bounded by date_range");
    }
    if compare.values.is_empty() || compare.values.len() > MAX_VALUES {
        wrong.add(
            format!("{pointer}/2"),
            "out_of_range",
            format!("1 to {MAX_VALUES} values"),
        );
    }
    let has_patterns = patterns::has(compare);
    let most = if has_patterns {
        MAX_PATTERN_BYTES
    } else {
        MAX_VALUE_BYTES
    };
    for (at, value) in compare.values.iter().enumerate() {
        let pointer = format!("{pointer}/2/{at}");
        if value.len() > most {
            wrong.add(pointer, "too_long", format!("at most {most} bytes"));
        } else if value.contains('\0') {
            wrong.add(pointer, "invalid", "no value holds a NUL character");
        } else if has_patterns && !patterns::is_written_well(value) {
            wrong.add(pointer, "invalid", "not a valid RE2 regular expression");
        } else if has_patterns && is_goal(&compare.dimension) && !patterns::is_for_names(value, compare.case_sensitive)
        {
            wrong.add(pointer, "too_complex", "too much for the name of a goal");
        }
    }
}

fn order(query: &Query, wrong: &mut Wrong) {
    for (at, order) in query.order_by.iter().enumerate() {
        let asked = match &order.0 {
            OrderKey::Metric(metric) => query.metrics.contains(metric),
            OrderKey::Dimension(dimension) => query.dimensions.contains(dimension),
        };
        if !asked {
            let detail = "rows are ordered by a metric or a dimension of the query";
            wrong.add(format!("/order_by/{at}/0"), "not_allowed", detail);
        }
    }
    let keys: Vec<String> = query.order_by.iter().map(|order| format!("{:?}", order.0)).collect();
    repeated(&keys, "/order_by", wrong);
}

fn repeated<T: Hash + Eq>(words: &[T], pointer: &str, wrong: &mut Wrong) {
    let mut seen = HashSet::new();
    for (at, word) in words.iter().enumerate() {
        if !seen.insert(word) {
            wrong.add(format!("{pointer}/{at}"), "duplicate", "it is there already");
        }
    }
}

/// Wrong fields so far.
#[derive(Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn add(&mut self, pointer: impl Into<String>, code: &str, detail: impl Into<String>) {
        self.0.push(FieldError::new(pointer, code, detail));
    }

    fn finish(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::fields(self.0))
        }
    }
}
