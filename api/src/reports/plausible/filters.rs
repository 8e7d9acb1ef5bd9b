//! Filters in Plausible's words.

use super::places::Kind;
use super::question::Word;
use crate::error::{Error, Result};
use serde_json::{Value, json};
use shared::problem::FieldError;
use shared::query::{Filter, Operator};
use shared::segment::Segment;

/// More levels than a question may have; what is deeper is refused before it is walked.
const MAX_DEPTH: usize = 16;
/// What no place is called.
const NOWHERE: &str = "(nowhere)";
/// What Plausible calls an absent value.
pub(super) const NOT_SET: &str = "(not set)";

/// The filters of a question in our words.
pub(super) fn ours(filters: &[Value], segments: &[Segment]) -> Result<Vec<Filter>> {
    let each = filters.iter().enumerate().map(|(at, filter)| {
        let pointer = format!("/filters/{at}");
        parsed(translated(filter, &pointer, segments, 0)?, pointer)
    });
    each.collect()
}

fn parsed(filter: Value, pointer: String) -> Result<Filter> {
    serde_json::from_value(filter).map_err(|cause| {
        let words = cause.to_string();
        let code = if words.starts_with("unknown ") {
            "unknown_word"
        } else {
            "invalid"
        };
        Error::fields(vec![FieldError::new(pointer, code, words)])
    })
}

/// A filter with its words exchanged; what is malformed is left to be refused when it is parsed.
fn translated(filter: &Value, pointer: &str, segments: &[Segment], depth: usize) -> Result<Value> {
    if depth > MAX_DEPTH {
        return Err(Error::field(pointer, "too_deep", "too many levels"));
    }
    let inner = |filter: &Value, at: &str| translated(filter, &format!("{pointer}/{at}"), segments, depth + 1);
    let Some([Value::String(head), second, rest @ ..]) = filter.as_array().map(Vec::as_slice) else {
        return Ok(filter.clone());
    };
    match (head.as_str(), second, rest) {
        ("and" | "or", Value::Array(all), []) => {
            let all = all
                .iter()
                .enumerate()
                .map(|(at, filter)| inner(filter, &format!("1/{at}")));
            Ok(json!([head, all.collect::<Result<Vec<_>>>()?]))
        }
        ("not" | "has_done" | "has_not_done", filter, []) => Ok(json!([head, inner(filter, "1")?])),
        ("is", Value::String(word), [Value::Array(ids)]) if word == "segment" => segment(ids, pointer, segments),
        (operator, Value::String(word), [Value::Array(values), modifiers @ ..]) => {
            let Some((operator, word)) = Operator::from_word(operator).zip(Word::of(word)) else {
                return Ok(filter.clone());
            };
            let folds = modifiers.first().is_some_and(|it| it["case_sensitive"] == json!(false));
            let values = values.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
            let Some(values) = values else {
                return Err(Error::field(format!("{pointer}/2"), "invalid", "values are texts"));
            };
            let mut compared = vec![json!(operator.as_str()), json!(word.dimension)];
            match word.names {
                // The places are written out by their codes, whose case is known.
                Some(kind) => {
                    let (operator, codes) = codes(kind, operator, &values, folds, pointer)?;
                    compared = vec![json!(operator.as_str()), compared.remove(1), json!(codes)];
                }
                None => {
                    let set = |value: &str| if value == NOT_SET { "" } else { value }.to_owned();
                    compared.push(values.into_iter().map(set).collect());
                    compared.extend(modifiers.iter().cloned());
                }
            }
            Ok(Value::Array(compared))
        }
        _ => Ok(filter.clone()),
    }
}

/// Visits that one of the segments keeps.
fn segment(ids: &[Value], pointer: &str, segments: &[Segment]) -> Result<Value> {
    let mut any = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let known = segments.iter().find(|segment| Some(segment.id.as_str()) == id.as_str());
        let known = known
            .ok_or_else(|| Error::field(format!("{pointer}/2/{at}"), "not_found", "No such segment on this site"))?;
        any.push(json!(["and", known.filters]));
    }
    Ok(json!(["or", any]))
}

/// The places whose names a comparison means, as a comparison of codes.
fn codes(
    kind: Kind,
    operator: Operator,
    values: &[&str],
    folds: bool,
    pointer: &str,
) -> Result<(Operator, Vec<String>)> {
    let fold = |text: &str| if folds { text.to_lowercase() } else { text.to_owned() };
    let wanted: Vec<String> = values.iter().map(|value| fold(value)).collect();
    let negated = matches!(operator, Operator::IsNot | Operator::ContainsNot | Operator::MatchesNot);
    let mut codes: Vec<String> = match operator {
        Operator::Is | Operator::IsNot => {
            let absent = wanted.iter().any(|value| value.is_empty() || value == NOT_SET);
            let named = kind.all().filter(|(_, name)| wanted.contains(&fold(name)));
            let named = named.map(|(code, _)| code.to_owned());
            named.chain(absent.then(String::new)).collect()
        }
        Operator::Contains | Operator::ContainsNot => {
            let named = |name: &str| wanted.iter().any(|value| fold(name).contains(value));
            let named = kind.all().filter(|(_, name)| named(name));
            named.map(|(code, _)| code.to_owned()).collect()
        }
        Operator::Matches | Operator::MatchesNot => {
            let patterns = regex::RegexSetBuilder::new(values)
                .case_insensitive(folds)
                .size_limit(1 << 20)
                .build();
            let Ok(patterns) = patterns else {
                let detail = "not a valid RE2 regular expression";
                return Err(Error::field(format!("{pointer}/2"), "invalid", detail));
            };
            let named = kind.all().filter(|(_, name)| patterns.is_match(name));
            named.map(|(code, _)| code.to_owned()).collect()
        }
    };
    if codes.is_empty() && !values.is_empty() {
        codes.push(NOWHERE.to_owned());
    }
    Ok((if negated { Operator::IsNot } else { Operator::Is }, codes))
}
