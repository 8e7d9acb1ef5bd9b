//! Filters as they stand in the URL: `f=<dimension>:<operator>:<value>`. Pure.
//!
//! Terms of the same dimension and operator are one filter with several values. A property's key is escaped once
//! more, because it may hold a colon.

use crate::router::query;
use shared::query::{Dimension, Filter, FixedDimension, Operator};

/// One filter: a dimension, how it compares, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What is compared.
    pub dimension: Dimension,
    /// How.
    pub operator: Operator,
    /// With what; at least one.
    pub values: Vec<String>,
}

const OPERATORS: [(Operator, &str, &str); 6] = [
    (Operator::Is, "is", "is"),
    (Operator::IsNot, "isnot", "is not"),
    (Operator::Contains, "has", "contains"),
    (Operator::ContainsNot, "hasnot", "does not contain"),
    (Operator::Matches, "re", "matches"),
    (Operator::MatchesNot, "renot", "does not match"),
];

/// Every operator.
pub fn operators() -> impl Iterator<Item = Operator> {
    OPERATORS.into_iter().map(|(operator, ..)| operator)
}

/// The operator in words.
pub fn operator_words(operator: Operator) -> &'static str {
    OPERATORS
        .iter()
        .find(|(known, ..)| *known == operator)
        .map_or("is", |(.., words)| words)
}

/// The name of a dimension in the URL: without its family, as no two share a name.
pub fn dimension_key(dimension: &Dimension) -> String {
    match dimension {
        Dimension::Prop(key) => format!("props.{}", query::encode(key).replace(':', "%3A")),
        Dimension::Fixed(FixedDimension::EventName) => "event".to_owned(),
        Dimension::Fixed(fixed) => {
            let word = fixed.as_str();
            word.split_once(':').map_or(word, |(_, name)| name).to_owned()
        }
    }
}

/// The dimension of a name in the URL; time is no filter.
pub fn dimension_of_key(key: &str) -> Option<Dimension> {
    if let Some(prop) = key.strip_prefix("props.") {
        return (!prop.is_empty()).then(|| Dimension::Prop(query::decode(prop)));
    }
    FixedDimension::ALL
        .iter()
        .map(|fixed| Dimension::Fixed(*fixed))
        .find(|dimension| !dimension.is_time() && dimension_key(dimension) == key)
}

/// Adds the term of one `f=` to the filters; false when it is not understood. A dimension may also stand in full, as
/// the API calls it (`visit:country`).
pub fn read_term(filters: &mut Vec<Condition>, term: &str) -> bool {
    let family = |term: &str| {
        ["event:", "visit:"]
            .into_iter()
            .find_map(|family| Some(term.strip_prefix(family)?.to_owned()))
    };
    match read(term).or_else(|| read(&family(term)?)) {
        Some((dimension, operator, value)) => {
            add(filters, dimension, operator, &value);
            true
        }
        None => false,
    }
}

fn read(term: &str) -> Option<(Dimension, Operator, String)> {
    let (key, rest) = term.split_once(':')?;
    let (word, value) = rest.split_once(':').filter(|(_, value)| !value.is_empty())?;
    let operator = OPERATORS.iter().find(|(_, known, _)| *known == word)?.0;
    Some((dimension_of_key(key)?, operator, value.to_owned()))
}

/// Adds a value to the filter of that dimension and operator, or a new filter.
pub fn add(filters: &mut Vec<Condition>, dimension: Dimension, operator: Operator, value: &str) {
    let same = |filter: &&mut Condition| filter.dimension == dimension && filter.operator == operator;
    match filters.iter_mut().find(same) {
        Some(filter) if filter.values.iter().any(|known| known == value) => {}
        Some(filter) => filter.values.push(value.to_owned()),
        None => filters.push(Condition {
            dimension,
            operator,
            values: vec![value.to_owned()],
        }),
    }
}

/// Takes one value of an `is` filter away; false when it was not there.
pub fn remove(filters: &mut Vec<Condition>, dimension: &Dimension, value: &str) -> bool {
    let mut found = false;
    for filter in filters
        .iter_mut()
        .filter(|f| f.dimension == *dimension && f.operator == Operator::Is)
    {
        let before = filter.values.len();
        filter.values.retain(|known| known != value);
        found |= filter.values.len() < before;
    }
    filters.retain(|filter| !filter.values.is_empty());
    found
}

/// Filters as conditions that all hold; `None` where they say more than that (`or`, `not`, any case).
pub fn plain(filters: &[Filter]) -> Option<Vec<Condition>> {
    let mut conditions = Vec::new();
    for filter in filters {
        match filter {
            Filter::Compare(compare) if compare.case_sensitive => conditions.push(Condition {
                dimension: compare.dimension.clone(),
                operator: compare.operator,
                values: compare.values.clone(),
            }),
            Filter::And(all) => conditions.extend(plain(all)?),
            _ => return None,
        }
    }
    Some(conditions)
}

