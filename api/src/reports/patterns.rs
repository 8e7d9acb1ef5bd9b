//! Regular expressions in filters. The engines judge and match them (RE2); goals' names are matched here.
//!
//! Compiling a pattern costs time, so a request has few, and what is compiled here is small and kept by its thread.

use crate::error::{Error, Result};
use crate::events::Events;
use crate::events::statement::{Param, Statement};
use regex::{Regex, RegexBuilder};
use regex_syntax::ast::parse::Parser;
use shared::problem::ProblemCode;
use shared::query::{Compare, Filter, Operator};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// Different patterns of one request.
pub const MAX_PATTERNS: usize = 20;
/// A pattern that goals' names are compared with takes at most so much memory, in bytes; compiling it some 1 ms.
const MAX_COMPILED: usize = 1 << 18;
const MOST_KEPT: usize = 64;

thread_local! {
    static COMPILED: RefCell<HashMap<(String, bool), Option<Regex>>> = RefCell::default();
}

/// True for a condition whose values are patterns.
pub fn has(compare: &Compare) -> bool {
    matches!(compare.operator, Operator::Matches | Operator::MatchesNot)
}

/// True for what is written as a regular expression; nothing is compiled. The engine may know less.
pub fn is_written_well(pattern: &str) -> bool {
    Parser::new().parse(pattern).is_ok()
}

/// True for a pattern that goals' names can be compared with.
pub fn is_for_names(pattern: &str, case_sensitive: bool) -> bool {
    with_compiled(pattern, case_sensitive, |compiled| compiled.is_some())
}

/// True when the pattern matches somewhere in the name.
pub fn matches(pattern: &str, case_sensitive: bool, name: &str) -> bool {
    with_compiled(pattern, case_sensitive, |compiled| {
        compiled.is_some_and(|compiled| compiled.is_match(name))
    })
}

fn with_compiled<T>(pattern: &str, case_sensitive: bool, then: impl FnOnce(Option<&Regex>) -> T) -> T {
    COMPILED.with_borrow_mut(|kept| {
        let key = (pattern.to_owned(), case_sensitive);
        if kept.len() >= MOST_KEPT && !kept.contains_key(&key) {
            kept.clear();
        }
        let compiled = kept.entry(key).or_insert_with(|| {
            let mut builder = RegexBuilder::new(pattern);
            let builder = builder.size_limit(MAX_COMPILED).case_insensitive(!case_sensitive);
            builder.build().ok()
        });
        then(compiled.as_ref())
    })
}

/// Has the engine judge the patterns of filters that are kept, or answered in pieces; the error names the first that it refuses.
pub async fn check(events: &Events, filters: &[Filter]) -> Result<()> {
    let mut all = Vec::new();
    for (at, filter) in filters.iter().enumerate() {
        collect(filter, &format!("/filters/{at}"), &mut all);
    }
    let mut judged = HashSet::new();
    for (pointer, pattern) in all {
        if !judged.insert(pattern) {
            continue;
        }
        let matches = events.dialect().matches("''");
        let mut question = Statement::plain(format!("SELECT CASE WHEN {matches} THEN 1 ELSE 0 END"));
        question.params.push(Param::Text(pattern.to_owned()));
        events.query(question).await.map_err(|error| match error.code {
            ProblemCode::Invalid => Error::field(pointer, "invalid", "not a valid RE2 regular expression"),
            _ => error,
        })?;
    }
    Ok(())
}

/// The patterns of a filter, with their pointers.
fn collect<'a>(filter: &'a Filter, pointer: &str, into: &mut Vec<(String, &'a str)>) {
    match filter {
        Filter::Compare(compare) if has(compare) => {
            let values = compare.values.iter().enumerate();
            into.extend(values.map(|(at, value)| (format!("{pointer}/2/{at}"), value.as_str())));
        }
        Filter::Compare(_) => {}
        Filter::And(inner) | Filter::Or(inner) => {
            for (at, filter) in inner.iter().enumerate() {
                collect(filter, &format!("{pointer}/1/{at}"), into);
            }
        }
        Filter::Not(inner) | Filter::HasDone(inner) => collect(inner, &format!("{pointer}/1"), into),
    }
}

/// How many different patterns filters have in all.
pub fn count<'a>(filters: impl IntoIterator<Item = &'a Filter>) -> usize {
    let mut all = Vec::new();
    for filter in filters {
        collect(filter, "", &mut all);
    }
    all.iter().map(|(_, pattern)| pattern).collect::<HashSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_for_names_is_small_in_the_way_in_which_it_is_asked() {
        assert!(is_for_names("[a-z]{1000}", true));
        assert!(!is_for_names("[a-z]{1000}", false));
        assert!(matches("^sign.?up$", false, "Sign Up"));
        assert!(!matches("^sign.?up$", true, "Sign Up"));
    }
}
