//! Names that people give to things and that are unique without regard to case and blanks.

use crate::error::{Error, Result};

const MAX_NAME_CHARS: usize = 60;

/// A name, and the key by which names are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As it was written, trimmed.
    pub name: String,
    /// Lower-case, with single blanks.
    pub key: String,
}

impl Name {
    /// Checks a name, the field `/name` of a body: 1 to 60 characters, none invisible.
    pub fn new(given: &str) -> Result<Self> {
        Self::within("/name", given, MAX_NAME_CHARS)
    }

    /// Checks a name that may have so many characters, and stands in a body at `pointer`.
    pub fn within(pointer: &str, given: &str, most: usize) -> Result<Self> {
        let name = given.trim().to_owned();
        let fail = |code: &str, detail: String| Err(Error::field(pointer, code, detail));
        match name.chars().count() {
            0 if pointer == "/name" => return fail("required", "Enter a name".to_owned()),
            0 => return fail("required", "It can't be empty".to_owned()),
            length if length > most => return fail("too_long", format!("At most {most} characters")),
            _ => {}
        }
        if name.chars().any(char::is_control) {
            return fail("invalid", "It has invisible characters".to_owned());
        }
        let key = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self { name, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_regard_to_case_and_blanks() {
        let cases = [
            ("Client A", Some("client a")),
            ("  CLIENT   a ", Some("client a")),
            ("Über", Some("über")),
            ("<img onerror=alert(1)>", Some("<img onerror=alert(1)>")),
            ("   ", None),
            ("a\u{0}b", None),
        ];
        for (given, key) in cases {
            assert_eq!(Name::new(given).ok().map(|name| name.key).as_deref(), key, "{given:?}");
        }
        assert!(Name::new(&"ä".repeat(60)).is_ok());
        assert!(Name::new(&"ä".repeat(61)).is_err());
    }
}