/// Filters as the URL can carry them: there, terms of one dimension and operator are one filter.
pub fn for_url(filters: &[Filter]) -> Option<Vec<Condition>> {
    let conditions = plain(filters)?;
    let same = |a: &Condition, b: &Condition| a.dimension == b.dimension && a.operator == b.operator;
    let first = |at: usize| conditions[..at].iter().all(|other| !same(other, &conditions[at]));
    (0..conditions.len()).all(first).then_some(conditions)
}

impl Condition {
    /// The terms of this filter for the URL.
    pub fn terms(&self) -> impl Iterator<Item = String> {
        let word = OPERATORS
            .iter()
            .find(|(known, ..)| *known == self.operator)
            .map_or("is", |(_, word, _)| word);
        let head = format!("{}:{word}:", dimension_key(&self.dimension));
        self.values.iter().map(move |value| format!("{head}{value}"))
    }

    /// The filter for a query.
    pub fn to_query(&self) -> Filter {
        Filter::compare(self.operator, self.dimension.clone(), self.values.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dimension_has_a_name_of_its_own() {
        for fixed in FixedDimension::ALL.iter().filter(|fixed| !fixed.is_time()) {
            let dimension = Dimension::Fixed(*fixed);
            assert_eq!(dimension_of_key(&dimension_key(&dimension)), Some(dimension));
        }
        for key in ["plan", "a:b", "a.b", "100%", "ü "] {
            let dimension = Dimension::Prop(key.to_owned());
            assert_eq!(dimension_of_key(&dimension_key(&dimension)), Some(dimension));
        }
    }

    #[test]
    fn filters_survive_the_url() {
        for (operator, ..) in OPERATORS {
            for value in ["/blog:a", "a", "is", "::", "\"é\"", "%41"] {
                let filter = Condition {
                    dimension: Dimension::Prop("x:y".to_owned()),
                    operator,
                    values: vec![value.to_owned(), "other".to_owned()],
                };
                let mut read = Vec::new();
                for term in filter.terms() {
                    assert!(read_term(&mut read, &term), "{term}");
                }
                assert_eq!(read, vec![filter]);
            }
        }
    }

    #[test]
    fn what_is_no_filter_is_dropped() {
        for term in [
            "",
            "page",
            "page:is",
            "page:is:",
            "nope:is:x",
            "page:equals:x",
            "day:is:x",
            "props.:is:x",
        ] {
            let mut filters = Vec::new();
            assert!(!read_term(&mut filters, term), "{term}");
            assert!(filters.is_empty());
        }
    }

    #[test]
    fn dimensions_may_stand_in_full() {
        for (term, written) in [
            ("event:page:is:/a:b", "page:is:/a:b"),
            ("visit:country:isnot:DE", "country:isnot:DE"),
            ("event:is:Signup", "event:is:Signup"),
            ("event:is:is:x", "event:is:is:x"),
        ] {
            let mut filters = Vec::new();
            assert!(read_term(&mut filters, term), "{term}");
            assert_eq!(filters[0].terms().collect::<Vec<_>>(), [written]);
        }
    }

    #[test]
    fn only_what_the_url_can_say_goes_there() {
        let is = |value: &str| Filter::compare(Operator::Is, FixedDimension::Page, vec![value.to_owned()]);
        let not = Filter::compare(Operator::IsNot, FixedDimension::Page, vec!["/c".to_owned()]);
        let any_case = match is("/a") {
            Filter::Compare(compare) => Filter::Compare(shared::query::Compare {
                case_sensitive: false,
                ..compare
            }),
            other => other,
        };
        for (filters, editable, in_url) in [
            (vec![is("/a"), not.clone()], true, true),
            (vec![Filter::And(vec![is("/a"), not])], true, true),
            // Both at once is nothing; in the URL it would read as either.
            (vec![is("/a"), is("/b")], true, false),
            (vec![Filter::Or(vec![is("/a"), is("/b")])], false, false),
            (vec![Filter::Not(Box::new(is("/a")))], false, false),
            (vec![any_case], false, false),
        ] {
            assert_eq!(plain(&filters).is_some(), editable, "{filters:?}");
            assert_eq!(for_url(&filters).is_some(), in_url, "{filters:?}");
        }
    }

    #[test]
    fn one_value_can_be_taken_away() {
        let mut filters = Vec::new();
        for term in ["country:is:DE", "country:is:FR", "country:isnot:FR"] {
            read_term(&mut filters, term);
        }
        let country = Dimension::Fixed(FixedDimension::Country);
        assert!(remove(&mut filters, &country, "FR"));
        assert!(!remove(&mut filters, &country, "FR"));
        assert!(remove(&mut filters, &country, "DE"));
        assert_eq!(filters.len(), 1, "the negative filter stays");
    }
}
