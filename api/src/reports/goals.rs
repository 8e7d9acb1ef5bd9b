//! Goals inside questions: a filter by goal is written out as what the goal counts.

use super::{filters, patterns};
use crate::goals::model::KnownGoal;
use shared::query::{Compare, Dimension, Filter, FixedDimension, Operator};
use std::collections::BTreeSet;

const GOAL: Dimension = Dimension::Fixed(FixedDimension::Goal);

/// True when a filter names a goal.
pub fn names_goal(filter: &Filter) -> bool {
    filters::names(filter, &is_goal)
}

/// True when a filter names the goal called so.
pub fn names(filter: &Filter, goal: &str) -> bool {
    match filter {
        Filter::Compare(compare) => is_goal(&compare.dimension) && is_named(compare, goal),
        Filter::And(filters) | Filter::Or(filters) => filters.iter().any(|filter| names(filter, goal)),
        Filter::Not(inner) | Filter::HasDone(inner) => names(inner, goal),
    }
}

/// True for `event:goal`.
pub fn is_goal(dimension: &Dimension) -> bool {
    *dimension == GOAL
}

/// A filter in which goals are written out. A name that no goal has is reached by nothing.
pub fn written_out(filter: &Filter, goals: &[KnownGoal]) -> Filter {
    let all = |filters: &[Filter]| filters.iter().map(|filter| written_out(filter, goals)).collect();
    match filter {
        Filter::And(filters) => Filter::And(all(filters)),
        Filter::Or(filters) => Filter::Or(all(filters)),
        Filter::Not(inner) => Filter::Not(Box::new(written_out(inner, goals))),
        Filter::HasDone(inner) => Filter::HasDone(Box::new(written_out(inner, goals))),
        Filter::Compare(compare) if is_goal(&compare.dimension) => reached(compare, goals),
        Filter::Compare(compare) => Filter::Compare(compare.clone()),
    }
}

/// The currencies of the goals that a question asks for, in plain filters; none when it asks for no goal.
pub fn named_currencies<'a>(filters: &[Filter], goals: &'a [KnownGoal]) -> Option<BTreeSet<&'a str>> {
    let asked = filters.iter().filter_map(|filter| match filter {
        Filter::Compare(compare) if is_goal(&compare.dimension) => Some(compare),
        _ => None,
    });
    let mut asked = asked.peekable();
    asked.peek()?;
    let asked: Vec<&Compare> = asked.collect();
    let named = goals.iter().filter(|goal| {
        asked.iter().all(|compare| {
            let positive = matches!(compare.operator, Operator::Is | Operator::Contains | Operator::Matches);
            is_named(compare, &goal.name) == positive
        })
    });
    Some(named.filter_map(|goal| goal.currency.as_deref()).collect())
}

/// The currency in which revenue counts under filters that ask for goals: that of the goals, if they have one and the same.
pub fn single_currency<'a>(filters: impl IntoIterator<Item = &'a Filter>, goals: &'a [KnownGoal]) -> Option<&'a str> {
    let mut currencies = BTreeSet::new();
    for filter in filters {
        collect_currencies(filter, goals, &mut currencies);
    }
    match currencies.len() {
        1 => currencies.first().copied(),
        _ => None,
    }
}

/// The currencies of the goals that a filter asks for, also together with others or one of several.
fn collect_currencies<'a>(filter: &'a Filter, goals: &'a [KnownGoal], into: &mut BTreeSet<&'a str>) {
    match filter {
        Filter::Compare(compare) if is_goal(&compare.dimension) => {
            let is_positive = matches!(compare.operator, Operator::Is | Operator::Contains | Operator::Matches);
            let asked = goals.iter().filter(|goal| is_positive && is_named(compare, &goal.name));
            into.extend(asked.filter_map(|goal| goal.currency.as_deref()));
        }
        Filter::And(inner) | Filter::Or(inner) => {
            for filter in inner {
                collect_currencies(filter, goals, into);
            }
        }
        Filter::Compare(_) | Filter::Not(_) | Filter::HasDone(_) => {}
    }
}

fn reached(compare: &Compare, goals: &[KnownGoal]) -> Filter {
    let named = goals.iter().filter(|goal| is_named(compare, &goal.name));
    let mut named = named.map(|goal| goal.reached_by.clone()).peekable();
    // A goal that is not there is still something of events: no event is without a name.
    let nothing = || Filter::compare(Operator::Is, FixedDimension::EventName, vec![String::new()]);
    let reached = match named.peek() {
        None => nothing(),
        Some(_) => Filter::Or(named.collect()),
    };
    match compare.operator {
        Operator::Is | Operator::Contains | Operator::Matches => reached,
        Operator::IsNot | Operator::ContainsNot | Operator::MatchesNot => Filter::Not(Box::new(reached)),
    }
}

/// True when one of the values names the goal, whichever way the operator turns it.
fn is_named(compare: &Compare, name: &str) -> bool {
    let folded = |text: &str| match compare.case_sensitive {
        true => text.to_owned(),
        false => text.to_lowercase(),
    };
    compare.values.iter().any(|value| match compare.operator {
        Operator::Is | Operator::IsNot => folded(name) == folded(value),
        Operator::Contains | Operator::ContainsNot => folded(name).contains(&folded(value)),
        Operator::Matches | Operator::MatchesNot => patterns::matches(value, compare.case_sensitive, name),
    })
}
