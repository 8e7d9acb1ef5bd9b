//! The reference's reading of filters.

use shared::query::{Compare, Dimension, Filter, FixedDimension, Operator};
use std::cell::RefCell;
use std::collections::HashMap;

pub(super) fn is_page(dimension: &Dimension) -> bool {
    matches!(
        dimension,
        Dimension::Fixed(FixedDimension::Page | FixedDimension::Hostname)
    )
}

pub(super) fn is_event_dimension(dimension: &Dimension) -> bool {
    is_page(dimension)
        || matches!(
            dimension,
            Dimension::Prop(_) | Dimension::Fixed(FixedDimension::EventName)
        )
}

pub(super) fn is_about_events(filter: &Filter, by_page: bool) -> bool {
    match filter {
        Filter::And(filters) | Filter::Or(filters) => filters.iter().any(|filter| is_about_events(filter, by_page)),
        Filter::Not(inner) => is_about_events(inner, by_page),
        Filter::Compare(compare) => is_event_dimension(&compare.dimension) && !(by_page && is_page(&compare.dimension)),
    }
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
