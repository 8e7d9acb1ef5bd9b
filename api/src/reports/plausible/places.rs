//! English names of countries and regions, from `assets/places`.

use std::collections::HashMap;
use std::sync::LazyLock;

const COUNTRIES: &str = include_str!("../../../assets/places/countries.tsv");
const REGIONS: &str = include_str!("../../../assets/places/regions.tsv");

static NAME_OF: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| lines(COUNTRIES).chain(lines(REGIONS)).collect());

/// What is called by names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Country,
    Region,
}

impl Kind {
    /// Codes with their names.
    pub(super) fn all(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        lines(match self {
            Kind::Country => COUNTRIES,
            Kind::Region => REGIONS,
        })
    }
}

/// The name of a code; the code itself where none is known.
pub(super) fn name_of(code: &str) -> &str {
    NAME_OF.get(code).copied().unwrap_or(code)
}

fn lines(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::{Kind, name_of};

    #[test]
    fn codes_have_names() {
        for (code, name) in [
            ("US", "United States"),
            ("DE", "Germany"),
            ("US-CA", "California"),
            ("ZZ-9", "ZZ-9"),
        ] {
            assert_eq!(name_of(code), name);
        }
        assert!(
            Kind::Country
                .all()
                .all(|(code, name)| code.len() == 2 && !name.is_empty())
        );
        assert!(Kind::Region.all().all(|(code, _)| code.as_bytes()[2] == b'-'));
    }
}
