//! Filters.

use super::Dimension;
use crate::words::words;
use serde::de::{self, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

words! {
    /// How a filter compares.
    Operator, "operator" {
        /// Equals one of the values.
        Is = "is",
        /// Equals none of the values.
        IsNot = "is_not",
        /// Contains one of the values.
        Contains = "contains",
        /// Contains none of the values.
        ContainsNot = "contains_not",
        /// Matches one of the RE2 patterns.
        Matches = "matches",
        /// Matches none of the RE2 patterns.
        MatchesNot = "matches_not",
    }
}

/// A condition: `["is","visit:country",["DE","FR"]]`, `["and",[…]]`, `["or",[…]]`, `["not",…]` or `["has_done",…]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// A comparison of a dimension with values.
    Compare(Compare),
    /// All hold.
    And(Vec<Filter>),
    /// At least one holds.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// It holds for some event of the visit, not necessarily the one that is counted. `["has_not_done",…]` is read as its
    /// opposite.
    HasDone(Box<Filter>),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Compare {
    /// How.
    pub operator: Operator,
    /// What is compared.
    pub dimension: Dimension,
    /// With what; at least one.
    pub values: Vec<String>,
    /// False ignores case; true when absent.
    pub case_sensitive: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Modifiers {
    #[serde(default = "yes")]
    case_sensitive: bool,
}

fn yes() -> bool {
    true
}

impl Filter {
    /// `operator dimension values`, with regard to case.
    pub fn compare(operator: Operator, dimension: impl Into<Dimension>, values: Vec<String>) -> Self {
        Filter::Compare(Compare {
            operator,
            dimension: dimension.into(),
            values,
            case_sensitive: true,
        })
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        match self {
            Filter::Compare(compare) => {
                seq.serialize_element(&compare.operator)?;
                seq.serialize_element(&compare.dimension)?;
                seq.serialize_element(&compare.values)?;
                if !compare.case_sensitive {
                    seq.serialize_element(&Modifiers { case_sensitive: false })?;
                }
            }
            Filter::And(all) => {
                seq.serialize_element("and")?;
                seq.serialize_element(all)?;
            }
            Filter::Or(any) => {
                seq.serialize_element("or")?;
                seq.serialize_element(any)?;
            }
            Filter::Not(inner) => {
                seq.serialize_element("not")?;
                seq.serialize_element(inner)?;
            }
            Filter::HasDone(inner) => {
                seq.serialize_element("has_done")?;
                seq.serialize_element(inner)?;
            }
        }
        seq.end()
    }
}

/// The first word of a filter.
enum Head {
    And,
    Or,
    Not,
    HasDone,
    HasNotDone,
    Compare(Operator),
}

impl<'de> Deserialize<'de> for Head {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        match word.as_str() {
            "and" => Ok(Head::And),
            "or" => Ok(Head::Or),
            "not" => Ok(Head::Not),
            "has_done" => Ok(Head::HasDone),
            "has_not_done" => Ok(Head::HasNotDone),
            other => Operator::from_word(other)
                .map(Head::Compare)
                .ok_or_else(|| de::Error::custom(format!("unknown operator `{other}`"))),
        }
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FilterVisitor;
        impl<'de> Visitor<'de> for FilterVisitor {
            type Value = Filter;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a filter: [operator, dimension, [values]], [\"and\"|\"or\", [filters]] or \
                     [\"not\"|\"has_done\"|\"has_not_done\", filter]",
                )
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Filter, A::Error> {
                let missing = |at| de::Error::invalid_length(at, &self);
                let head = seq.next_element::<Head>()?.ok_or_else(|| missing(0))?;
                let filter = match head {
                    Head::And => Filter::And(seq.next_element()?.ok_or_else(|| missing(1))?),
                    Head::Or => Filter::Or(seq.next_element()?.ok_or_else(|| missing(1))?),
                    Head::Not => Filter::Not(Box::new(seq.next_element()?.ok_or_else(|| missing(1))?)),
                    Head::HasDone => Filter::HasDone(Box::new(seq.next_element()?.ok_or_else(|| missing(1))?)),
                    Head::HasNotDone => {
                        let done = seq.next_element()?.ok_or_else(|| missing(1))?;
                        Filter::Not(Box::new(Filter::HasDone(Box::new(done))))
                    }
                    Head::Compare(operator) => {
                        let dimension = seq.next_element()?.ok_or_else(|| missing(1))?;
                        let values = seq.next_element()?.ok_or_else(|| missing(2))?;
                        let case_sensitive = seq.next_element::<Modifiers>()?.is_none_or(|m| m.case_sensitive);
                        Filter::Compare(Compare {
                            operator,
                            dimension,
                            values,
                            case_sensitive,
                        })
                    }
                };
                match seq.next_element::<de::IgnoredAny>() {
                    Ok(None) => Ok(filter),
                    _ => Err(de::Error::custom("too many elements in the filter")),
                }
            }
        }
        deserializer.deserialize_seq(FilterVisitor)
    }
}
