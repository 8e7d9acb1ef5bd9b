//! Filters in words.

use super::bars::label;
use super::filter::{Condition, operator_words};
use super::words;
use shared::query::{Dimension, Filter, Operator};

/// `Country is Germany or France`.
pub fn condition(condition: &Condition) -> String {
    comparison(&condition.dimension, condition.operator, &condition.values)
}

/// Any filter: `Country is Germany and not (Page is / or Page is /blog)`.
pub fn filter(filter: &Filter) -> String {
    match filter {
        Filter::Compare(compare) => {
            let words = comparison(&compare.dimension, compare.operator, &compare.values);
            if compare.case_sensitive {
                words
            } else {
                format!("{words} (upper or lower case)")
            }
        }
        Filter::And(all) => joined(all, " and "),
        Filter::Or(any) => joined(any, " or "),
        Filter::Not(inner) => format!("not ({})", self::filter(inner)),
        Filter::HasDone(inner) => format!("the visit has an event with ({})", self::filter(inner)),
    }
}

fn joined(parts: &[Filter], word: &str) -> String {
    let part = |part: &Filter| match part {
        Filter::And(inner) | Filter::Or(inner) if inner.len() > 1 => format!("({})", filter(part)),
        _ => filter(part),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(word)
}

fn comparison(dimension: &Dimension, operator: Operator, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| label(dimension, value)).collect();
    let (name, operator) = (words::dimension(dimension), operator_words(operator));
    format!("{name} {operator} {}", values.join(" or "))
}
