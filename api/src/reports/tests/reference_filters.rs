//! The reference's reading of filters.

use shared::query::{Compare, Dimension, Filter, FixedDimension, Metric, Operator, Query};
use std::cell::RefCell;
use std::collections::HashMap;

pub(super) fn is_page(dimension: &Dimension) -> bool {
    matches!(
        dimension,
        Dimension::Fixed(FixedDimension::Page | FixedDimension::Hostname)
    )
}

pub(super) fn is_goal(dimension: &Dimension) -> bool {
    *dimension == Dimension::Fixed(FixedDimension::Goal)
}

pub(super) fn is_event_dimension(dimension: &Dimension) -> bool {
    is_page(dimension)
        || matches!(
            dimension,
            Dimension::Prop(_)
                | Dimension::Fixed(FixedDimension::EventName | FixedDimension::Goal | FixedDimension::Currency)
        )
}

pub(super) fn is_about_events(filter: &Filter, by_page: bool) -> bool {
    match filter {
        Filter::And(filters) | Filter::Or(filters) => filters.iter().any(|filter| is_about_events(filter, by_page)),
        Filter::Not(inner) => is_about_events(inner, by_page),
        Filter::HasDone(_) => false,
        Filter::Compare(compare) => is_event_dimension(&compare.dimension) && !(by_page && is_page(&compare.dimension)),
    }
}

/// True for filters that tell converted visitors from everyone.
pub(super) fn is_conversion(filter: &Filter) -> bool {
    let goal = Dimension::Fixed(FixedDimension::Goal);
    matches!(filter, Filter::Compare(compare) if compare.dimension == goal || matches!(compare.dimension, Dimension::Prop(_)))
}

/// The same comparison without its "not".
pub(super) fn positive(compare: &Compare) -> (Compare, bool) {
    let (operator, negated) = match compare.operator {
        Operator::IsNot => (Operator::Is, true),
        Operator::ContainsNot => (Operator::Contains, true),
        Operator::MatchesNot => (Operator::Matches, true),
        operator => (operator, false),
    };
    (
        Compare {
            operator,
            ..compare.clone()
        },
        negated,
    )
}

/// True when a path has the shape of one with `*` and `**`, tried letter by letter.
pub(super) fn has_shape(path: &str, shape: &str) -> bool {
    let Some(first) = shape.chars().next() else {
        return path.is_empty();
    };
    let rest_of = |text: &str| text.chars().next().map_or(0, char::len_utf8);
    if let Some(rest) = shape.strip_prefix("**") {
        return has_shape(path, rest) || !path.is_empty() && has_shape(&path[rest_of(path)..], shape);
    }
    if first == '*' {
        let goes_on = !path.is_empty() && !path.starts_with('/');
        return has_shape(path, &shape[1..]) || goes_on && has_shape(&path[rest_of(path)..], shape);
    }
    path.starts_with(first) && has_shape(&path[first.len_utf8()..], &shape[first.len_utf8()..])
}

pub(super) fn compares(compare: &Compare, name: &str) -> bool {
    let fold = |text: &str| {
        if compare.case_sensitive {
            text.to_owned()
        } else {
            text.to_lowercase()
        }
    };
    let any = |test: &dyn Fn(&str) -> bool| compare.values.iter().any(|value| test(value));
    let is = || any(&|value| fold(value) == fold(name));
    let contains = || any(&|value| fold(name).contains(&fold(value)));
    let matches = || any(&|value| matches(value, compare.case_sensitive, name));
    match compare.operator {
        Operator::Is => is(),
        Operator::IsNot => !is(),
        Operator::Contains => contains(),
        Operator::ContainsNot => !contains(),
        Operator::Matches => matches(),
        Operator::MatchesNot => !matches(),
    }
}

/// Patterns take long to compile, and are few.
pub(super) fn matches(pattern: &str, case_sensitive: bool, name: &str) -> bool {
    thread_local! {
        static PATTERNS: RefCell<HashMap<(String, bool), regex::Regex>> = RefCell::default();
    }
    PATTERNS.with_borrow_mut(|patterns| {
        let compiled = patterns.entry((pattern.to_owned(), case_sensitive)).or_insert_with(|| {
            regex::RegexBuilder::new(pattern)
                .case_insensitive(!case_sensitive)
                .build()
                .unwrap()
        });
        compiled.is_match(name)
    })
}

/// The question by the pages that were seen.
pub(super) fn by_page(query: &Query) -> Query {
    Query {
        dimensions: vec![Dimension::Fixed(FixedDimension::Page)],
        ..query.clone()
    }
}

/// The question about everyone, whether they converted or not.
pub(super) fn unconverted(query: &Query) -> Query {
    let mut everyone = query.clone();
    everyone.filters.retain(|filter| !is_conversion(filter));
    everyone
}

/// True for what is measured while a page is looked at.
pub(super) fn is_engagement(metric: Metric) -> bool {
    matches!(metric, Metric::TimeOnPage | Metric::ScrollDepth)
}
